package dev.otaroutes.webhook;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/** Writes events as the core does: a device's in the order of their sequence. */
final class Outbox {
    static final Instant AT = Instant.parse("2026-11-23T15:04:05.123Z");

    private static final String INSERT = """
            INSERT INTO ota_event (type, at, sequence, product_key, device_key, module, batch_id, task_id, package_id, data, undelivered)
            VALUES (:type, :at, :sequence, :product, :device, :module, :batch, :task, :package, :data, 1)
            """;
    private static final String DATA = """
            {"status":"upgrading","step":60,"desc":"","fromVersion":"1.0.1","toVersion":"2.0.0","attempt":1}""";

    private final Database database;
    private Instant at = AT;
    private final Map<String, AtomicLong> sequences = new HashMap<>();

    Outbox(Database database) {
        this.database = database;
    }

    /** When the next events happen. */
    void setTime(Instant time) {
        at = time;
    }

    /** One event of each of these devices of product {@code pk}. */
    void write(String type, String... devices) {
        List<MapSqlParameterSource> rows = new ArrayList<>();
        for (String device : devices) {
            long sequence = sequences.computeIfAbsent(device, key -> new AtomicLong()).incrementAndGet();
            rows.add(row(type, "pk").addValue("device", device).addValue("sequence", sequence).addValue("module", "MCU")
                    .addValue("task", 42L).addValue("data", DATA));
        }
        insert(rows);
    }

    /** An event that belongs to no device. */
    void writeOfBatch(String type, String product) {
        insert(List.of(row(type, product).addValue("device", null).addValue("sequence", null).addValue("module", null)
                .addValue("task", null).addValue("data", "{}")));
    }

    private MapSqlParameterSource row(String type, String product) {
        return new MapSqlParameterSource(Map.of("type", type, "at", Times.toDb(at), "product", product, "batch", 3L, "package", 7L));
    }

    private void insert(List<MapSqlParameterSource> rows) {
        database.transaction(() -> database.named().batchUpdate(INSERT, rows.toArray(MapSqlParameterSource[]::new)));
    }
}
