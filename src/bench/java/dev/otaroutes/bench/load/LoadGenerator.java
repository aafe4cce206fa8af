package dev.otaroutes.bench.load;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Devices, in a process of their own, so that what they cost is nobody else's. Says {@code begin} and {@code end} around what is measured.
 * <p>
 * Closed loop ({@code bench.rate} 0): so many messages are under way at a time, which finds the most that the server takes. Open loop: so
 * many a second, whatever the server does, and a latency counts from when its message was due, not from when it could be sent (coordinated
 * omission).
 */
public final class LoadGenerator {
    private final Traffic traffic;
    private final double rate;
    private final long window;
    private final long warmupNanos;
    private final long nanos;

    private LoadGenerator(Traffic traffic) {
        this.traffic = traffic;
        rate = Double.parseDouble(System.getProperty("bench.rate"));
        window = Long.getLong("bench.window");
        warmupNanos = TimeUnit.SECONDS.toNanos(Long.getLong("bench.warmup"));
        nanos = TimeUnit.SECONDS.toNanos(Long.getLong("bench.seconds"));
    }

    public static void main(String[] args) throws Exception {
        Arrivals arrivals = new Arrivals();
        try (Traffic traffic = traffic(arrivals)) {
            new LoadGenerator(traffic).run(arrivals);
        }
        System.exit(0);
    }

    private static Traffic traffic(Arrivals arrivals) throws Exception {
        URI broker = URI.create(System.getProperty("bench.broker"));
        List<DeviceConnection> connections = new ArrayList<>();
        for (int i = 0; i < Integer.getInteger("bench.connections"); i++) {
            connections.add(new DeviceConnection(broker, i, Integer.getInteger("bench.devices"), arrivals));
        }
        return switch (System.getProperty("bench.scenario")) {
            case "round-trip" -> new RoundTrips(connections);
            case "progress" -> new Progresses(connections, arrivals);
            default -> throw new IllegalArgumentException("bench.scenario is [" + System.getProperty("bench.scenario") + "]");
        };
    }

    private void run(Arrivals arrivals) throws Exception {
        System.out.println("connected");
        long start = System.nanoTime();
        long begin = start + warmupNanos;
        long end = begin + nanos;
        boolean begun = false;
        long sent = 0;
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
            boolean may = rate > 0 ? now >= due : sent - arrivals.all() < window;
            if (!may) {
                LockSupport.parkNanos(rate > 0 ? Math.min(due - now, 200_000) : 50_000);
            } else if (traffic.send(due)) {
                sent++;
                lastSent = now;
            } else {
                break;
            }
        }
        double seconds = (Math.min(end, Math.max(lastSent, begin + 1)) - begin) / 1e9;
        Histogram latencies = arrivals.stop();
        System.out.println("end");
        // Some come late: what does not come at all is lost.
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (arrivals.all() < sent && System.nanoTime() < patience) {
            LockSupport.parkNanos(10_000_000);
        }
        System.out.println(String.format(Locale.ROOT, "result %.1f %.3f %.3f %.3f %d %d", latencies.getTotalCount() / seconds,
                latencies.getValueAtPercentile(50) / 1e3, latencies.getValueAtPercentile(99) / 1e3, latencies.getValueAtPercentile(99.9) / 1e3,
                latencies.getTotalCount(), sent - arrivals.all()));
    }
}
