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

    /** The price of a load, by the kilogram and rounded up to the cent. */
    public static long cents(Load load) {
        long thousandths = (long) load.kilograms() * load.centsPerTonne();
        return Math.max(MINIMUM_CENTS, (thousandths + 999) / 1000);
    }

    public static long total(List<Load> loads) {
        long sum = 0;
        for (Load load : loads) {
            sum += cents(load);
        }
        return sum;
    }

    /** A rebate of two percent for five loads and more. */
    public static long rebated(List<Load> loads) {
        long sum = total(loads);
        return loads.size() >= 5 ? sum - sum / 50 : sum;
    }

    private Quote() {}
}
