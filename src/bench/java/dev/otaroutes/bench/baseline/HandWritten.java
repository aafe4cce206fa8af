package dev.otaroutes.bench.baseline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Baseline (b): what a good engineer would write in a day. A bare MQTT client, a pool of threads, a transaction a message by JDBC and
 * HikariCP on the same tables; acknowledged when stored and answered. It keeps no counters and has none of the rules about repeated,
 * late and stale messages, attempts or other batches: what it does less, it may be faster by.
 */
public final class HandWritten {
    private static final int THREADS = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Push(long taskId, long batchId, String version, long size, String url, String sign, String signMethod) {
    }

    @FunctionalInterface
    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HikariDataSource pool;

    private HandWritten() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(System.getProperty("bench.db.url"));
        config.setUsername(System.getProperty("bench.db.username"));
        config.setPassword(System.getProperty("bench.db.password"));
        config.setMaximumPoolSize(THREADS);
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        pool = new HikariDataSource(config);
    }

    public static void main(String[] args) {
        HandWritten service = new HandWritten();
        Baseline.serve((client, message) -> service.threads.execute(() -> service.handle(client, message)));
    }

    private void handle(Mqtt5AsyncClient client, Mqtt5Publish message) {
        String topic = message.getTopic().toString();
        JsonNode params = params(message);
        if (topic.startsWith(Baseline.PROGRESS)) {
            String device = topic.substring(Baseline.PROGRESS.length());
            transaction(connection -> progress(connection, device, params.path("step").asInt(), params.path("desc").asText("")));
            message.acknowledge();
            return;
        }
        String device = topic.substring(Baseline.INFORM.length());
        Push push = transaction(connection -> inform(connection, device, params.path("version").asText()));
        if (push == null) {
            message.acknowledge();
            return;
        }
        Baseline.publish(client, device, upgrade(push)).whenComplete((result, failure) -> threads.execute(() -> {
            transaction(connection -> pushed(connection, device, push));
            message.acknowledge();
        }));
    }

    private static JsonNode params(Mqtt5Publish message) {
        try {
            return JSON.readTree(message.getPayloadAsBytes()).path("params");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T transaction(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Push inform(Connection connection, String device, String version) throws SQLException {
        long sequence = lock(connection, device);
        boolean asBefore = update(connection, "UPDATE ota_device_module SET reported_at = ? WHERE device = ? AND module = 'default' AND version = ?",
                now(), device, version) == 1;
        if (!asBefore) {
            changed(connection, device, sequence, version);
        }
        try (PreparedStatement statement = prepare(connection, "SELECT t.id, t.batch_id, p.version, f.size_bytes, f.url, f.sha256, p.sign_method"
                + " FROM ota_task t JOIN ota_package p ON p.id = t.package_id JOIN ota_package_file f ON f.package_id = p.id"
                + " WHERE t.device = ? AND t.module = 'default' AND t.is_open = 1 ORDER BY t.id LIMIT 1", device); ResultSet row = statement.executeQuery()) {
            return row.next() ? new Push(row.getLong(1), row.getLong(2), row.getString(3), row.getLong(4), row.getString(5), row.getString(6),
                    row.getString(7)) : null;
        }
    }

    private static void changed(Connection connection, String device, long sequence, String version) throws SQLException {
        if (update(connection, "UPDATE ota_device_module SET version = ?, reported_at = ? WHERE device = ? AND module = 'default'",
                version, now(), device) == 0) {
            update(connection, "INSERT INTO ota_device_module (device, module, product_key, version, reported_at) VALUES (?, 'default', ?, ?, ?)",
                    device, device.substring(0, device.indexOf('/')), version, now());
        }
        event(connection, device, sequence + 1, "version.changed", null, "{\"version\":\"" + version + "\"}");
        update(connection, "UPDATE ota_device SET sequence = ? WHERE device = ?", sequence + 1, device);
    }

    private static Void pushed(Connection connection, String device, Push push) throws SQLException {
        long sequence = lock(connection, device);
        update(connection, "UPDATE ota_task SET status = 'pushed', pushes = pushes + 1, push_number = push_number + 1, pushed_at = ?, updated_at = ?"
                + " WHERE id = ? AND status = 'pending'", now(), now(), push.taskId);
        history(connection, device, push.taskId, 0, "pushed", null, push.version);
        event(connection, device, sequence + 1, "task.pushed", push.taskId, "{\"status\":\"pushed\"}");
        update(connection, "UPDATE ota_device SET sequence = ? WHERE device = ?", sequence + 1, device);
        return null;
    }

    private static Void progress(Connection connection, String device, int step, String desc) throws SQLException {
        long sequence = lock(connection, device);
        try (PreparedStatement statement = prepare(connection, "SELECT id FROM ota_task WHERE device = ? AND module = 'default' AND is_open = 1 ORDER BY id LIMIT 1",
                device); ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                long task = row.getLong(1);
                update(connection, "UPDATE ota_task SET status = 'upgrading', step = ?, device_desc = ?, progress_at = ?, updated_at = ? WHERE id = ?",
                        step, desc, now(), now(), task);
                history(connection, device, task, step, "progress", step, null);
                event(connection, device, sequence + 1, "task.progress", task,
                        "{\"status\":\"upgrading\",\"step\":" + step + ",\"desc\":\"" + desc + "\"}");
                update(connection, "UPDATE ota_device SET sequence = ? WHERE device = ?", sequence + 1, device);
            }
        }
        return null;
    }

    private static long lock(Connection connection, String device) throws SQLException {
        try (PreparedStatement statement = prepare(connection, "SELECT sequence FROM ota_device WHERE device = ? FOR UPDATE", device);
                ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                return row.getLong(1);
            }
        }
        update(connection, "INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at) VALUES (?, ?, ?, 0, 0, ?)",
                device, device.substring(0, device.indexOf('/')), device.substring(device.indexOf('/') + 1), now());
        return 0;
    }

    private static void history(Connection connection, String device, long task, long slot, String type, Integer step, String version)
            throws SQLException {
        // Delete and insert is what runs on every database.
        update(connection, "DELETE FROM ota_history WHERE device = ? AND task_id = ? AND slot = ?", device, task, slot % 200);
        update(connection, "INSERT INTO ota_history (device, task_id, slot, number, at, type, step, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                device, task, slot % 200, slot, now(), type, step, version);
    }

    private static void event(Connection connection, String device, long sequence, String type, Long task, String data) throws SQLException {
        update(connection, "INSERT INTO ota_event (type, at, sequence, product_key, device_key, module, task_id, data, undelivered)"
                + " VALUES (?, ?, ?, ?, ?, 'default', ?, ?, 1)", type, now(), sequence, device.substring(0, device.indexOf('/')),
                device.substring(device.indexOf('/') + 1), task, data);
    }

    private static byte[] upgrade(Push push) {
        ObjectNode message = JSON.createObjectNode().put("code", "200").put("id", push.taskId * 1_000 + 1).put("message", "success");
        message.putObject("data").put("size", push.size).put("version", push.version).put("url", push.url).put("sign", push.sign)
                .put("signMethod", push.signMethod).putObject("extData").put("strategy", String.valueOf(push.batchId));
        try {
            return JSON.writeValueAsBytes(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LocalDateTime now() {
        return LocalDateTime.now(ZoneOffset.UTC);
    }

    private static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
