package clinic;

import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** 病棟のアラーム一覧。重大度の高い順、同じ重大度では古い順に並べる。 */
public final class AlarmBoard {
    /** 一つのアラーム。時刻は秒単位。 */
    public record Alarm(int severity, long second, String bed) {}

    private static final Comparator<Alarm> ORDER =
        Comparator.comparingInt(Alarm::severity)
            .reversed()
            .thenComparingLong(Alarm::second)
            .thenComparing(Alarm::bed);

    private final NavigableSet<Alarm> open = new TreeSet<>(ORDER);

    public void raise(Alarm alarm) {
        open.add(alarm);
    }

    public void clear(Alarm alarm) {
        open.remove(alarm);
    }

    /** 次に対応するアラーム。なければ null。 */
    public Alarm next() {
        return open.isEmpty() ? null : open.first();
    }

    public List<Alarm> all() {
        return List.copyOf(open);
    }
}
