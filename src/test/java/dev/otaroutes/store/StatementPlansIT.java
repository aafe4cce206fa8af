package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
            for (String statement : List.of("device/lock", "device/find-modules", "task/find-open", "task/find-by-batch", "task/find-by-id",
                    "task/find-last", "task/find-ids", "scheduler/claim-due", "scheduler/lease-due", "scheduler/next-devices")) {
                readsFew(store, kind, statement, values);
            }
            readsFew(store, kind, "scheduler/find-waiting", Map.of("batchId", 8L, "waiting", 1, "most", 100));
            readsFew(store, kind, "scheduler/find-to-cancel", Map.of("batchId", 8L, "statuses", List.of("pending"), "after", 0L, "most", 100));
            readsFew(store, kind, "scheduler/find-silent", Map.of("batchId", 8L, "heard", Times.toDb(store.clock.instant()), "after", 0L, "most", 100));
            readsFew(store, kind, "operator/list-tasks", Map.of("batchId", 8L, "after", 0L, "limit", 100));
            readsFew(store, kind, "operator/list-open-tasks", Map.of("batchId", 8L, "status", "pending", "after", 0L, "limit", 100));
            readsFew(store, kind, "operator/list-ended-tasks", Map.of("batchId", 8L, "status", "failed", "after", 0L, "limit", 100));
            readsFew(store, kind, "download/find-stream", Map.of("device", "pk/d10001", "packageId", 7L, "since", Times.toDb(store.clock.instant().minusSeconds(1))));
            readsFew(store, kind, "webhook/has-due-lane", Map.of("webhook", 1L, "now", Times.toDb(store.clock.instant())));
            readsFew(store, kind, "webhook/find-due-lanes", Map.of("webhook", 1L, "now", Times.toDb(store.clock.instant()), "limit", 100));
            readsFew(store, kind, "webhook/find-undelivered", Map.of("limit", 100));
            readsFew(store, kind, "webhook/find-oldest-undelivered", Map.of());
        }
    }

    private static void readsFew(StoreUnderTest store, StoreUnderTest.Kind kind, String statement, Map<String, Object> values) {
        String plan = store.database.transaction(() -> store.database.named()
                .queryForList((kind == StoreUnderTest.Kind.MARIADB ? "ANALYZE " : "EXPLAIN ANALYZE ") + store.sql.get(statement), values).stream()
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
        List<MapSqlParameterSource> devices = new ArrayList<>();
        List<MapSqlParameterSource> tasks = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            devices.add(new MapSqlParameterSource("device", "pk/d" + i).addValue("key", "d" + i).addValue("now", Times.toDb(store.clock.instant())));
            // One in twenty devices has a task that is unfinished; of those one in fifty is due.
            boolean open = i % 20 == 0;
            tasks.add(new MapSqlParameterSource("device", "pk/d" + i).addValue("key", "d" + i).addValue("batch", 1 + i * BATCHES / DEVICES)
                    .addValue("status", open ? "pending" : "succeeded").addValue("open", open ? 1 : null)
                    .addValue("ended", open ? null : "succeeded")
                    .addValue("due", open && i % 1_000 == 0 ? Times.toDb(store.clock.instant().minusSeconds(1)) : null)
                    .addValue("now", Times.toDb(store.clock.instant())));
        }
        insert(store, """
                INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at)
                VALUES (:device, 'pk', :key, 0, 0, :now)""", devices);
        insert(store, """
                INSERT INTO ota_device_module (device, module, product_key, version, reported_at)
                VALUES (:device, 'default', 'pk', '1.0', :now)""", devices);
        insert(store, """
                INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, to_version, status, is_open, ended, attempt,
                                      pushes, push_number, refusals, due_at, history_count, created_at, updated_at, waiting)
                VALUES (:batch, 7, :device, 'pk', :key, 'default', '2.0', :status, :open, :ended, 1, 0, 0, 0, :due, 0, :now, :now, :open)""", tasks);
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
        for (String table : List.of("ota_device", "ota_device_module", "ota_batch", "ota_task", "ota_webhook_lane", "ota_event")) {
            store.database.named().getJdbcOperations()
                    .execute((store.database.kind() == DatabaseKind.POSTGRESQL ? "ANALYZE " : "ANALYZE TABLE ") + table);
        }
        // After the database has seen how many there are: while a burst is fanned out it still believes that all are left.
        store.database.transaction(() -> store.database.named().getJdbcOperations()
                .update("UPDATE ota_event SET undelivered = NULL WHERE device_key NOT LIKE 'd19%'"));
    }

    private static void insert(StoreUnderTest store, String statement, List<MapSqlParameterSource> rows) {
        for (int from = 0; from < rows.size(); from += AT_ONCE) {
            List<MapSqlParameterSource> some = rows.subList(from, Math.min(rows.size(), from + AT_ONCE));
            store.database.transaction(() -> store.database.named().batchUpdate(statement, some.toArray(MapSqlParameterSource[]::new)));
        }
    }
}
