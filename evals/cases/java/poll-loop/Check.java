import iot.Poller;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

public class Check {
    public static void main(String[] args) throws Exception {
        CountDownLatch calls = new CountDownLatch(3);
        Poller poller = new Poller(() -> {
            calls.countDown();
            if (calls.getCount() == 1) {
                throw new IllegalStateException("no answer");
            }
            return 7;
        }, Duration.ofMillis(50));
        poller.start();
        assert calls.await(20, TimeUnit.SECONDS);
        Thread stopper = new Thread(() -> {
            try {
                poller.stop();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        stopper.setDaemon(true);
        stopper.start();
        stopper.join(3000);
        assert !stopper.isAlive();
        assert poller.last() == 7 && poller.failures() == 1;
    }
}
