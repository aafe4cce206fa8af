package dev.otaroutes.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.spi.ExecutorServiceManager;

/** A connection's threads, beside the client's network thread, on which no route ever runs. */
final class MqttThreads {
    private static final int LANES = 8;

    /** Where routes start: one thread each, so that messages of one lane start in order. */
    final List<Executor> lanes = new ArrayList<>();
    /** Where routes go on after a publish. */
    final Executor outcomes;
    final ScheduledExecutorService timer;
    private final ExecutorServiceManager threads;
    private final List<ExecutorService> pools = new ArrayList<>();

    MqttThreads(ExecutorServiceManager threads) {
        this.threads = threads;
        timer = threads.newSingleThreadScheduledExecutor(this, "MqttTimer");
        for (int i = 0; i < LANES; i++) {
            lanes.add(pool(threads.newSingleThreadExecutor(this, "MqttIn")));
        }
        outcomes = pool(threads.newFixedThreadPool(this, "MqttOut", LANES));
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
