package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/** With many devices and much history no statement of the hot path reads a whole table, on any of the databases. */
class StatementPlansIT {
    /** Of what it has put aside for a subquery MariaDB may read all. */
    private static final Pattern ALL_OF_OUR_TABLE = Pattern.compile("table=ota_[a-z_]+, type=(all|index),");
    private static final int DEVICES = 20_000;
    private static final int BATCHES = 10;
    private static final int AT_ONCE = 2_000;

    @ParameterizedTest
    @EnumSource
    void hotStatementsFindTheirRowsByAnIndex(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            fill(store);
            List<String> devices = IntStream.range(100, 132).mapToObj(i -> "pk/d" + i).toList();
            Map<String, Object> values = new HashMap<>(Map.of("devices", devices, "ids", List.of(5L, 6L, 7L), "batchId", 3L, "most", 200,
                    "productKey", "pk", "module", "default", "after", "pk/d15", "now", Times.toDb(store.clock.instant())));
            values.put("until", Times.toDb(store.clock.instant()));

            for (String statement : List.of("device/lock", "device/find-modules", "task/find-open", "task/find-by-batch", "task/find-by-id",
                    "task/find-last", "task/find-ids", "scheduler/claim-due", "scheduler/lease-due", "scheduler/next-devices")) {
                String plan = explain(store, store.sql.get(statement), values);
                assertThat(wholeTable(kind, plan)).as("%s:%n%s", statement, plan).isFalse();
            }
        }
    }

    private static String explain(StoreUnderTest store, String statement, Map<String, Object> values) {
        return store.database.transaction(() -> store.database.named()
                .queryForList("EXPLAIN " + statement, values).stream()
                .map(Object::toString).collect(Collectors.joining("\n")));
    }

    private static boolean wholeTable(StoreUnderTest.Kind kind, String plan) {
        String lower = plan.toLowerCase(Locale.ROOT);
        return switch (kind) {
            case H2 -> lower.contains("tablescan");
            case POSTGRESQL -> lower.contains("seq scan");
            case MARIADB -> ALL_OF_OUR_TABLE.matcher(lower).find();
        };
    }

    private static void fill(StoreUnderTest store) {
        List<MapSqlParameterSource> devices = new ArrayList<>();
        List<MapSqlParameterSource> tasks = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            devices.add(new MapSqlParameterSource("device", "pk/d" + i).addValue("key", "d" + i).addValue("now", Times.toDb(store.clock.instant())));
            // One in twenty devices has a task that is unfinished; of those one in fifty is due.
            boolean open = i % 20 == 0;
            tasks.add(new MapSqlParameterSource("device", "pk/d" + i).addValue("key", "d" + i).addValue("batch", 1 + i % BATCHES)
                    .addValue("status", open ? "pending" : "succeeded").addValue("open", open ? 1 : null)
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
                INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, to_version, status, is_open, attempt,
                                      pushes, push_number, refusals, due_at, history_count, created_at, updated_at)
                VALUES (:batch, 7, :device, 'pk', :key, 'default', '2.0', :status, :open, 1, 0, 0, 0, :due, 0, :now, :now)""", tasks);
        for (String table : List.of("ota_device", "ota_device_module", "ota_task")) {
            store.database.named().getJdbcOperations()
                    .execute((store.database.kind() == DatabaseKind.POSTGRESQL ? "ANALYZE " : "ANALYZE TABLE ") + table);
        }
    }

    private static void insert(StoreUnderTest store, String statement, List<MapSqlParameterSource> rows) {
        for (int from = 0; from < rows.size(); from += AT_ONCE) {
            List<MapSqlParameterSource> some = rows.subList(from, Math.min(rows.size(), from + AT_ONCE));
            store.database.transaction(() -> store.database.named().batchUpdate(statement, some.toArray(MapSqlParameterSource[]::new)));
        }
    }
}
