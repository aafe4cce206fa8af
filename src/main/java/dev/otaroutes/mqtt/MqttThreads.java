package dev.otaroutes.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.spi.ExecutorServiceManager;

/** Threads of a connection, or of several that publish the same, and the network thread, on which no route ever runs. */
final class MqttThreads {
    private static final int LANES = 8;
    private static final int MOST_OUTCOME_THREADS = 1024;

    /** Where routes start: messages of one lane start in order. */
    final List<Executor> lanes = new ArrayList<>();
    /** Where routes go on after a publish. */
    final RouteThreads outcomes;
    final ScheduledExecutorService timer;
    final List<RouteThreads> pools;
    /** Runs the network thread. */
    final Executor network;
    private final ExecutorServiceManager threads;

    /** @param network runs the network thread, which others may share */
    MqttThreads(ExecutorServiceManager threads, Executor network) {
        this.threads = threads;
        this.network = network;
        // Not one of Camel's: it refuses what is more than a thousand, such as the next attempts of that many messages.
        timer = Executors.newSingleThreadScheduledExecutor(task -> threads.newThread("MqttTimer", task));
        RouteThreads starts = new RouteThreads(task -> threads.newThread("MqttIn", task), LANES);
        for (int i = 0; i < LANES; i++) {
            lanes.add(new Lane(starts));
        }
        outcomes = new RouteThreads(task -> threads.newThread("MqttOut", task), MOST_OUTCOME_THREADS);
        pools = List.of(starts, outcomes);
        pools.forEach(pool -> pool.watch(timer));
    }

    /** Lets what waits for a thread run to its end; nothing more starts. */
    void stop() {
        threads.shutdownNow(timer);
        pools.forEach(RouteThreads::stop);
    }
}
