package dev.otaroutes.store;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings H2's commits to disk, and only when no transaction is open.
 * <p>
 * H2 answers a commit before it is on disk: a kill would lose what was acknowledged. CHECKPOINT SYNC writes it, but H2 2.4.240 takes
 * the tables, indexes and undo logs one after the other while transactions go on. Killed after that, it comes back with half a transaction:
 * rows that are in an index but not in the table, changes undone that were committed together with others (4 of 25 kills of a bare
 * program; none of 120 when it wrote between transactions only). So a checkpoint waits until the transactions that run have ended, and one
 * checkpoint does for all commits before it. H2's own writer has to leave the file alone, see {@link #WRITE_DELAY_MS}.
 */
final class Checkpoint implements AutoCloseable {
    /** When H2's own thread writes what nobody has: never, since we do so long before. It tidies up the file three times as often. */
    static final int WRITE_DELAY_MS = 10_000;
    private static final long LONGEST_UNWRITTEN_MS = 500;
    private static final Logger LOG = LoggerFactory.getLogger("ota.store");

    /** Fair, or a checkpoint would wait for ever while transactions come and go. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    private final Runnable write;
    private final ScheduledExecutorService later;
    private long committed;
    private volatile long written;

    /** @param write runs the checkpoint */
    Checkpoint(Runnable write) {
        this.write = write;
        later = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "ota-checkpoint");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** From now on, what nobody waits for is on disk within a second, too. */
    void start() {
        later.scheduleWithFixedDelay(this::writeWhatIsLeft, LONGEST_UNWRITTEN_MS, LONGEST_UNWRITTEN_MS, TimeUnit.MILLISECONDS);
    }

    private void writeWhatIsLeft() {
        try {
            await();
        } catch (RuntimeException e) {
            // It is tried again; whoever waits for the disk hears of it.
            LOG.debug("what has been committed is not on disk yet", e);
        }
    }

    /** Runs a transaction; its commit is not on disk yet when this returns. */
    <T> T transaction(Supplier<T> work) {
        lock.readLock().lock();
        try {
            return work.get();
        } finally {
            // After a failure, too: it is not known how far it came.
            synchronized (this) {
                committed++;
            }
            lock.readLock().unlock();
        }
    }

    /** Returns when what was committed before is on disk. Not to be called inside a transaction. */
    void await() {
        long ours = committed();
        if (written >= ours) {
            return;
        }
        lock.writeLock().lock();
        try {
            if (written < ours) {
                long upTo = committed();
                write.run();
                written = upTo;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private synchronized long committed() {
        return committed;
    }

    @Override
    public void close() {
        later.shutdownNow();
    }
}
