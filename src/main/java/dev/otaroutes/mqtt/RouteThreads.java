package dev.otaroutes.mqtt;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that steps of routes run on. One, as long as steps wait for nothing: it finds the next task when it is done with the last, where a
 * second would mostly be woken, find little and fall asleep. More once tasks have to wait for it, as behind steps of an integrator's that ask
 * a slow server.
 * <p>
 * Not one of Camel's pools: that refuses no task either, but from a thousand on has it run by who brings it, which may be the network thread.
 */
public final class RouteThreads implements Executor {
    private static final int AT_FIRST = 1;
    private static final int SEVERAL = 8;
    private static final long WATCH_MILLIS = 500;
    private static final long LONG_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Logger LOG = LoggerFactory.getLogger("ota.mqtt");

    /** @param since by {@link System#nanoTime()} */
    private record Waiting(Runnable task, long since) implements Runnable {
        @Override
        public void run() {
            task.run();
        }
    }

    private final ThreadPoolExecutor pool;
    private int most;
    private Waiting late;

    /** @param most threads when none gets on */
    public RouteThreads(ThreadFactory threads, int most) {
        this.most = most;
        // What comes after the stop is nobody's any more: the broker sends it again.
        pool = new ThreadPoolExecutor(AT_FIRST, AT_FIRST, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads, new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void execute(Runnable task) {
        Waiting waiting = new Waiting(task, System.nanoTime());
        try {
            pool.execute(waiting);
        } catch (OutOfMemoryError e) {
            // The pool has not taken it: whoever brought it would hear of that, and what waits behind it would wait for ever.
            limit(e);
            pool.execute(waiting);
        }
    }

    /** @param timer looks from time to time whether more threads are needed, until it is shut down */
    public void watch(ScheduledExecutorService timer) {
        timer.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** To be called from time to time, by one thread: adds threads when tasks had to wait at the last call as well. */
    synchronized void watch() {
        Waiting oldest = (Waiting) pool.getQueue().peek();
        if (oldest == null || System.nanoTime() - oldest.since < LONG_WAIT_NANOS) {
            late = null;
            return;
        }
        if (late != null) {
            // None gets on: each may be blocked in a step that waits for what is to be done by a task behind it.
            boolean stuck = late == oldest;
            grow(Math.min(most, Math.max(SEVERAL, pool.getCorePoolSize() * (stuck ? 2 : 1))));
        }
        late = oldest;
    }

    /** Runs what it has to the end; nothing new. */
    public void stop() {
        pool.shutdown();
    }

    private void grow(int threads) {
        if (threads <= pool.getCorePoolSize()) {
            return;
        }
        try {
            pool.setMaximumPoolSize(threads);
            pool.setCorePoolSize(threads);
        } catch (OutOfMemoryError e) {
            limit(e);
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
