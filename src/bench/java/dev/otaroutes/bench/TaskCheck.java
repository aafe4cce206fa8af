package dev.otaroutes.bench;

import dev.otaroutes.bench.load.LoadResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Compares, when all is quiet, what devices were promised with what they got, and with what the database says of their tasks. */
final class TaskCheck {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);
    private static final String STATES = "SELECT status, push_number, COUNT(*) FROM ota_task GROUP BY status, push_number";
    private static final String TASKS = "SELECT batch_id, status, COUNT(*) FROM ota_task GROUP BY batch_id, status";
    private static final String COUNTS = "SELECT batch_id, status, SUM(tasks) FROM ota_batch_count GROUP BY batch_id, status HAVING SUM(tasks) <> 0";
    private static final String REJECTED = "SELECT reason, detail, COUNT(*) FROM ota_rejected_message GROUP BY reason, detail";

    private final BenchSite site;

    TaskCheck(BenchSite site) {
        this.site = site;
    }

    /**
     * @param devices that have a task, whether they informed or not
     * @throws IllegalStateException if anything differs, with all that does
     */
    void check(String scenario, LoadResult devicesSaw, long devices) throws SQLException, InterruptedException {
        List<String> mismatches = new ArrayList<>();
        expect(mismatches, "informs that the broker acknowledged", devicesSaw.acknowledged(), devicesSaw.sent());
        expect(mismatches, "informs without an upgrade (such as of " + devicesSaw.missing() + ")", devicesSaw.lost(), 0L);
        expect(mismatches, "upgrades with another message ID than the device's first", devicesSaw.contradicted(), 0L);
        Map<String, Long> pushed = new TreeMap<>(Map.of("pushed 1", devicesSaw.sent()));
        if (devices > devicesSaw.sent()) {
            pushed.put("pending 0", devices - devicesSaw.sent());
        }
        try (Connection connection = DriverConnections.of(site.url(), site.username(), site.password());
                Statement statement = connection.createStatement()) {
            expectEach(mismatches, "tasks by status and push_number", settled(statement, pushed), pushed);
            expectEach(mismatches, "ota_batch_count by batch and status", read(statement, COUNTS), read(statement, TASKS));
            expectEach(mismatches, "rejected messages by reason", read(statement, REJECTED), Map.of());
        }
        if (!mismatches.isEmpty()) {
            throw new IllegalStateException(scenario + " does not add up:\n  " + String.join("\n  ", mismatches));
        }
    }

    /** A device has its upgrade a moment before the database knows. @return the tasks as expected, or as they are after a while */
    private static Map<String, Long> settled(Statement statement, Map<String, Long> expected) throws SQLException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Map<String, Long> states = read(statement, STATES);
        while (!states.equals(expected) && System.nanoTime() < end) {
            TimeUnit.SECONDS.sleep(1);
            states = read(statement, STATES);
        }
        return states;
    }

    private static Map<String, Long> read(Statement statement, String query) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                counts.put(row.getString(1) + " " + row.getString(2), row.getLong(3));
            }
        }
        return counts;
    }

    /** There may be a batch for each connection: only what differs is worth reading. */
    private static void expectEach(List<String> mismatches, String what, Map<String, Long> are, Map<String, Long> expected) {
        Set<String> keys = new TreeSet<>(are.keySet());
        keys.addAll(expected.keySet());
        keys.forEach(key -> expect(mismatches, what + " [" + key + "]", are.getOrDefault(key, 0L), expected.getOrDefault(key, 0L)));
    }

    private static void expect(List<String> mismatches, String what, Object is, Object expected) {
        if (!is.equals(expected)) {
            mismatches.add(what + ": expected " + expected + ", but found " + is);
        }
    }
}
