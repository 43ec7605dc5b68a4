package bank;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks through the transfers of a day for what an auditor wants to see. */
public final class Transfers {
    /** One transfer; the account is null when the other side is at another bank. */
    public record Transfer(Long from, Long to, long cents) {}

    private final List<Transfer> day;

    public Transfers(List<Transfer> day) {
        this.day = List.copyOf(day);
    }

    /** What went out of each of our accounts. */
    public Map<Long, Long> outgoing() {
        Map<Long, Long> sums = new HashMap<>();
        for (Transfer transfer : day) {
            if (transfer.from() != null) {
                sums.merge(transfer.from(), transfer.cents(), Long::sum);
            }
        }
        return sums;
    }

    /** Transfers above a limit. */
    public List<Transfer> suspicious(long limit) {
        return day.stream().filter(transfer -> transfer.cents() > limit).toList();
    }
}
