package dev.otaroutes.bench;

import dev.otaroutes.store.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The rows that a measurement begins with: products, one package and batch each, and devices with a task. Everything else is emptied. */
public final class BenchData {
    private static final int AT_ONCE = 2_000;
    private static final long FIRST_ID = 1_000_000;
    private static final List<String> EMPTIED = List.of("ota_event", "ota_delivery", "ota_webhook_lane", "ota_webhook", "ota_history", "ota_waiting", "ota_task", "ota_device_module",
            "ota_device", "ota_batch_count", "ota_batch_duration", "ota_batch_failure", "ota_batch_message", "ota_batch", "ota_package_file", "ota_package", "ota_module", "ota_product", "ota_rejected_message", "ota_instance");
    /** A device that informs again within the quiet time is left alone, whatever the run's length: nothing is pushed a second time in it. */
    private static final String ROLLOUT = "{\"quietSeconds\":86400}";
    /** Nobody serves the files: found to be gone, they would pause their batches in the middle of a run. */
    private static final Duration UNCHECKED = Duration.ofDays(365);
    private static final long SETTLED_AFTER_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final String TEXT_OF_64 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private final String url;
    private final String username;
    private final String password;

    /** Brings the schema up to date. */
    public BenchData(String url, String username, String password) {
        this.url = url;
        this.username = username;
        this.password = password;
        try (Database database = new Database(url, username, password, 2)) {
            database.migrate();
        }
    }

    /** Of a product's package and batch: far from those that are generated. */
    public static long id(int product) {
        return FIRST_ID + product;
    }

    public static String product(int number) {
        return "b" + number;
    }

    public static String device(int number) {
        return "d" + number;
    }

    /** The inverse of {@link #device}. */
    public static int number(String device) {
        return Integer.parseInt(device.substring(1));
    }

    /** @param status of the tasks: pending or pushed; null for devices without tasks */
    public void load(int products, int devicesOfEach, String status) throws SQLException {
        try (Connection connection = DriverConnections.of(url, username, password); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String table : EMPTIED) {
                statement.executeUpdate((url.startsWith("jdbc:h2") ? "DELETE FROM " : "TRUNCATE TABLE ") + table);
            }
            LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC).withNano(0);
            // Where batches are still to be made, of an uploaded file: one that is elsewhere would be looked at first.
            String fileUrl = status == null ? "NULL" : "'https://cdn.example/firmware.bin'";
            for (int number = 0; number < products; number++) {
                String product = product(number);
                long i = id(number);
                statement.addBatch("INSERT INTO ota_product (product_key, dialect, created_at, updated_at) VALUES ('" + product + "', 'sagoo', '" + now + "', '" + now + "')");
                statement.addBatch("INSERT INTO ota_module (product_key, module, created_at) VALUES ('" + product + "', 'default', '" + now + "')");
                statement.addBatch("INSERT INTO ota_package (id, product_key, module, version, type, sign_method, status, created_at) VALUES (" + i + ", '" + product
                        + "', 'default', '2.0.0', 'full', 'SHA256', 'not-required', '" + now + "')");
                statement.addBatch("INSERT INTO ota_package_file (package_id, name, size_bytes, sha256, url, check_at, verified_at, created_at) VALUES (" + i
                        + ", 'firmware.bin', 1048576, '" + TEXT_OF_64 + "', " + fileUrl + ", '" + now.plus(UNCHECKED) + "', '" + now + "', '" + now + "')");
                if (status != null) {
                    statement.addBatch("INSERT INTO ota_batch (id, package_id, product_key, module, to_version, type, protocol, selection, push, tags, rollout, status, created_at)"
                            + " VALUES (" + i + ", " + i + ", '" + product + "', 'default', '2.0.0', 'upgrade', 'https', '{}', 0, '{}', '" + ROLLOUT + "', 'running', '" + now + "')");
                    statement.addBatch("INSERT INTO ota_batch_count (batch_id, status, shard, tasks) VALUES (" + i + ", '" + status + "', 0, " + devicesOfEach + ")");
                }
            }
            statement.executeBatch();
            devices(connection, products, devicesOfEach, status, now);
            connection.commit();
        }
        settle();
    }

    /** Adds a subscription to everything, and so many events of the first product's devices, in turn, that wait in the outbox. */
    public void loadEvents(String receiver, int devices, int events) throws SQLException {
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC).withNano(0);
        try (Connection connection = DriverConnections.of(url, username, password);
                PreparedStatement webhook = connection.prepareStatement("INSERT INTO ota_webhook (name, url, format, events, secret, headers, status, after_event_id,"
                        + " created_at, updated_at) VALUES ('bench', ?, 'standard', '*', 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=', '{}', 'active', 0, ?, ?)");
                PreparedStatement event = connection.prepareStatement("INSERT INTO ota_event (type, at, sequence, product_key, device_key, module, batch_id, task_id, package_id,"
                        + " data, undelivered) VALUES ('task.progress', ?, ?, ?, ?, 'default', 3, 42, 7, ?, 1)")) {
            connection.setAutoCommit(false);
            add(webhook, receiver, now, now);
            webhook.executeBatch();
            for (int number = 0; number < events; number++) {
                add(event, now, number / devices + 1, product(0), device(number % devices), "{\"status\":\"upgrading\",\"step\":60,\"desc\":\"\","
                        + "\"fromVersion\":\"1.0.1\",\"toVersion\":\"2.0.0\",\"attempt\":1}");
                if (number % AT_ONCE == 0) {
                    event.executeBatch();
                }
            }
            event.executeBatch();
            connection.commit();
        }
        settle();
    }

    /** Adds what devices told of an earlier task, one that none of today's has the ID of; as many lines for each. */
    void loadHistory(int products, int devicesOfEach, int lines) throws SQLException {
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC).withNano(0);
        try (Connection connection = DriverConnections.of(url, username, password);
                PreparedStatement history = connection.prepareStatement("INSERT INTO ota_history (device, task_id, slot, number, at, type, status, step, version)"
                        + " VALUES (?, -1, ?, ?, ?, 'progress', 'upgrading', ?, '1.0.0')")) {
            connection.setAutoCommit(false);
            int rows = 0;
            for (int number = 0; number < devicesOfEach; number++) {
                for (int i = 0; i < products; i++) {
                    for (int line = 0; line < lines; line++) {
                        add(history, product(i) + "/" + device(number), line, line, now, line + 1);
                        if (++rows % AT_ONCE == 0) {
                            history.executeBatch();
                        }
                    }
                }
            }
            history.executeBatch();
            connection.commit();
        }
        settle();
    }

    private static void devices(Connection connection, int products, int devicesOfEach, String status, LocalDateTime now) throws SQLException {
        try (PreparedStatement device = connection.prepareStatement("INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at) VALUES (?, ?, ?, 0, 0, ?)");
                PreparedStatement module = connection.prepareStatement("INSERT INTO ota_device_module (device, module, product_key, version, reported_at) VALUES (?, 'default', ?, '1.0.0', ?)");
                PreparedStatement task = connection.prepareStatement("INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, from_version, to_version, status,"
                        + " is_open, attempt, pushes, push_number, refusals, history_count, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 'default', '1.0.0', '2.0.0', ?, 1, 1, ?, ?, 0, 0, ?, ?)")) {
            int rows = 0;
            for (int number = 0; number < devicesOfEach; number++) {
                for (int i = 0; i < products; i++) {
                    String path = product(i) + "/" + device(number);
                    add(device, path, product(i), device(number), now);
                    add(module, path, product(i), now);
                    if (status != null) {
                        int pushes = status.equals("pending") ? 0 : 1;
                        add(task, id(i), id(i), path, product(i), device(number), status, pushes, pushes, now, now);
                    }
                    if (++rows % AT_ONCE == 0) {
                        execute(device, module, task, status);
                    }
                }
            }
            execute(device, module, task, status);
        }
    }

    private static void execute(PreparedStatement device, PreparedStatement module, PreparedStatement task, String status) throws SQLException {
        device.executeBatch();
        module.executeBatch();
        if (status != null) {
            task.executeBatch();
        }
    }

    private static void add(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.addBatch();
    }

    /**
     * What the database would do sooner or later about what it was sent is done now, before the next measurement, for everyone. Only tables
     * that have rows: whoever meets one that PostgreSQL has counted as empty reads all of it, until it is counted again a minute later.
     */
    void settle() throws SQLException {
        if (url.startsWith("jdbc:h2")) {
            return;
        }
        boolean postgres = url.startsWith("jdbc:postgresql");
        try (Connection connection = DriverConnections.of(url, username, password); Statement statement = connection.createStatement()) {
            for (String table : EMPTIED) {
                if (hasRows(statement, table)) {
                    statement.execute((postgres ? "VACUUM ANALYZE " : "ANALYZE TABLE ") + table);
                }
            }
            if (postgres) {
                statement.execute("CHECKPOINT");
            } else {
                statement.execute("SET GLOBAL innodb_max_dirty_pages_pct = 0");
                awaitAtMost(statement, "Innodb_buffer_pool_pages_dirty", 100);
                awaitAtMost(statement, "Innodb_history_list_length", 1_000);
                statement.execute("SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT");
            }
        }
    }

    private static void awaitAtMost(Statement statement, String status, int most) throws SQLException {
        long end = System.nanoTime() + SETTLED_AFTER_NANOS;
        while (status(statement, status) > most && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000_000);
        }
    }

    private static long status(Statement statement, String name) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE '" + name + "'")) {
            return row.next() ? row.getLong("Value") : 0;
        }
    }

    private static boolean hasRows(Statement statement, String table) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT 1 FROM " + table + " LIMIT 1")) {
            return row.next();
        }
    }
}
