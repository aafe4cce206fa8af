package dev.otaroutes.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.spi.ExecutorServiceManager;

/** A connection's threads, beside the client's network thread, on which no route ever runs. */
final class MqttThreads {
    private static final int LANES = 8;
    /** More of them only wake each other: the steps up to the store, and after it, wait for nothing. */
    private static final int THREADS = 2;
    private static final int MOST_OUTCOME_THREADS = 1024;
    private static final long WATCH_SECONDS = 1;
    private static final long LONG_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Where routes start: messages of one lane start in order. */
    final List<Executor> lanes = new ArrayList<>();
    /** Where routes go on after a publish. */
    final ExecutorService outcomes;
    final ScheduledExecutorService timer;
    private final ExecutorServiceManager threads;
    private final ExecutorService starts;
    private Runnable stuck;

    MqttThreads(ExecutorServiceManager threads) {
        this.threads = threads;
        // Not one of Camel's: it refuses what is more than a thousand, such as the next attempts of that many messages.
        timer = Executors.newSingleThreadScheduledExecutor(task -> threads.newThread("MqttTimer", task));
        starts = threads.newFixedThreadPool(this, "MqttIn", THREADS);
        for (int i = 0; i < LANES; i++) {
            lanes.add(new Lane(starts));
        }
        outcomes = threads.newFixedThreadPool(this, "MqttOut", THREADS);
        timer.scheduleWithFixedDelay(this::watch, WATCH_SECONDS, WATCH_SECONDS, TimeUnit.SECONDS);
    }

    private void watch() {
        if (starts instanceof ThreadPoolExecutor pool && pool.getQueue().peek() instanceof Lane lane && lane.waiting() > LONG_WAIT_NANOS) {
            // Its steps wait for something, such as a server of an integrator's.
            resize(pool, LANES);
        }
        if (outcomes instanceof ThreadPoolExecutor pool) {
            Runnable oldest = pool.getQueue().peek();
            if (oldest != null && oldest == stuck) {
                // None gets on: each may be blocked in a step that waits for a publish of its own, whose outcome waits here behind it.
                resize(pool, Math.min(MOST_OUTCOME_THREADS, pool.getCorePoolSize() * 2));
            }
            stuck = oldest;
        }
    }

    private static void resize(ThreadPoolExecutor pool, int size) {
        pool.setMaximumPoolSize(size);
        pool.setCorePoolSize(size);
    }

    /** Lets what runs run to its end; nothing new starts. */
    void stop() {
        threads.shutdownNow(timer);
        threads.shutdown(starts);
        threads.shutdown(outcomes);
    }
}
