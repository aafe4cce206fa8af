package dev.otaroutes.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that steps of routes run on. One is at work, as long as steps wait for nothing: it finds the next task when it is done with the last,
 * where a second would mostly be woken, find little and fall asleep. More once tasks have to wait for it, as behind steps of an integrator's
 * that ask a slow server.
 * <p>
 * Not one of Camel's pools: that refuses no task either, but from a thousand on has it run by who brings it, which may be the network thread.
 */
public final class RouteThreads implements Executor {
    private static final int AT_FIRST = 1;
    private static final int SEVERAL = 8;
    private static final long WATCH_MILLIS = 500;
    private static final long LONG_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** A thread at work comes to a task by then, unless a step before it waits, or the machine has no time for either. */
    private static final long SHORT_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Logger LOG = LoggerFactory.getLogger("ota.mqtt");

    /** @param since by {@link #nanos} */
    private record Waiting(Runnable task, long since) {
    }

    /** What the pool is given is to run what waits: it knows the threads, not the tasks. */
    private final ThreadPoolExecutor pool;
    private final Queue<Waiting> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger atWork = new AtomicInteger();
    private final LongSupplier nanos;
    private final ThreadLocal<List<Waiting>> gathered = new ThreadLocal<>();
    private int most;
    private Waiting late;

    /** @param most threads when none gets on */
    public RouteThreads(ThreadFactory threads, int most) {
        this(threads, most, System::nanoTime);
    }

    /** @param nanos the time, as {@link System#nanoTime()} has it */
    RouteThreads(ThreadFactory threads, int most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
        pool = new ThreadPoolExecutor(AT_FIRST, AT_FIRST, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads, new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void execute(Runnable task) {
        Waiting waiting = new Waiting(task, nanos.getAsLong());
        List<Waiting> mine = gathered.get();
        if (mine == null) {
            bring(List.of(waiting));
        } else {
            mine.add(waiting);
        }
    }

    /**
     * What the calling thread brings from now on waits until it hands all of it over at once: one by one a thread would mostly be woken, be
     * done before the next comes, and fall asleep.
     */
    void gather() {
        if (gathered.get() == null) {
            gathered.set(new ArrayList<>());
        }
    }

    /** Of what the calling thread has gathered. */
    void handOver() {
        List<Waiting> mine = gathered.get();
        if (mine != null) {
            gathered.remove();
            bring(mine);
        }
    }

    private void bring(List<Waiting> more) {
        // What comes after the stop is nobody's any more: the broker sends it again.
        if (!pool.isShutdown()) {
            tasks.addAll(more);
            wake();
        }
    }

    /** @param timer looks from time to time whether more threads are needed, until it is shut down */
    public void watch(ScheduledExecutorService timer) {
        timer.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** To be called from time to time, by one thread: adds threads when tasks had to wait at the last call as well. */
    synchronized void watch() {
        Waiting oldest = tasks.peek();
        if (oldest == null || nanos.getAsLong() - oldest.since < LONG_WAIT_NANOS) {
            late = null;
            return;
        }
        if (late != null) {
            // None gets on: each may be blocked in a step that waits for what is to be done by a task behind it.
            boolean stuck = late == oldest;
            int threads = Math.min(most, Math.max(SEVERAL, pool.getCorePoolSize() * (stuck ? 2 : 1)));
            if (threads > pool.getCorePoolSize()) {
                pool.setMaximumPoolSize(threads);
                pool.setCorePoolSize(threads);
            }
        }
        late = oldest;
        for (int free = pool.getCorePoolSize() - atWork.get(); free > 0; free--) {
            wake();
        }
    }

    /** Runs what it has to the end; nothing new. */
    public void stop() {
        pool.shutdown();
    }

    /** Has a thread come to what waits, where none is at work, or where it has waited in spite of them. */
    private void wake() {
        Waiting oldest = tasks.peek();
        int working = atWork.get();
        boolean needed = oldest != null && (working == 0
                || working < pool.getCorePoolSize() && nanos.getAsLong() - oldest.since > SHORT_WAIT_NANOS);
        // Where another has come in between, it sees what waits here.
        if (needed && atWork.compareAndSet(working, working + 1)) {
            start();
        }
    }

    private void start() {
        try {
            pool.execute(this::work);
        } catch (OutOfMemoryError e) {
            limit(e);
            boolean idle = pool.getPoolSize() >= atWork.get();
            if (idle) {
                pool.execute(this::work);
            } else {
                // Those at work come to what waits; where there is none, whoever brings the next task, or the watch, tries again.
                atWork.decrementAndGet();
            }
        }
    }

    private void work() {
        try {
            do {
                for (Waiting next = tasks.poll(); next != null; next = tasks.poll()) {
                    next.task.run();
                    wake();
                }
                atWork.decrementAndGet();
                // What has come before that may have found one at work.
            } while (!tasks.isEmpty() && atWork.compareAndSet(0, 1));
        } catch (RuntimeException | Error e) {
            atWork.decrementAndGet();
            wake();
            throw e;
        }
    }

    /** Of threads, not of memory: whoever sets a limit for them gets by with those that there are. */
    private synchronized void limit(OutOfMemoryError refused) {
        most = Math.max(1, pool.getPoolSize());
        pool.setCorePoolSize(most);
        pool.setMaximumPoolSize(most);
        LOG.warn("no more than {} threads for routes: {}", most, refused.getMessage());
    }
}
