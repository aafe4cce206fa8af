package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/** With many devices and much history a statement of the hot path reads what it finds and little more, on any of the databases. */
class StatementPlansIT {
    private static final int DEVICES = 20_000;
    private static final int BATCHES = 10;
    private static final int AT_ONCE = 2_000;
    /** The largest answer asked for here has 200 rows. */
    private static final int READ_AT_MOST = 250;

    @ParameterizedTest
    @EnumSource
    void hotStatementsReadLittleMoreThanTheyFind(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            fill(store);
            List<String> devices = IntStream.range(100, 132).mapToObj(i -> "pk/d" + i).toList();
            Map<String, Object> values = new HashMap<>(Map.of("devices", devices, "ids", List.of(5L, 6L, 7L), "batchId", 3L, "most", 200,
                    "productKey", "pk", "module", "default", "after", "pk/d15", "now", Times.toDb(store.clock.instant())));
            values.put("until", Times.toDb(store.clock.instant()));
            for (String statement : List.of("device/lock", "device/find-modules", "task/find-open", "task/find-open-by-id", "task/find-by-batch", "task/find-by-id",
                    "task/find-last", "task/find-ids", "scheduler/claim-due", "scheduler/lease-due", "scheduler/next-devices")) {
                readsFew(store, kind, statement, values);
            }
            readsFew(store, kind, "scheduler/find-waiting", Map.of("batchId", 8L, "waiting", 1, "after", 0L, "most", 100));
            readsFew(store, kind, "scheduler/find-to-cancel", Map.of("batchId", 8L, "statuses", List.of("pending"), "after", 0L, "most", 100));
            readsFew(store, kind, "scheduler/find-silent", Map.of("batchId", 8L, "heard", Times.toDb(store.clock.instant()), "after", 0L, "most", 100));
            readsFew(store, kind, "batch/find-held", Map.of("ids", List.of(3L, 8L)));
            readsFew(store, kind, "external/find-due", Map.of("verified", 1, "now", Times.toDb(store.clock.instant()), "most", 50));
            readsFew(store, kind, "operator/list-tasks", Map.of("batchId", 8L, "after", 0L, "limit", 100));
            readsFew(store, kind, "operator/list-open-tasks", Map.of("batchId", 8L, "status", "pending", "after", 0L, "until", Long.MAX_VALUE, "limit", 100));
            readsFew(store, kind, "operator/find-last-open-task", Map.of("batchId", 8L, "after", 0L, "before", 99));
            readsFew(store, kind, "operator/list-ended-tasks", Map.of("batchId", 8L, "status", "failed", "after", 0L, "limit", 100));
            readsFew(store, kind, "operator/list-devices-of-product", Map.of("productKey", "pk", "after", "d15", "limit", 100));
            readsFew(store, kind, "download/find-stream", Map.of("device", "pk/d10001", "packageId", 7L, "since", Times.toDb(store.clock.instant().minusSeconds(1))));
            readsFew(store, kind, "webhook/has-due-lane", Map.of("webhook", 1L, "now", Times.toDb(store.clock.instant())));
            readsFew(store, kind, "webhook/find-due-lanes", Map.of("webhook", 1L, "now", Times.toDb(store.clock.instant()), "limit", 100));
            readsFew(store, kind, "webhook/find-undelivered", Map.of("after", 0L, "limit", 100));
            readsFew(store, kind, "webhook/find-oldest-undelivered", Map.of("after", 0L));
            readsFew(store, kind, "observe/find-oldest-waiting", Map.of("webhook", 1L));
            readsFew(store, kind, "observe/count-deliveries", Map.of("webhook", 1L, "status", "waiting", "most", 200));
        }
    }

    /** A database that has not counted a new batch's tasks takes it for a small one, and might read them all to find those of some devices. */
    @ParameterizedTest
    @EnumSource
    void tasksOfABatchThatIsBeingPreparedAreFoundByTheirDevices(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            if (kind == StoreUnderTest.Kind.MARIADB) {
                store.database.jdbc().sql("ALTER TABLE ota_task STATS_AUTO_RECALC = 0").update();
            }
            fill(store);
            long batch = store.batch("3.0", "preparing", "{}", true, "{}");
            insertTasks(store, IntStream.range(0, DEVICES).mapToObj(i -> task(store, i, batch, true)).toList());
            for (int devices : List.of(1, 32, 100)) {
                Map<String, Object> asked = Map.of("batchId", batch, "devices", IntStream.range(100, 100 + devices).mapToObj(i -> "pk/d" + i).toList());
                readsFew(store, kind, "task/find-ids", asked);
                readsFew(store, kind, "task/find-by-batch", asked);
            }
            readsFew(store, kind, "operator/find-task-of-device", Map.of("batchId", batch, "device", "pk/d15000"));
        }
    }

    /** What PostgreSQL has planned for a table of a few rows is used while it grows, until it is counted anew. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsThatAreWrittenAtOnceAreFoundByAnIndexHoweverManyThereAre(boolean few) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(StoreUnderTest.Kind.POSTGRESQL)) {
            fill(store);
            if (few) {
                for (String table : List.of("ota_device", "ota_device_module", "ota_task", "ota_waiting")) {
                    store.database.jdbc().sql("DELETE FROM " + table + " WHERE device NOT IN (:devices)").param("devices", List.of(texts(i -> "pk/d" + i))).update();
                    store.database.jdbc().sql("VACUUM FULL ANALYZE " + table).update();
                }
            }
            for (String statement : List.of("device/lock-for-event", "device/update", "device/update-module", "task/update", "task/pushed", "task/remove-waiting", "task/not-ready")) {
                assertThat(planOfMany(store, statement)).as(statement).contains("Index Scan").doesNotContain("Seq Scan");
            }
            assertThat(planOfMany(store, "device/lock-for-event")).as("one after the other in the order of their keys")
                    .containsSubsequence("Nested Loop", "Sort Key: ", " COLLATE \"C\"", "Index Scan", "Index Cond");
        }
    }

    /** PostgreSQL keeps a plan while the table grows, until it counts its rows: one that was made for an empty table reads all of a large one. */
    @ParameterizedTest
    @ValueSource(strings = {"device/lock", "device/find-modules", "task/find-open", "task/find-open-by-id", "scheduler/claim-due", "scheduler/next-devices",
            "scheduler/find-waiting", "webhook/find-undelivered", "webhook/find-oldest-undelivered", "webhook/find-due-lanes", "webhook/has-due-lane",
            "webhook/find-waiting", "webhook/mark-fanned-out"})
    void whatIsPlannedForEmptyTablesUsesIndexesToo(String statement) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(StoreUnderTest.Kind.POSTGRESQL)) {
            for (String table : List.of("ota_device", "ota_device_module", "ota_task", "ota_waiting", "ota_event", "ota_webhook_lane", "ota_delivery")) {
                store.database.jdbc().sql("VACUUM ANALYZE " + table).update();
            }
            MapSqlParameterSource values = new MapSqlParameterSource(Map.of("devices", store.database.listed(store.sql.get(statement), List.of("pk/d1", "pk/d2")),
                    "ids", store.database.listed(store.sql.get(statement), List.of(1L, 2L)), "webhook", 1L, "claim", "ours", "lane", "pk/d1", "limit", 100, "most", 100,
                    "productKey", "pk", "module", "default"))
                    .addValue("after", statement.equals("scheduler/next-devices") ? "pk/d1" : 0L).addValue("batchId", 8L).addValue("waiting", 1)
                    .addValue("now", Times.toDb(store.clock.instant())).addValue("until", Times.toDb(store.clock.instant()));
            String plan = store.database.named().queryForList("EXPLAIN " + store.sql.get(statement), values).toString();
            assertThat(plan).contains("Scan").doesNotContain("Seq Scan");
        }
    }

    /** MariaDB estimates long lists by what it had counted when it opened the table, here nothing: then each value may have all rows. */
    @ParameterizedTest
    @ValueSource(strings = {"device/lock", "device/find-modules", "task/find-open", "task/find-by-batch", "task/find-last"})
    void longListsAreLookedUpInTablesThatWereOpenedBeforeTheirRowsWereCounted(String statement) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(StoreUnderTest.Kind.MARIADB)) {
            List<String> tables = List.of("ota_device", "ota_device_module", "ota_task");
            for (String table : tables) {
                store.database.jdbc().sql("ALTER TABLE " + table + " STATS_AUTO_RECALC = 0").update();
            }
            insertRows(store);
            store.database.jdbc().sql("FLUSH TABLES " + String.join(", ", tables)).update();
            List<String> devices = Database.padded(IntStream.range(100, 300).mapToObj(i -> "pk/d" + i).toList());
            readsFew(store, StoreUnderTest.Kind.MARIADB, statement, Map.of("devices", devices, "batchId", 3L));
        }
    }

    private static String planOfMany(StoreUnderTest store, String statement) {
        Map<String, Object> values = new HashMap<>();
        for (String name : List.of("version", "informId", "successVersion", "successFromVersion", "fromVersion", "status", "ended", "reason", "deviceDesc",
                "lastProgress")) {
            values.put(name, texts(i -> "text"));
        }
        for (String name : List.of("id", "sequence", "historyCount", "successTaskId", "open", "step", "attempt", "pushes", "pushNumber", "refusals", "waiting",
                "stage", "batchId", "first", "last")) {
            values.put(name, texts(String::valueOf));
        }
        String now = Times.toDb(store.clock.instant()).toString();
        for (String name : List.of("reportedAt", "successQuietUntil", "firstPushedAt", "pushedAt", "attemptPushedAt", "notBefore", "progressAt", "dueAt", "now", "at")) {
            values.put(name, texts(i -> now));
        }
        values.put("device", texts(i -> "pk/d" + i));
        values.put("devices", texts(i -> "pk/d" + i));
        values.put("module", texts(i -> "default"));
        return store.database.transaction(() -> store.database.named().queryForList("EXPLAIN ANALYZE " + store.sql.get(statement), values).stream()
                .map(Object::toString).collect(Collectors.joining("\n")));
    }

    private static String[] texts(IntFunction<String> text) {
        return IntStream.range(100, 132).mapToObj(text).toArray(String[]::new);
    }

    @ParameterizedTest
    @EnumSource
    void resultsAndTaskListsReadLittleMoreThanTheyFind(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            fill(store);
            fillCounters(store);
            Map<String, Object> asked = new HashMap<>(Map.of("batchId", 8L, "packageId", 7L, "productKey", "pk", "module", "default", "most", 10,
                    "from", LocalDate.parse("2026-10-25"), "to", LocalDate.parse("2026-11-23")));
            for (String of : List.of("batch", "package", "product", "module")) {
                for (String statement : List.of("count-tasks-of-", "count-durations-of-", "count-failures-of-", "count-messages-of-")) {
                    readsFew(store, kind, "operator/" + statement + of, asked);
                }
            }
            readsFew(store, kind, "operator/list-version-counts", asked);
            readsFew(store, kind, "operator/count-tasks-of-batches", Map.of("batchIds", List.of(1L, 2L, 3L)));
            readsFew(store, kind, "operator/list-batches", Map.of("after", 8L, "limit", 100));
            readsFew(store, kind, "operator/find-task-of-device", Map.of("batchId", 8L, "device", "pk/d15000"));
            readsFew(store, kind, "operator/list-tasks-of-device", Map.of("device", "pk/d15000"));
            readsFew(store, kind, "operator/list-unfinished-tasks-of-devices", Map.of("devices", List.of("pk/d15000", "pk/d15001")));
            readsFew(store, kind, "operator/list-task-history", Map.of("device", "pk/d15000", "taskId", 8L));
            readsFew(store, kind, "task/find-ids", Map.of("batchId", 8L, "devices", List.of("pk/d15000", "pk/d15001")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliveriesAndReplaysReadLittleMoreThanTheyFind(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            fill(store);
            fillDeliveries(store);
            readsFew(store, kind, "webhook/find-waiting", Map.of("webhook", 1L, "claim", "ours", "limit", 20));
            if (kind != StoreUnderTest.Kind.MARIADB) {
                // That reads of the index all that waits in a lane, also where a replay holds it back.
                readsFew(store, kind, "webhook/find-waiting", Map.of("webhook", 2L, "claim", "long", "limit", 20));
            }
            readsFew(store, kind, "webhook/end-lane", Map.of("webhook", 1L, "lane", "pk/d7"));
            readsFew(store, kind, "webhook/end-lane", Map.of("webhook", 2L, "lane", "pk/long"));
            readsFew(store, kind, "webhook/find-deliveries", Map.of("webhook", 1L, "after", 10_000L, "last", Long.MAX_VALUE, "limit", 100));
            readsFew(store, kind, "webhook/find-deliveries", Map.of("webhook", 1L, "after", 10_000L, "last", 10_001L, "limit", 100));
            readsFew(store, kind, "webhook/find-deliveries-by-status",
                    Map.of("webhook", 1L, "status", "dead", "after", 10_000L, "last", Long.MAX_VALUE, "limit", 40));
            readsFew(store, kind, "webhook/find-deliveries-of-lane", Map.of("webhook", 1L, "lane", "pk/d7", "statuses", List.of("waiting", "delivered", "dead"),
                    "after", 100L, "last", Long.MAX_VALUE, "limit", 100));
            readsFew(store, kind, "webhook/find-waiting-until", Map.of("id", 2L, "after", 10_000L, "before", 99));
            readsFew(store, kind, "webhook/find-dead", Map.of("webhook", 1L, "after", 10_000L, "limit", 40));
            readsFew(store, kind, "webhook/find-deliveries-of-events", Map.of("webhook", 1L, "first", 10_000L, "last", 10_199L));
            readsFew(store, kind, "webhook/find-events-after", Map.of("after", 10_000L, "limit", 200));
            readsFew(store, kind, "webhook/find-newest-event", Map.of());
            readsFew(store, kind, "webhook/find-event-since", Map.of("first", 10_000L, "since", Times.toDb(store.clock.instant())));
        }
    }

    /** All events have gone to one subscription, which is being replayed; they wait in one lane of another, whose replay has only begun. */
    private static void fillDeliveries(StoreUnderTest store) {
        for (long replayAfter : List.of(5_000L, 100L)) {
            store.database.jdbc().sql("""
                    INSERT INTO ota_webhook (name, url, format, events, secret, headers, status, after_event_id, replay_after, created_at, updated_at)
                    VALUES ('w', 'http://w.example', 'standard', '*', 's', '{}', 'active', 0, :replay, :now, :now)""")
                    .param("replay", replayAfter).param("now", Times.toDb(store.clock.instant())).update();
        }
        List<MapSqlParameterSource> deliveries = new ArrayList<>();
        for (long event = 1; event <= DEVICES; event++) {
            boolean open = event > 4_900 && event <= 5_000 || event > 19_000;
            deliveries.add(new MapSqlParameterSource("webhook", 1L).addValue("event", event).addValue("lane", "pk/d" + event % 1_000)
                    .addValue("status", open ? "waiting" : event % 200 == 0 ? "dead" : "delivered").addValue("open", open ? 1 : null)
                    .addValue("now", Times.toDb(store.clock.instant())));
            deliveries.add(new MapSqlParameterSource("webhook", 2L).addValue("event", event).addValue("lane", "pk/long")
                    .addValue("status", "waiting").addValue("open", 1).addValue("now", Times.toDb(store.clock.instant())));
        }
        insert(store, """
                INSERT INTO ota_delivery (webhook_id, event_id, lane, status, is_open, attempts, created_at, updated_at)
                VALUES (:webhook, :event, :lane, :status, :open, 0, :now, :now)""", deliveries);
        store.database.jdbc().sql("UPDATE ota_webhook_lane SET claimed_by = 'ours' WHERE lane LIKE 'pk/d90_'").update();
        store.database.jdbc().sql("INSERT INTO ota_webhook_lane (webhook_id, lane, claimed_by) VALUES (2, 'pk/long', 'long')").update();
        for (String table : List.of("ota_webhook", "ota_webhook_lane", "ota_delivery")) {
            store.database.named().getJdbcOperations()
                    .execute((store.database.kind() == DatabaseKind.POSTGRESQL ? "ANALYZE " : "ANALYZE TABLE ") + table);
        }
    }

    /** The batches that there are, of ours, among two thousand of other products; each has some twenty numbers. */
    private static void fillCounters(StoreUnderTest store) {
        List<MapSqlParameterSource> batches = new ArrayList<>();
        List<MapSqlParameterSource> counters = new ArrayList<>();
        for (int batch = 1; batch <= 2_000; batch++) {
            if (batch > BATCHES) {
                batches.add(new MapSqlParameterSource("product", "p" + batch).addValue("package", batch + 100)
                        .addValue("now", Times.toDb(store.clock.instant())));
            }
            for (int i = 0; i < 20; i++) {
                counters.add(new MapSqlParameterSource("batch", batch).addValue("shard", i % 2).addValue("bucket", i / 2)
                        .addValue("status", List.of("pending", "pushed", "succeeded", "failed", "canceled").get(i / 4)).addValue("stage", i % 4 / 2)
                        .addValue("reason", List.of("timeout", "upgrade-failed").get(i / 10)).addValue("text", "1." + i % 10 / 2));
            }
        }
        insert(store, """
                INSERT INTO ota_batch (package_id, product_key, module, to_version, type, protocol, selection, push, tags, rollout, status, created_at)
                VALUES (:package, :product, 'default', '2.0', 'upgrade', 'http', '{"all":true}', 1, '{}', '{}', 'finished', :now)""", batches);
        insert(store, "INSERT INTO ota_batch_count (batch_id, status, stage, shard, tasks) VALUES (:batch, :status, :stage, :shard, 5)", counters);
        insert(store, "INSERT INTO ota_batch_duration (batch_id, bucket, shard, tasks) VALUES (:batch, :bucket, :shard, 5)", counters);
        insert(store, "INSERT INTO ota_batch_failure (batch_id, reason, from_version, shard, tasks) VALUES (:batch, :reason, :text, :shard, 5)", counters);
        insert(store, "INSERT INTO ota_batch_message (batch_id, reason, shard, message, tasks) VALUES (:batch, :reason, :shard, :text, 5)", counters);
        List<MapSqlParameterSource> days = new ArrayList<>();
        for (int day = 0; day < 2_000; day++) {
            days.add(new MapSqlParameterSource("product", day % 5 == 0 ? "pk" : "p" + day % 5).addValue("day", LocalDate.parse("2026-11-23").minusDays(day / 5)));
        }
        insert(store, "INSERT INTO ota_version_count (product_key, module, counted_on, version, devices) VALUES (:product, 'default', :day, '1.0', 5)", days);
        for (String table : List.of("ota_batch", "ota_batch_count", "ota_batch_duration", "ota_batch_failure", "ota_batch_message", "ota_version_count")) {
            store.database.named().getJdbcOperations()
                    .execute((store.database.kind() == DatabaseKind.POSTGRESQL ? "ANALYZE " : "ANALYZE TABLE ") + table);
        }
    }

    static void readsFew(StoreUnderTest store, StoreUnderTest.Kind kind, String statement, Map<String, Object> values) {
        String text = store.sql.get(statement);
        MapSqlParameterSource listed = new MapSqlParameterSource(values);
        if (values.get("devices") instanceof List<?> devices) {
            listed.addValue("devices", store.database.listed(text, devices.stream().map(Object::toString).toList()));
        }
        if (values.get("ids") instanceof List<?> ids) {
            listed.addValue("ids", store.database.listed(text, ids));
        }
        String plan = store.database.transaction(() -> store.database.named()
                .queryForList((kind == StoreUnderTest.Kind.MARIADB ? "ANALYZE " : "EXPLAIN ANALYZE ") + text, listed).stream()
                .map(Object::toString).collect(Collectors.joining("\n")));
        Matcher read = switch (kind) {
            case H2 -> Pattern.compile("scanCount: ([0-9]+)").matcher(plan);
            case POSTGRESQL -> Pattern.compile("(?:actual time=[0-9.]+ rows=|Rows Removed by Filter: )([0-9]+)").matcher(plan);
            case MARIADB -> Pattern.compile("r_rows=([0-9]+)").matcher(plan);
        };
        List<Integer> rows = read.results().map(found -> Integer.valueOf(found.group(1))).toList();
        assertThat(rows).as("rows read by %s:%n%s", statement, plan).isNotEmpty().allMatch(number -> number <= READ_AT_MOST);
    }

    private static void fill(StoreUnderTest store) {
        insertRows(store);
        for (String table : List.of("ota_device", "ota_device_module", "ota_batch", "ota_task", "ota_webhook_lane", "ota_event")) {
            store.database.named().getJdbcOperations()
                    .execute((store.database.kind() == DatabaseKind.POSTGRESQL ? "ANALYZE " : "ANALYZE TABLE ") + table);
        }
        // After the database has seen how many there are: while a burst is fanned out it still believes that all are left.
        store.database.transaction(() -> store.database.named().getJdbcOperations()
                .update("UPDATE ota_event SET undelivered = NULL WHERE device_key NOT LIKE 'd19%'"));
    }

    private static void insertRows(StoreUnderTest store) {
        List<MapSqlParameterSource> devices = new ArrayList<>();
        List<MapSqlParameterSource> tasks = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            devices.add(new MapSqlParameterSource("device", "pk/d" + i).addValue("key", "d" + i).addValue("now", Times.toDb(store.clock.instant())));
            // One in twenty devices has a task that is unfinished; of those one in fifty is due.
            boolean open = i % 20 == 0;
            tasks.add(task(store, i, 1 + i * BATCHES / DEVICES, open)
                    .addValue("due", open && i % 1_000 == 0 ? Times.toDb(store.clock.instant().minusSeconds(1)) : null));
        }
        insert(store, """
                INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at)
                VALUES (:device, 'pk', :key, 0, 0, :now)""", devices);
        insert(store, """
                INSERT INTO ota_device_module (device, module, product_key, version, reported_at)
                VALUES (:device, 'default', 'pk', '1.0', :now)""", devices);
        insertTasks(store, tasks);
        insert(store, "INSERT INTO ota_webhook_lane (webhook_id, lane, due_at) VALUES (1, :device, :due)", tasks);
        insert(store, """
                INSERT INTO ota_event (type, at, product_key, device_key, data, undelivered)
                VALUES ('task.progress', :now, 'pk', :key, '{}', 1)""", tasks);
        store.database.jdbc().sql("INSERT INTO ota_package_file (package_id, name, size_bytes, created_at) VALUES (7, 'fw.bin', 1, :now)")
                .param("now", Times.toDb(store.clock.instant())).update();
        for (int i = 0; i < BATCHES; i++) {
            store.batch("2.0", "finished", "{}", true, "{}");
        }
        store.database.jdbc().sql("UPDATE ota_batch SET protocol = 'mqtt'").update();
    }

    private static MapSqlParameterSource task(StoreUnderTest store, int device, long batch, boolean open) {
        return new MapSqlParameterSource("device", "pk/d" + device).addValue("key", "d" + device).addValue("batch", batch)
                .addValue("status", open ? "pending" : "succeeded").addValue("open", open ? 1 : null)
                .addValue("ended", open ? null : "succeeded").addValue("due", null)
                .addValue("now", Times.toDb(store.clock.instant()));
    }

    private static void insertTasks(StoreUnderTest store, List<MapSqlParameterSource> tasks) {
        insert(store, """
                INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, to_version, status, is_open, ended, attempt,
                                      pushes, push_number, refusals, due_at, history_count, created_at, updated_at, waiting)
                VALUES (:batch, 7, :device, 'pk', :key, 'default', '2.0', :status, :open, :ended, 1, 0, 0, 0, :due, 0, :now, :now, :open)""", tasks);
        store.database.transaction(() -> {
            store.database.jdbc().sql("DELETE FROM ota_waiting").update();
            store.database.jdbc().sql("""
                    INSERT INTO ota_waiting (batch_id, waiting, task_id, device)
                    SELECT batch_id, waiting, id, device FROM ota_task WHERE waiting IS NOT NULL""").update();
        });
    }

    private static void insert(StoreUnderTest store, String statement, List<MapSqlParameterSource> rows) {
        for (int from = 0; from < rows.size(); from += AT_ONCE) {
            List<MapSqlParameterSource> some = rows.subList(from, Math.min(rows.size(), from + AT_ONCE));
            store.database.transaction(() -> store.database.named().batchUpdate(statement, some.toArray(MapSqlParameterSource[]::new)));
        }
    }
}
