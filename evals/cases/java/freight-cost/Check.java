import freight.Quote;
import freight.Quote.Load;
import java.util.Collections;
import java.util.List;

public class Check {
    public static void main(String[] args) {
        assert Quote.cents(new Load(1, 90_000)) == 5_000;
        assert Quote.cents(new Load(1_500, 8_001)) == 12_002;
        Load heavy = new Load(400_000, 90_000);
        assert Quote.cents(heavy) == 36_000_000L : Quote.cents(heavy);
        assert Quote.rebated(Collections.nCopies(5, heavy)) == 176_400_000L;
        assert Quote.rebated(List.of(heavy)) == 36_000_000L;
    }
}
