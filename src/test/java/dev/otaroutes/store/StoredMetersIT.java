package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.observe.StoredMeters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What metrics show of the tables, on each database. */
class StoredMetersIT {
    @ParameterizedTest
    @EnumSource
    void tasksBatchesAndDeliveriesAreRead(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            StoredMeters stored = new StoredMeters(store.database, store.sql, store.clock, meters);
            assertThat(value(meters, "ota.tasks", "status", "pending")).as("not read yet").isNaN();

            long running = store.batch("2.0.0", "running", "{}", true, "{}");
            long paused = store.batch("2.0.0", "running", "{}", true, "{}");
            store.database.jdbc().sql("UPDATE ota_batch SET paused = 1 WHERE id = :id").param("id", paused).update();
            long ended = store.batch("2.0.0", "finished", "{}", true, "{}");
            count(store, running, "pending", 0, 5);
            count(store, running, "pending", 1, -2);
            count(store, running, "rolled-back", 0, 1);
            count(store, paused, "pushed", 0, 4);
            count(store, ended, "succeeded", 0, 1_000);
            long served = webhook(store, "served");
            long away = webhook(store, "away");
            delivery(store, away, 1, "dead", 5_000);
            delivery(store, away, 2, "waiting", 90);
            delivery(store, away, 3, "waiting", 30);
            stored.refresh();

            assertThat(value(meters, "ota.tasks", "status", "pending")).isEqualTo(3);
            assertThat(value(meters, "ota.tasks", "status", "pushed")).isEqualTo(4);
            assertThat(value(meters, "ota.tasks", "status", "succeeded")).as("of batches under way").isZero();
            assertThat(meters.find("ota.tasks").gauges()).as("the states, and nothing else").hasSize(6);
            assertThat(value(meters, "ota.batches", "status", "running")).isEqualTo(1);
            assertThat(value(meters, "ota.batches", "status", "paused")).isEqualTo(1);
            for (Map.Entry<String, List<Double>> expected : Map.of("ota.webhook.waiting", List.of(0.0, 2.0), "ota.webhook.dead", List.of(0.0, 1.0),
                    "ota.webhook.oldest.waiting", List.of(0.0, 90.0)).entrySet()) {
                assertThat(List.of(value(meters, expected.getKey(), "webhook", String.valueOf(served)),
                        value(meters, expected.getKey(), "webhook", String.valueOf(away)))).as(expected.getKey()).isEqualTo(expected.getValue());
            }

            store.database.jdbc().sql("DELETE FROM ota_webhook WHERE id = :id").param("id", away).update();
            stored.refresh();
            assertThat(meters.find("ota.webhook.waiting").gauges()).as("a subscription that is gone takes its numbers with it").hasSize(1);
            store.clock.forward(Duration.ofSeconds(61));
            assertThat(value(meters, "ota.batches", "status", "running")).as("not read for a minute").isNaN();
        }
    }

    private static double value(SimpleMeterRegistry meters, String name, String tag, String value) {
        Gauge gauge = meters.find(name).tag(tag, value).gauge();
        assertThat(gauge).as("%s of %s", name, value).isNotNull();
        return gauge.value();
    }

    private static void count(StoreUnderTest store, long batch, String status, int shard, int tasks) {
        store.database.jdbc().sql("INSERT INTO ota_batch_count (batch_id, status, stage, shard, tasks) VALUES (?, ?, 0, ?, ?)")
                .params(batch, status, shard, tasks).update();
    }

    private static long webhook(StoreUnderTest store, String name) {
        store.database.jdbc().sql("""
                INSERT INTO ota_webhook (name, url, format, events, secret, headers, status, after_event_id, created_at, updated_at)
                VALUES (:name, 'http://127.0.0.1', 'standard', '*', 'whsec_', '{}', 'active', 0, :now, :now)""")
                .param("name", name).param("now", Times.toDb(store.clock.instant())).update();
        return store.number("SELECT MAX(id) FROM ota_webhook");
    }

    private static void delivery(StoreUnderTest store, long webhook, long event, String status, int secondsAgo) {
        store.database.jdbc().sql("""
                INSERT INTO ota_delivery (webhook_id, event_id, lane, status, is_open, attempts, created_at, updated_at)
                VALUES (:webhook, :event, 'pk/d', :status, :open, 0, :at, :at)""").param("webhook", webhook).param("event", event).param("status", status)
                .param("open", status.equals("waiting") ? 1 : null).param("at", Times.toDb(store.clock.instant().minusSeconds(secondsAgo))).update();
    }
}
