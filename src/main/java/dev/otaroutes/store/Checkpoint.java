package dev.otaroutes.store;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Brings H2's commits to disk, and only when no transaction is open.
 * <p>
 * H2 answers a commit before it is on disk, half a second by default: a kill would lose what was acknowledged. CHECKPOINT SYNC
 * writes it, but as the store stands, with what other transactions have done so far. After a kill H2 has to roll those back,
 * and 2.4.240 then sometimes drops rows that a transaction had only locked, while their index entries stay. So a checkpoint waits until the
 * transactions that run have ended, and one checkpoint does for all commits before it.
 */
final class Checkpoint {
    /** Fair, or a checkpoint would wait for ever while transactions come and go. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    private final Runnable write;
    private long committed;
    private long written;

    /** @param write runs the checkpoint */
    Checkpoint(Runnable write) {
        this.write = write;
    }

    /** Runs a transaction; its commit is not on disk yet when this returns. */
    <T> T transaction(Supplier<T> work) {
        lock.readLock().lock();
        try {
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Returns when what was committed before is on disk. Not to be called inside a transaction. */
    void await() {
        long ours;
        synchronized (this) {
            ours = ++committed;
        }
        lock.writeLock().lock();
        try {
            if (written < ours) {
                long upTo;
                synchronized (this) {
                    upTo = committed;
                }
                write.run();
                written = upTo;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
