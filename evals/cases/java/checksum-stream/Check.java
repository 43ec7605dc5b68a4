import archive.Checksums;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

public class Check {
    public static void main(String[] args) throws Exception {
        AtomicInteger open = new AtomicInteger();
        Checksums sums = new Checksums(name -> {
            open.incrementAndGet();
            return new ByteArrayInputStream(name.getBytes()) {
                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        });
        assert sums.same("abc", "abc", 3);
        assert !sums.same("abc", "abd", 3);
        assert open.get() == 0;
        try {
            sums.of("abc", 4);
            throw new AssertionError("accepted");
        } catch (IOException e) {
            assert open.get() == 0;
        }
    }
}
