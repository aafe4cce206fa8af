package dev.otaroutes.webhook;

import dev.otaroutes.webhook.Settlement.Attempt;
import dev.otaroutes.webhook.Settlement.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is measured of the deliveries, by subscription: tag {@value #TAG} is its id. A subscription that goes takes its numbers with it; what is
 * more than {@value #MOST} is counted together as {@value #OTHERS}.
 */
final class DeliveryMeters {
    static final String TAG = "webhook";
    static final int MOST = 100;
    static final String OTHERS = "other";
    /** Of one call; its time-out is 15 s. */
    private static final Duration[] ATTEMPT_BUCKETS = {Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(500),
        Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(15)};
    /** From the event to the 2xx; a receiver that is away gets it when it is back. */
    private static final Duration[] LATENCY_BUCKETS = {Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(5),
        Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofDays(1)};

    private final MeterRegistry registry;
    private final Map<Long, OfWebhook> known = new ConcurrentHashMap<>();
    private OfWebhook others;

    DeliveryMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Those that there are now; the numbers of others go. Called by one thread at a time. */
    void keep(List<Subscription> all) {
        Set<Long> gone = new HashSet<>(known.keySet());
        all.forEach(subscription -> gone.remove(subscription.id()));
        gone.forEach(id -> known.remove(id).remove());
        all.forEach(subscription -> of(subscription.id()).paused = subscription.paused());
    }

    /** A receiver has answered, or did not in time. */
    void answered(long webhook, Duration took) {
        of(webhook).attempts.record(took);
    }

    /** What came of it is committed. */
    void settled(Attempt attempt, Instant now) {
        OfWebhook meters = of(attempt.run().subscription().id());
        meters.outcomes.get(attempt.outcome()).increment();
        if (attempt.outcome() == Outcome.DELIVERED) {
            meters.latency.record(Duration.between(attempt.delivery().event().at(), now));
        }
    }

    private OfWebhook of(long webhook) {
        OfWebhook own = known.get(webhook);
        return own != null ? own : firstOf(webhook);
    }

    /** A subscription's first deliveries may come before it has been kept. */
    private synchronized OfWebhook firstOf(long webhook) {
        if (known.size() < MOST) {
            return known.computeIfAbsent(webhook, id -> new OfWebhook(String.valueOf(id)));
        }
        if (others == null) {
            others = new OfWebhook(OTHERS);
        }
        return others;
    }

    private final class OfWebhook {
        private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
        private final Timer attempts;
        private final Timer latency;
        private final List<Meter> all = new ArrayList<>();
        private volatile boolean paused;

        OfWebhook(String label) {
            for (Outcome outcome : Outcome.values()) {
                outcomes.put(outcome, Counter.builder("ota.webhook.deliveries")
                        .description("Attempts to deliver an event to a subscription, by what came of them: delivered, failed (it is tried again), dead (given up)")
                        .tags(TAG, label, "outcome", outcome.name().toLowerCase(Locale.ROOT)).register(registry));
            }
            attempts = Timer.builder("ota.webhook.attempt").description("How long one attempt took, until the receiver answered or was given up")
                    .tag(TAG, label).serviceLevelObjectives(ATTEMPT_BUCKETS).register(registry);
            latency = Timer.builder("ota.webhook.latency").description("From an event to the receiver's 2xx, repetitions included")
                    .tag(TAG, label).serviceLevelObjectives(LATENCY_BUCKETS).register(registry);
            all.addAll(outcomes.values());
            all.addAll(List.of(attempts, latency, Gauge.builder("ota.webhook.paused", this, of -> of.paused ? 1 : 0)
                    .description("1 while the subscription is paused: its events are collected and not sent; else 0").tag(TAG, label).register(registry)));
        }

        void remove() {
            all.forEach(registry::remove);
        }
    }
}
