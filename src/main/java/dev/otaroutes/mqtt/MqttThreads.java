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
    private static final int MOST_OUTCOME_THREADS = 1024;
    private static final long WATCH_SECONDS = 1;

    /** Where routes start: one thread each, so that messages of one lane start in order. */
    final List<Executor> lanes = new ArrayList<>();
    /** Where routes go on after a publish. */
    final Executor outcomes;
    final ScheduledExecutorService timer;
    private final ExecutorServiceManager threads;
    private final List<ExecutorService> pools = new ArrayList<>();
    private Runnable stuck;

    MqttThreads(ExecutorServiceManager threads) {
        this.threads = threads;
        // Not one of Camel's: it refuses what is more than a thousand, such as the next attempts of that many messages.
        timer = Executors.newSingleThreadScheduledExecutor(task -> threads.newThread("MqttTimer", task));
        for (int i = 0; i < LANES; i++) {
            lanes.add(pool(threads.newSingleThreadExecutor(this, "MqttIn")));
        }
        outcomes = pool(threads.newFixedThreadPool(this, "MqttOut", LANES));
        timer.scheduleWithFixedDelay(this::watch, WATCH_SECONDS, WATCH_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Doubles the threads when none gets on: each may be blocked in a step that waits for a publish of its own, whose
     * outcome waits here behind it.
     */
    private void watch() {
        if (outcomes instanceof ThreadPoolExecutor pool) {
            Runnable oldest = pool.getQueue().peek();
            int more = Math.min(MOST_OUTCOME_THREADS, pool.getCorePoolSize() * 2);
            if (oldest != null && oldest == stuck) {
                pool.setMaximumPoolSize(more);
                pool.setCorePoolSize(more);
            }
            stuck = oldest;
        }
    }

    /** Lets what runs run to its end; nothing new starts. */
    void stop() {
        threads.shutdownNow(timer);
        pools.forEach(threads::shutdown);
    }

    private ExecutorService pool(ExecutorService pool) {
        pools.add(pool);
        return pool;
    }
}
