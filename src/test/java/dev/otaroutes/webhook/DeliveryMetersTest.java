package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DeliveryMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DeliveryMeters meters = new DeliveryMeters(registry);

    @Test
    void aSubscriptionHasItsNumbersFromTheStartAndTakesThemWithIt() {
        meters.keep(List.of(subscription(1, false), subscription(2, true)));
        assertThat(labels()).containsExactlyInAnyOrder("1", "2");
        assertThat(registry.get("ota.webhook.paused").tag("webhook", "2").gauge().value()).isEqualTo(1);

        meters.keep(List.of(subscription(2, false)));
        assertThat(labels()).containsExactly("2");
        assertThat(registry.get("ota.webhook.paused").tag("webhook", "2").gauge().value()).isZero();
        assertThat(registry.getMeters().stream().map(Meter::getId)).allMatch(id -> "2".equals(id.getTag("webhook")));
    }

    @Test
    void moreThanAHundredAreCountedTogether() {
        meters.keep(LongStream.rangeClosed(1, 150).mapToObj(id -> subscription(id, false)).toList());
        meters.answered(100, Duration.ofMillis(20));
        meters.answered(101, Duration.ofMillis(20));
        meters.answered(150, Duration.ofMillis(20));

        assertThat(labels()).hasSize(101).contains("100", "other").doesNotContain("101");
        assertThat(registry.get("ota.webhook.attempt").tag("webhook", "100").timer().count()).isEqualTo(1);
        assertThat(registry.get("ota.webhook.attempt").tag("webhook", "other").timer().count()).isEqualTo(2);
    }

    @Test
    void whatIsDeliveredBeforeItsSubscriptionIsKeptIsCountedAsItsOwn() {
        meters.answered(7, Duration.ofMillis(20));
        meters.keep(List.of(subscription(7, false)));
        meters.answered(7, Duration.ofMillis(20));

        assertThat(labels()).containsExactly("7");
        assertThat(registry.get("ota.webhook.attempt").tag("webhook", "7").timer().count()).isEqualTo(2);
    }

    private Set<String> labels() {
        return registry.find("ota.webhook.deliveries").counters().stream().map(counter -> counter.getId().getTag("webhook")).collect(Collectors.toSet());
    }

    private static Subscription subscription(long id, boolean paused) {
        return new Subscription(id, "name", "http://127.0.0.1", "standard", List.of("*"), null, null, List.of(), Map.of(), paused, null, 0, null, null,
                Instant.EPOCH, Instant.EPOCH);
    }
}
