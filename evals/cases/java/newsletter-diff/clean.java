package news;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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

    /** All addresses but those that opted out, each once. */
    public List<String> addresses() {
        Set<String> taken = new HashSet<>();
        for (String address : optedOut) {
            taken.add(normal(address));
        }
        List<String> chosen = new ArrayList<>();
        for (String address : subscribers) {
            String wanted = normal(address);
            if (taken.add(wanted)) {
                chosen.add(wanted);
            }
        }
        return chosen;
    }

    public int size() {
        return addresses().size();
    }
}
