package dev.otaroutes.bench;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * What bounds a push that is on record: {@link RawPublish}, and one thread that commits what each push that the broker has taken leaves: its
 * task, its device's numbers and an event, by one statement each for all that wait. It decides nothing, reads nothing
 * back, counts nothing and gives no event to anybody; PostgreSQL only. Once for each product whose number it is sent.
 */
public final class StoredPublish {
    private static final int UNDER_WAY = 1_000;
    private static final int AT_ONCE = 500;

    private record Task(long id, String device) {
    }

    private final Mqtt5AsyncClient client;
    private final Connection connection;
    private final byte[] payload = new byte[Integer.getInteger("bench.bytes")];
    private final Semaphore window = new Semaphore(UNDER_WAY);
    private final BlockingQueue<Task> taken = new LinkedBlockingQueue<>();

    private StoredPublish() throws SQLException {
        URI broker = URI.create(System.getProperty("bench.broker"));
        client = MqttClient.builder().useMqttVersion5().identifier("bench-stored").serverHost(broker.getHost()).serverPort(broker.getPort()).buildAsync();
        connection = DriverConnections.of(System.getProperty("bench.db.url"), System.getProperty("bench.db.username"), System.getProperty("bench.db.password"));
        connection.setAutoCommit(false);
    }

    public static void main(String[] args) throws Exception {
        StoredPublish service = new StoredPublish();
        service.client.connectWith().send().join();
        System.err.println("ready");
        BufferedReader products = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String product = products.readLine(); product != null; product = products.readLine()) {
            service.push(Integer.parseInt(product));
            System.err.println("published");
        }
    }

    private void push(int product) throws InterruptedException, SQLException {
        List<Task> tasks = tasks(product);
        Thread publisher = new Thread(() -> tasks.forEach(task -> publish(product, task)));
        publisher.start();
        List<Task> group = new ArrayList<>();
        for (int left = tasks.size(); left > 0; left -= group.size()) {
            group.clear();
            group.add(taken.take());
            taken.drainTo(group, AT_ONCE - 1);
            store(product, group);
            window.release(group.size());
        }
        publisher.join();
    }

    private List<Task> tasks(int product) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT id, device_key FROM ota_task WHERE batch_id = ? ORDER BY id")) {
            statement.setLong(1, BenchData.id(product));
            List<Task> tasks = new ArrayList<>();
            for (ResultSet row = statement.executeQuery(); row.next();) {
                tasks.add(new Task(row.getLong(1), row.getString(2)));
            }
            connection.commit();
            return tasks;
        }
    }

    private void publish(int product, Task task) {
        window.acquireUninterruptibly();
        client.publishWith().topic("/ota/device/upgrade/" + BenchData.product(product) + "/" + task.device).qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload).send().thenRun(() -> taken.add(task));
    }

    private void store(int product, List<Task> group) throws SQLException {
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC);
        Object ids = connection.createArrayOf("bigint", group.stream().map(Task::id).toArray());
        Object keys = connection.createArrayOf("varchar", group.stream().map(Task::device).toArray());
        Object devices = connection.createArrayOf("varchar", group.stream().map(task -> BenchData.product(product) + "/" + task.device).toArray());
        lock(devices);
        write(group.size(), "UPDATE ota_device SET sequence = sequence + 1 WHERE device = ANY (?)", devices);
        write(group.size(), "UPDATE ota_task SET status = 'pushed', pushes = pushes + 1, push_number = push_number + 1, first_pushed_at = ?, pushed_at = ?,"
                + " attempt_pushed_at = ?, history_count = history_count + 1, updated_at = ? WHERE id = ANY (?)", now, now, now, now, ids);
        write(group.size(), "INSERT INTO ota_event (type, at, sequence, product_key, device_key, module, batch_id, task_id, package_id, data)"
                + " SELECT 'task.pushed', ?, 1, ?, v.device, 'default', ?, v.id, ?, '{\"status\":\"pushed\"}' FROM unnest(?, ?) AS v (device, id)",
                now, BenchData.product(product), BenchData.id(product), BenchData.id(product), keys, ids);
        connection.commit();
    }

    private void lock(Object devices) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT device FROM ota_device WHERE device = ANY (?) ORDER BY device FOR UPDATE")) {
            statement.setObject(1, devices);
            statement.executeQuery().close();
        }
    }

    private void write(int rows, String statement, Object... values) throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            for (int i = 0; i < values.length; i++) {
                prepared.setObject(i + 1, values[i]);
            }
            int written = prepared.executeUpdate();
            if (written != rows) {
                throw new IllegalStateException("[" + written + "] rows in place of [" + rows + "] by " + statement);
            }
        }
    }
}
