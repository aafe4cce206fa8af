package dev.otaroutes.bench.load;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * Devices, in a process of their own, so that what they cost is nobody else's. Says {@code begin} and {@code end} around what is measured,
 * and the {@link LoadResult} when all has come that comes.
 * <p>
 * Closed loop ({@code bench.rate} 0): so many messages are under way at a time, which finds the most that the server takes. Open loop: so
 * many a second, whatever the server does, and a latency counts from when its message was due, not from when it could be sent (coordinated
 * omission). Queueing ({@code bench.queueing}): a closed loop that waits for the broker alone, until every device has informed.
 */
public final class LoadGenerator {
    /** What the broker does not take waits in this process's heap: an open loop that is this far behind waits, and catches up later. */
    private static final long MOST_UNACKNOWLEDGED = 20_000;
    private static final int MISSING_THAT_ARE_NAMED = 5;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<DeviceConnection> connections = new ArrayList<>();
    private final Arrivals arrivals = new Arrivals();
    private final boolean queueing = Boolean.getBoolean("bench.queueing");
    private final double rate = Double.parseDouble(System.getProperty("bench.rate"));
    private final long window = Long.getLong("bench.window");
    private final long warmupNanos = seconds("bench.warmup");
    private final long nanos = seconds("bench.seconds");
    private final long patienceNanos = seconds("bench.patience");
    private long sent;

    private LoadGenerator() {
    }

    public static void main(String[] args) throws Exception {
        new LoadGenerator().run();
        System.exit(0);
    }

    private static long seconds(String property) {
        return TimeUnit.SECONDS.toNanos(Long.getLong(property));
    }

    private void run() throws Exception {
        URI broker = URI.create(System.getProperty("bench.broker"));
        for (int i = 0; i < Integer.getInteger("bench.connections"); i++) {
            connections.add(new DeviceConnection(broker, i, Integer.getInteger("bench.devices"), Boolean.getBoolean("bench.lasting"), arrivals));
        }
        try (Traffic traffic = traffic()) {
            System.out.println("connected");
            double seconds = send(traffic);
            if (queueing) {
                await(() -> arrivals.allAcknowledged());
            }
            Histogram latencies = arrivals.stop();
            System.out.println("end");
            long backlog = sent - arrivals.all();
            long end = System.nanoTime();
            // Some come late: what does not come at all is lost.
            long last = await(() -> Math.min(arrivals.all(), arrivals.allAcknowledged()));
            System.out.println(result(latencies, seconds, backlog, Math.max(0, last - end) / 1e9).line());
        }
    }

    private Traffic traffic() throws Exception {
        return switch (System.getProperty("bench.scenario")) {
            case "round-trip" -> new RoundTrips(connections);
            case "progress" -> new Progresses(connections, arrivals);
            default -> throw new IllegalArgumentException("bench.scenario is [" + System.getProperty("bench.scenario") + "]");
        };
    }

    /** @return how many seconds of it were measured */
    private double send(Traffic traffic) throws Exception {
        long start = System.nanoTime();
        long begin = start + warmupNanos;
        long end = begin + nanos;
        boolean begun = false;
        long lastSent = start;
        while (true) {
            long now = System.nanoTime();
            if (!begun && now >= begin) {
                begun = true;
                arrivals.measure();
                System.out.println("begin");
            }
            if (now >= end) {
                break;
            }
            long due = rate > 0 ? start + (long) (sent * 1e9 / rate) : now;
            if (!may(now, due)) {
                if (due > now) {
                    LockSupport.parkNanos(Math.min(due - now, LONGEST_PAUSE_NANOS));
                } else {
                    arrivals.awaitOne(() -> may(now, due), LONGEST_PAUSE_NANOS);
                }
            } else if (traffic.send(due)) {
                sent++;
                lastSent = now;
            } else if (!begun) {
                throw new IllegalStateException("every device has informed before the measurement began: more are due, see bench.devices");
            } else {
                break;
            }
        }
        return (Math.min(end, Math.max(lastSent, begin + 1)) - begin) / 1e9;
    }

    private boolean may(long now, long due) {
        if (rate > 0) {
            return now >= due && sent - arrivals.allAcknowledged() < MOST_UNACKNOWLEDGED;
        }
        return sent - (queueing ? arrivals.allAcknowledged() : arrivals.all()) < window;
    }

    /** Waits until as many have come as were sent, or until nothing has come for as long as the patience is. @return when the last one came */
    private long await(Count come) {
        long before = come.now();
        long last = System.nanoTime();
        while (before < sent && System.nanoTime() - last < patienceNanos) {
            LockSupport.parkNanos(LOOK_NANOS);
            long now = come.now();
            last = now == before ? last : System.nanoTime();
            before = now;
        }
        return last;
    }

    private LoadResult result(Histogram latencies, double seconds, long backlog, double drainSeconds) {
        String missing = connections.stream().flatMap(DeviceConnection::missing).limit(MISSING_THAT_ARE_NAMED).collect(Collectors.joining(","));
        return new LoadResult(latencies.getTotalCount() / seconds, latencies.getValueAtPercentile(50) / 1e3, latencies.getValueAtPercentile(99) / 1e3,
                latencies.getValueAtPercentile(99.9) / 1e3, latencies.getTotalCount(), sent, arrivals.allAcknowledged(), backlog, drainSeconds,
                sent - arrivals.all(), arrivals.allRepeated(), arrivals.allContradicted(), missing.isEmpty() ? "-" : missing);
    }

    private interface Count {
        long now();
    }
}
