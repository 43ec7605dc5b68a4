import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import maps.TileStore;

public class Check {
    public static void main(String[] args) throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        TileStore store = new TileStore(key -> {
            both.countDown();
            try {
                both.await(2, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return new byte[] {1};
        });
        TileStore.Key key = new TileStore.Key(3, 1, 1);
        Thread one = new Thread(() -> store.tile(key));
        Thread two = new Thread(() -> store.tile(key));
        one.start();
        two.start();
        one.join();
        two.join();
        assert store.rendered() == 1 : store.rendered();
        store.invalidate(key);
        store.tile(key);
        assert store.rendered() == 2;
    }
}
