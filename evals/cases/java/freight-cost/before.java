package freight;

import java.util.List;

/** Prices of container loads, in cents. */
public final class Quote {
    private static final int MINIMUM_CENTS = 5_000;

    /** One load; weights go up to 400,000 kg, prices up to 90,000 cents a tonne. */
    public record Load(int kilograms, int centsPerTonne) {
        public Load {
            if (kilograms < 0 || centsPerTonne < 0) {
                throw new IllegalArgumentException("weights and prices are not negative");
            }
        }
    }

    /** The price of a load, by the whole tonne. */
    public static long cents(Load load) {
        long tonnes = (load.kilograms() + 999) / 1000;
        return Math.max(MINIMUM_CENTS, tonnes * load.centsPerTonne());
    }

    public static long total(List<Load> loads) {
        long sum = 0;
        for (Load load : loads) {
            sum += cents(load);
        }
        return sum;
    }

    private Quote() {}
}
