package dev.otaroutes.store;

import dev.otaroutes.rollout.DeviceState;
import dev.otaroutes.rollout.Event;
import dev.otaroutes.rollout.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What is measured of the {@link GroupedRollout}: two numbers a group, and a counter for each event that it wrote. */
final class StoreMeters {
    /** There from the start: a rate has to begin at 0. */
    private static final List<String> TASK_EVENTS = List.of("task.pushed", "task.succeeded", "task.failed");
    private static final Duration[] COMMIT_BUCKETS = {Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25),
        Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofSeconds(5)};

    private final MeterRegistry registry;
    private final Timer commits;
    private final DistributionSummary sizes;
    private final Map<String, Counter> events = new ConcurrentHashMap<>();
    private final Map<String, Counter> failures = new ConcurrentHashMap<>();

    StoreMeters(MeterRegistry registry, GroupedRollout rollout) {
        this.registry = registry;
        commits = Timer.builder("ota.store.commit").description("Transactions that stored a group of calls, from its first statement to its commit")
                .serviceLevelObjectives(COMMIT_BUCKETS).register(registry);
        sizes = DistributionSummary.builder("ota.store.group.size").description("Calls in each of these transactions")
                .serviceLevelObjectives(1, 2, 5, 10, 25, 50, 100, 200).register(registry);
        Gauge.builder("ota.store.queued", rollout, GroupedRollout::queued).description("Calls that wait for their transaction").register(registry);
        Gauge.builder("ota.store.failing", rollout, of -> of.trouble() == null ? 0 : 1)
                .description("1 while nothing can be stored and all waits for the database, else 0").register(registry);
        TASK_EVENTS.forEach(this::event);
        EnumSet.range(Reason.UPGRADE_FAILED, Reason.PUSH_FAILED).forEach(reason -> failure(reason.text()));
    }

    /** A group has been committed. @param touched the devices that it was about, with the events that were written */
    void committed(int calls, Duration took, Collection<DeviceState> touched) {
        commits.record(took);
        sizes.record(calls);
        for (DeviceState device : touched) {
            for (Event event : device.events()) {
                event(event.type()).increment();
                if (event.type().equals("task.failed")) {
                    failure(String.valueOf(event.data().get("reason"))).increment();
                }
            }
        }
    }

    private Counter event(String type) {
        return events.computeIfAbsent(type, none -> Counter.builder("ota.device.events")
                .description("Events of devices and their tasks that this instance wrote to the outbox, by type").tag("type", type).register(registry));
    }

    private Counter failure(String reason) {
        return failures.computeIfAbsent(reason, none -> Counter.builder("ota.task.failures")
                .description("Tasks that this instance found failed, by reason").tag("reason", reason).register(registry));
    }
}
