package robot;

import java.util.function.Consumer;

/** The arm of a packing robot. */
public final class Arm {
    private static final double REACH = 1.85;

    private Consumer<String> log;
    private double height;

    /** Where moves are logged; null for nowhere. */
    public void logTo(Consumer<String> log) {
        this.log = log;
    }

    public void move(double metres) {
        if (!(metres >= 0 && metres <= REACH)) {
            throw new IllegalArgumentException("out of reach: " + metres);
        }
        if (log != null) {
            log.accept("from " + height + " to " + metres);
        }
        height = metres;
    }

    public double height() {
        return height;
    }

    public boolean atRest() {
        return height == 0;
    }
}
