package transit;

import java.util.Locale;
import java.util.Objects;

/** A stop of a line. The code is printed on the sign and typed by passengers. */
public final class Stop {
    private final String code;
    private final int zone;
    private final String name;

    public Stop(String code, int zone, String name) {
        this.code = Objects.requireNonNull(code);
        this.zone = zone;
        this.name = name;
    }

    public String code() {
        return code;
    }

    public String sign() {
        return code.toUpperCase(Locale.ROOT) + " " + name;
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof Stop)) {
            return false;
        }
        Stop stop = (Stop) other;
        return code.equals(stop.code) && zone == stop.zone;
    }

    @Override
    public int hashCode() {
        return Objects.hash(code, zone);
    }

    @Override
    public String toString() {
        return code + "/" + zone;
    }
}
