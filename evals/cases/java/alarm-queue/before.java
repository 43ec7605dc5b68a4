package clinic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** 病棟のアラーム一覧。重大度の高い順、同じ重大度では古い順に並べる。 */
public final class AlarmBoard {
    /** 一つのアラーム。時刻は秒単位。 */
    public record Alarm(int severity, long second, String bed) {}

    private static final Comparator<Alarm> ORDER =
        Comparator.comparingInt(Alarm::severity).reversed().thenComparingLong(Alarm::second);

    private final List<Alarm> open = new ArrayList<>();

    public void raise(Alarm alarm) {
        if (!open.contains(alarm)) {
            open.add(alarm);
            open.sort(ORDER);
        }
    }

    public void clear(Alarm alarm) {
        open.remove(alarm);
    }

    /** 次に対応するアラーム。なければ null。 */
    public Alarm next() {
        return open.isEmpty() ? null : open.get(0);
    }

    public List<Alarm> all() {
        return List.copyOf(open);
    }
}
