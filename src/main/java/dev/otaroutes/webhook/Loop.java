package dev.otaroutes.webhook;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;

/**
 * A thread that does the same step over and over: at once while there is more to do, else when it is woken or some time
 * has passed. A step that fails (the database is away) is waited out with a growing pause; the first failure and the
 * recovery are logged.
 */
final class Loop {
    private static final Logger LOG = LoggerFactory.getLogger("ota.webhook");
    private static final long SHORTEST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 5_000;

    private final String name;
    private final long idleMs;
    private final Step step;
    private final Semaphore wakes = new Semaphore(0);
    private final CountDownLatch stop = new CountDownLatch(1);
    private Thread thread;
    private long failurePauseMs;

    /** What is done over and over. */
    interface Step {
        /** @return whether there is more to do at once */
        boolean run() throws InterruptedException;
    }

    /** @param idle how long it waits, unless woken, when there was nothing more to do */
    Loop(String name, Duration idle, Step step) {
        this.name = name;
        this.idleMs = idle.toMillis();
        this.step = step;
    }

    void start() {
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Makes the next step come at once; never blocks. */
    void wake() {
        if (wakes.availablePermits() == 0) {
            wakes.release();
        }
    }

    /** Ends after the step that runs, which is waited for. */
    void stop(Duration patience) {
        stop.countDown();
        wake();
        if (thread == null) {
            return;
        }
        try {
            thread.join(Math.max(1, patience.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (stop.getCount() > 0) {
                pass();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass() throws InterruptedException {
        try {
            boolean more = step.run();
            if (failurePauseMs > 0) {
                LOG.info("{} goes on", name);
                failurePauseMs = 0;
            }
            if (!more) {
                wakes.tryAcquire(idleMs, TimeUnit.MILLISECONDS);
                wakes.drainPermits();
            }
        } catch (ConcurrencyFailureException e) {
            // Two instances met on a row and the database chose us to step back: not worth a line.
            LOG.debug("{} tries again", name, e);
            stop.await(SHORTEST_PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (RuntimeException | Error e) {
            // An error too: this thread must not end unseen.
            if (failurePauseMs == 0) {
                LOG.warn("{} waits and tries again: {}", name, e.getMessage());
            }
            LOG.debug("{} failed", name, e);
            failurePauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, 2 * failurePauseMs));
            // Not to be woken: whoever adds work meanwhile cannot mend it.
            stop.await(failurePauseMs, TimeUnit.MILLISECONDS);
        }
    }
}
