package dev.otaroutes.bench.load;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Devices report one percentage after the other; a report has arrived when its event is committed, which is looked for in the database
 * a hundred times a second. Since events are counted, not told apart, latencies are those of the oldest that is still under way.
 */
final class Progresses implements Traffic {
    private static final long LOOK_MS = 10;
    /** A prime, so that every device has its turn, and neighbours are far from each other. */
    private static final long STRIDE = 7_919;

    /** What a run reports is new, whatever one before it reported of the same devices. */
    private final String run = Long.toString(System.nanoTime(), Character.MAX_RADIX);

    private final List<DeviceConnection> connections;
    private final Arrivals arrivals;
    private final Connection database;
    private final PreparedStatement newest;
    private final ConcurrentLinkedQueue<Long> underWay = new ConcurrentLinkedQueue<>();
    private final Thread looks;
    private volatile boolean closed;
    private long next;

    Progresses(List<DeviceConnection> connections, Arrivals arrivals) throws SQLException {
        this.connections = connections;
        this.arrivals = arrivals;
        database = DriverManager.getConnection(System.getProperty("bench.db.url"), System.getProperty("bench.db.username"),
                System.getProperty("bench.db.password"));
        newest = database.prepareStatement("SELECT COALESCE(MAX(id), 0) FROM ota_event");
        long before = newestEvent();
        looks = new Thread(() -> look(before), "bench-look");
        looks.setDaemon(true);
        looks.start();
    }

    @Override
    public boolean send(long dueNanos) {
        int devices = connections.get(0).devices();
        long number = next++;
        int connection = (int) (number % connections.size());
        long turn = number / connections.size();
        underWay.add(dueNanos);
        connections.get(connection).progress((int) (turn * STRIDE % devices), (int) (turn / devices % 99) + 1, run + " " + number);
        return true;
    }

    private void look(long before) {
        long seen = before;
        try {
            while (!closed) {
                long now = newestEvent();
                long nanos = System.nanoTime();
                for (; seen < now; seen++) {
                    Long due = underWay.poll();
                    if (due != null) {
                        arrivals.arrived(nanos - due);
                    }
                }
                Thread.sleep(LOOK_MS);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long newestEvent() throws SQLException {
        try (ResultSet row = newest.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws Exception {
        closed = true;
        looks.join();
        database.close();
        connections.forEach(DeviceConnection::close);
    }
}
