package news;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Who gets a mailing. Lists have up to 200,000 addresses. */
public final class Audience {
    private final List<String> subscribers;
    private final List<String> optedOut;

    public Audience(List<String> subscribers, List<String> optedOut) {
        this.subscribers = List.copyOf(subscribers);
        this.optedOut = List.copyOf(optedOut);
    }

    private static String normal(String address) {
        return address.trim().toLowerCase(Locale.ROOT);
    }

    /** All addresses, as they were typed. */
    public List<String> addresses() {
        return subscribers;
    }

    public int size() {
        return subscribers.size();
    }
}
