package dev.otaroutes.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What has come of the messages: how many in all, and the latencies, in µs, of those that ended while it was measured. */
final class Arrivals {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);

    private final AtomicLong all = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong contradicted = new AtomicLong();
    private final Histogram latencies = new ConcurrentHistogram(LONGEST_MICROS, 3);
    private volatile boolean measuring;
    private volatile Thread waiting;

    void arrived(long latencyNanos) {
        all.incrementAndGet();
        wake();
        if (measuring) {
            latencies.recordValue(Math.min(LONGEST_MICROS, Math.max(0, latencyNanos / 1_000)));
        }
    }

    /** The broker has taken one. */
    void acknowledged() {
        acknowledged.incrementAndGet();
        wake();
    }

    /** Waits on this thread, and on no other at a time, until something has come or the broker has taken something, unless it need not wait. */
    void awaitOne(BooleanSupplier enough, long mostNanos) {
        waiting = Thread.currentThread();
        if (!enough.getAsBoolean()) {
            LockSupport.parkNanos(mostNanos);
        }
        waiting = null;
    }

    private void wake() {
        Thread sleeper = waiting;
        if (sleeper != null) {
            waiting = null;
            LockSupport.unpark(sleeper);
        }
    }

    /** One has come again. */
    void repeated() {
        repeated.incrementAndGet();
    }

    /** Something has come that says otherwise than what came before. */
    void contradicted() {
        contradicted.incrementAndGet();
    }

    long all() {
        return all.get();
    }

    long allAcknowledged() {
        return acknowledged.get();
    }

    long allRepeated() {
        return repeated.get();
    }

    long allContradicted() {
        return contradicted.get();
    }

    void measure() {
        measuring = true;
    }

    Histogram stop() {
        measuring = false;
        return latencies.copy();
    }
}
