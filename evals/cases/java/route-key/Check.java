import java.util.Set;
import java.util.HashSet;
import transit.Stop;

public class Check {
    public static void main(String[] args) {
        Set<Stop> stops = new HashSet<>(Set.of(new Stop("AB1", 2, "Harbour")));
        assert stops.contains(new Stop("AB1", 2, "Harbour"));
        assert !stops.contains(new Stop("AB1", 3, "Harbour"));
        assert new Stop("ab1", 2, "").equals(new Stop("AB1", 2, ""));
        assert stops.contains(new Stop("ab1", 2, "Harbour"));
        assert new Stop("ab1", 2, "Harbour").toString().equals("AB1/2");
    }
}
