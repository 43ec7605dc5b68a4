import java.util.ArrayList;
import java.util.List;
import news.Audience;

public class Check {
    public static void main(String[] args) throws Exception {
        Audience few = new Audience(List.of("A@x ", "b@x", "a@x", "c@x"), List.of("B@X"));
        assert few.addresses().equals(List.of("a@x", "c@x"));
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            many.add("reader-" + i + "@mail.example");
        }
        Thread run = new Thread(() -> new Audience(many, many.subList(0, 50_000)).size());
        run.setDaemon(true);
        run.start();
        run.join(5_000);
        assert !run.isAlive() : "quadratic";
    }
}
