package iot;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** Asks a meter for its value again and again, in a thread of its own. */
public final class Poller implements Runnable {
    private final IntSupplier meter;
    private final Duration pause;
    private final AtomicInteger last = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private Thread thread;

    public Poller(IntSupplier meter, Duration pause) {
        this.meter = meter;
        this.pause = pause;
    }

    @Override
    public void run() {
        while (true) {
            try {
                last.set(meter.getAsInt());
            } catch (RuntimeException e) {
                failures.incrementAndGet();
            }
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    public synchronized void start() {
        thread = new Thread(this, "poller");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends the thread and waits for it. */
    public synchronized void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    public int last() {
        return last.get();
    }

    public int failures() {
        return failures.get();
    }
}
