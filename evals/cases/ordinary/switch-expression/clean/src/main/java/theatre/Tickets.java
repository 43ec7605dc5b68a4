package theatre;

/** Prices of a small theatre, in cents. */
public final class Tickets {
    /** Who buys. */
    public enum Visitor { ADULT, CHILD, STUDENT, MEMBER }

    private static final int FULL = 2400;

    private Tickets() {}

    public static int price(Visitor visitor, boolean premiere) {
        int cents = switch (visitor) {
            case CHILD -> FULL / 3;
            case STUDENT, MEMBER -> FULL / 2;
            case ADULT -> FULL;
        };
        return premiere ? cents + 600 : cents;
    }

    public static String text(int cents) {
        return String.format("%d.%02d", cents / 100, cents % 100);
    }
}
