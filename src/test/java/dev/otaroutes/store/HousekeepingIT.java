package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static dev.otaroutes.store.StoreUnderTest.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.support.OtherTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/** History and events end with their time, and nobody waits for it. */
class HousekeepingIT {
    private static final Duration KEEP_HISTORY = Duration.ofDays(90);
    private static final Duration KEEP_EVENTS = Duration.ofDays(30);
    private static final Duration LITTLE = Duration.ofMillis(1);

    private final Map<String, Integer> removed = new TreeMap<>();

    @ParameterizedTest
    @EnumSource
    void historyGoesWhenItIsOldAlsoThatOfADeviceThatIsGone(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Instant edge = store.clock.instant().minus(KEEP_HISTORY);
            history(store, "pk/a", 1, 300, edge.minus(LITTLE));
            history(store, "pk/a", 2, 300, edge);
            history(store, "pk/b", 0, 700, edge.minus(LITTLE));
            history(store, "pk/b", 3, 1, edge.plus(LITTLE));

            assertThat(housekeeping(store).cleanHistory()).isEqualTo(1_000);

            assertThat(store.texts("SELECT CONCAT(device, ' ', task_id, ' ', COUNT(*)) FROM ota_history GROUP BY device, task_id ORDER BY device, task_id"))
                    .containsExactly("pk/a 2 300", "pk/b 3 1");
            assertThat(removed).containsExactly(Map.entry("history", 1_000));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWalkGoesOnWhereAnotherProcessStoppedAndThenRestsForADay(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Instant old = store.clock.instant().minus(KEEP_HISTORY).minus(LITTLE);
            int more = Housekeeping.CHUNK * Housekeeping.CHUNKS + 7;
            history(store, "pk/a", 1, more, old);
            assertThat(housekeeping(store).cleanHistory()).isEqualTo(more - 7);
            assertThat(store.text("SELECT place FROM ota_lock WHERE name = 'keep-history'")).isEqualTo("pk/a 1 " + (more - 8));
            assertThat(housekeeping(store).cleanHistory()).as("another process").isEqualTo(7);

            history(store, "pk/a", 1, 3, old);
            assertThat(housekeeping(store).cleanHistory()).isZero();
            store.clock.forward(Duration.ofDays(1));
            assertThat(housekeeping(store).cleanHistory()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEventThatSomebodyWaitsForStaysHoweverOldItIs(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Instant edge = store.clock.instant().minus(KEEP_EVENTS);
            events(store, 1, 600, edge.minus(LITTLE), null);
            events(store, 601, 610, edge.minus(LITTLE), 1);
            events(store, 611, 620, edge.minus(LITTLE), null);
            events(store, 621, 625, edge, null);
            webhook(store, 1);
            webhook(store, 2);
            delivery(store, 1, 5, null);
            delivery(store, 2, 5, null);
            delivery(store, 1, 6, null);
            delivery(store, 2, 6, 1);
            delivery(store, 1, 615, null);
            delivery(store, 1, 621, null);

            assertThat(housekeeping(store).cleanEvents()).isEqualTo(609);

            assertThat(store.texts("SELECT CONCAT('', id) FROM ota_event ORDER BY id")).containsExactly("6", "601", "602", "603", "604", "605", "606",
                    "607", "608", "609", "610", "621", "622", "623", "624", "625");
            assertThat(store.texts("SELECT CONCAT(webhook_id, ' ', event_id) FROM ota_delivery ORDER BY event_id, webhook_id"))
                    .containsExactly("1 6", "2 6", "1 621");
            assertThat(removed).containsExactly(Map.entry("events", 609));

            store.database.jdbc().sql("UPDATE ota_delivery SET is_open = NULL").update();
            store.clock.forward(Duration.ofMinutes(10));
            assertThat(housekeeping(store).cleanEvents()).as("delivered meanwhile, and 10 minutes older").isEqualTo(6);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatADeletedSubscriptionHasLeftGoes(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            int left = Housekeeping.CHUNK + 7;
            webhook(store, 2);
            deliveries(store, 1, left);
            deliveries(store, 2, 3);
            lanes(store, 1, left);
            lanes(store, 2, 3);
            lanes(store, 4, 2 * left);

            assertThat(housekeeping(store).cleanDeliveries()).isEqualTo(left);

            assertThat(store.texts("SELECT CONCAT(webhook_id, ' ', COUNT(*)) FROM ota_delivery GROUP BY webhook_id")).containsExactly("2 3");
            assertThat(store.texts("SELECT CONCAT(webhook_id, ' ', COUNT(*)) FROM ota_webhook_lane GROUP BY webhook_id")).containsExactly("2 3");
            assertThat(removed).containsExactly(Map.entry("deliveries", left));
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneInstanceAtATimeRemoves(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            history(store, "pk/a", 1, 3, store.clock.instant().minus(KEEP_HISTORY).minus(LITTLE));
            int other;
            try (OtherTransaction holder = new OtherTransaction(store.database.dataSource())) {
                holder.jdbc().sql("SELECT name FROM ota_lock WHERE name = 'keep-history' FOR UPDATE").query(String.class).single();
                other = CompletableFuture.supplyAsync(() -> housekeeping(store).cleanHistory()).orTimeout(30, TimeUnit.SECONDS).join();
            }
            assertThat(other).isZero();
            assertThat(housekeeping(store).cleanHistory()).isEqualTo(3);
        }
    }

    /** On H2, in this process, commits wait for each other; there only the transaction has to be short. */
    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void aDeviceIsHandledWhileItsOldHistoryAndEventsAreBeingDeleted(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            join(rollout.inform(device("d"), inform("1.0")));
            Instant old = store.clock.instant().minus(KEEP_HISTORY).minus(LITTLE);
            history(store, "pk/d", 99, 5_000, old);
            events(store, 1_000, 5_000, old, null);
            CountDownLatch deleted = new CountDownLatch(1);
            CountDownLatch handled = new CountDownLatch(1);
            CompletableFuture<Void> clean = CompletableFuture.runAsync(() -> store.database.transaction(() -> {
                housekeeping(store).cleanHistory();
                housekeeping(store).cleanEvents();
                deleted.countDown();
                await(handled);
            }));
            await(deleted);

            join(rollout.assign(device("d"), store.runningBatch("2.0", "{}")));
            assertThat(join(rollout.inform(device("d"), inform("1.1")))).as("answered before the deletion is committed").isNotNull();

            handled.countDown();
            join(clean);
            assertThat(store.number("SELECT COUNT(*) FROM ota_history WHERE task_id = 99")).isZero();
            assertThat(store.number("SELECT COUNT(*) FROM ota_event WHERE id BETWEEN 1000 AND 5000")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void informsOfTheSameDeviceGoOnWhileALargeCleanRuns(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            join(rollout.inform(device("d"), inform("1.0")));
            history(store, "pk/d", 99, 15_000, store.clock.instant().minus(KEEP_HISTORY).minus(LITTLE));
            CompletableFuture<Integer> clean = CompletableFuture.supplyAsync(() -> housekeeping(store).cleanHistory() + housekeeping(store).cleanHistory());
            List<Long> latencies = new ArrayList<>();
            do {
                long begun = System.nanoTime();
                join(rollout.inform(device("d"), inform("1." + latencies.size())));
                latencies.add(System.nanoTime() - begun);
            } while (!clean.isDone());

            assertThat(clean.join()).isEqualTo(15_000);
            assertThat(latencies).as("not one inform for the whole clean").hasSizeGreaterThan(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChunkReadsLittleMoreThanItLooksAt(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            for (int i = 0; i < 200; i++) {
                history(store, "pk/d" + (1_000 + i), 1, 100, store.clock.instant());
            }
            events(store, 1, 20_000, store.clock.instant(), null);
            webhook(store, 1);
            deliveries(store, 1, 10_000);
            deliveries(store, 2, 10_000);
            lanes(store, 1, 10_000);
            lanes(store, 2, 10_000);
            for (String table : List.of("ota_history", "ota_event", "ota_delivery", "ota_webhook_lane")) {
                store.database.named().getJdbcOperations().execute((kind == StoreUnderTest.Kind.POSTGRESQL ? "ANALYZE " : "ANALYZE TABLE ") + table);
            }
            StatementPlansIT.readsFew(store, kind, "housekeeping/next-history", Map.of("device", "pk/d1100", "taskId", 1L, "slot", 50, "most", 100));
            StatementPlansIT.readsFew(store, kind, "housekeeping/next-events", Map.of("after", 10_000L, "most", 100));
            StatementPlansIT.readsFew(store, kind, "webhook/find-deliveries-of-events", Map.of("webhook", 1L, "first", 5_000L, "last", 5_099L));
            StatementPlansIT.readsFew(store, kind, "housekeeping/next-webhook", Map.of("from", 2L));
            StatementPlansIT.readsFew(store, kind, "housekeeping/deliveries-of-webhook", Map.of("webhook", 2L, "most", 100));
            StatementPlansIT.readsFew(store, kind, "housekeeping/lanes-of-webhook", Map.of("webhook", 2L, "most", 100));
        }
    }

    private Housekeeping housekeeping(StoreUnderTest store) {
        return new Housekeeping(store.database, store.sql, store.clock, KEEP_HISTORY, KEEP_EVENTS, (what, rows) -> removed.merge(what, rows, Integer::sum));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void history(StoreUnderTest store, String device, long taskId, int entries, Instant at) {
        List<MapSqlParameterSource> rows = new ArrayList<>();
        for (int slot = 0; slot < entries; slot++) {
            rows.add(new MapSqlParameterSource("device", device).addValue("task", taskId).addValue("slot", slot).addValue("at", Times.toDb(at)));
        }
        insert(store, "INSERT INTO ota_history (device, task_id, slot, number, at, type) VALUES (:device, :task, :slot, :slot, :at, 'progress')", rows);
    }

    private static void events(StoreUnderTest store, int first, int last, Instant at, Integer undelivered) {
        List<MapSqlParameterSource> rows = new ArrayList<>();
        for (int id = first; id <= last; id++) {
            rows.add(new MapSqlParameterSource("id", id).addValue("at", Times.toDb(at)).addValue("undelivered", undelivered));
        }
        insert(store, """
                INSERT INTO ota_event (id, type, at, product_key, device_key, data, undelivered)
                VALUES (:id, 'task.progress', :at, 'pk', 'd', '{}', :undelivered)""", rows);
    }

    private static void webhook(StoreUnderTest store, int id) {
        store.database.jdbc().sql("""
                INSERT INTO ota_webhook (id, name, url, format, events, secret, headers, status, after_event_id, created_at, updated_at)
                VALUES (:id, 'w', 'http://w.example', 'standard', '*', 's', '{}', 'active', 0, :now, :now)""")
                .param("id", id).param("now", Times.toDb(store.clock.instant())).update();
    }

    private static void delivery(StoreUnderTest store, int webhook, int event, Integer open) {
        store.database.jdbc().sql("""
                INSERT INTO ota_delivery (webhook_id, event_id, lane, status, is_open, attempts, created_at, updated_at)
                VALUES (:webhook, :event, 'pk/d', :status, :open, 1, :now, :now)""")
                .param("webhook", webhook).param("event", event).param("status", open == null ? "delivered" : "waiting").param("open", open)
                .param("now", Times.toDb(store.clock.instant())).update();
    }

    private static void deliveries(StoreUnderTest store, int webhook, int many) {
        List<MapSqlParameterSource> rows = new ArrayList<>();
        for (int event = 1; event <= many; event++) {
            rows.add(new MapSqlParameterSource("webhook", webhook).addValue("event", event).addValue("now", Times.toDb(store.clock.instant())));
        }
        insert(store, """
                INSERT INTO ota_delivery (webhook_id, event_id, lane, status, is_open, attempts, created_at, updated_at)
                VALUES (:webhook, :event, 'pk/d', 'waiting', 1, 1, :now, :now)""", rows);
    }

    private static void lanes(StoreUnderTest store, int webhook, int many) {
        List<MapSqlParameterSource> rows = new ArrayList<>();
        for (int device = 1; device <= many; device++) {
            rows.add(new MapSqlParameterSource("webhook", webhook).addValue("lane", "pk/" + device));
        }
        insert(store, "INSERT INTO ota_webhook_lane (webhook_id, lane) VALUES (:webhook, :lane)", rows);
    }

    private static void insert(StoreUnderTest store, String statement, List<MapSqlParameterSource> rows) {
        MapSqlParameterSource[] all = rows.toArray(MapSqlParameterSource[]::new);
        for (int from = 0; from < all.length; from += 2_000) {
            MapSqlParameterSource[] some = Arrays.copyOfRange(all, from, Math.min(all.length, from + 2_000));
            store.database.transaction(() -> store.database.named().batchUpdate(statement, some));
        }
    }
}
