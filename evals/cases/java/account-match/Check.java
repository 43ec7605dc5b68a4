import bank.Transfers;
import bank.Transfers.Transfer;
import java.util.Arrays;
import java.util.List;

public class Check {
    public static void main(String[] args) {
        Transfer large = new Transfer(null, null, 5_000);
        Transfer small = new Transfer(1_000_200L, 1_000_201L, 10);
        Transfer self = new Transfer(Long.valueOf(1_000_200), Long.valueOf(1_000_200), 10);
        Transfers day = new Transfers(List.of(large, small, self));
        assert day.suspicious(1_000).equals(Arrays.asList(large, self)) : day.suspicious(1_000);
        assert day.outgoing().get(1_000_200L) == 20;
    }
}
