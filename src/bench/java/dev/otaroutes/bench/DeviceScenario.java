package dev.otaroutes.bench;

import dev.otaroutes.bench.load.LoadResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Messages from devices: a round trip (inform → upgrade) or progress (progress → event committed). First each server at its most; then,
 * for the round trip, the echo and ours at half of what ours did at most, where latencies say something.
 * <p>
 * A server lives through all rounds, with a broker and a database of its own that idle while others are measured: a JVM needs minutes of load
 * on few cores to be as fast as it gets.
 */
final class DeviceScenario implements Scenario {
    private static final List<String> SERVERS = List.of("echo", "hand-written", "plain-camel", "ours");
    private static final int DEVICES_THAT_REPORT = 20_000;
    private static final int REPORTS_UNDER_WAY = 2_000;
    /** The first time it is so many times as long: servers with Camel and a database need two minutes. */
    static final int TIMES_AT_FIRST = 4;
    /** An echo takes more devices than those that store them; they cost it nothing. */
    private static final int TIMES_FOR_AN_ECHO = 4;

    /** A server with a broker and a database of its own. */
    record Seat(BenchSite site, String broker, ServerUnderTest server) {
    }

    private final String name;
    private final BenchSettings settings;
    private final Consumer<Measurement> measured;
    private final Map<String, Seat> seats = new HashMap<>();

    DeviceScenario(String name, BenchSettings settings, Consumer<Measurement> measured) {
        this.name = name;
        this.settings = settings;
        this.measured = measured;
    }

    @Override
    public void round() throws Exception {
        double most = Double.NaN;
        for (String server : SERVERS) {
            // An echo stores nothing: there is no event of a progress to wait for.
            if (settings.servers().contains(server) && !(server.equals("echo") && name.equals("progress"))) {
                Measurement closed = run(server, 0);
                measured.accept(closed);
                most = server.equals("ours") ? closed.throughput() : most;
            }
        }
        if (name.equals("round-trip") && !Double.isNaN(most) && settings.servers().contains("echo")) {
            measured.accept(run("ours", most / 2));
            measured.accept(run("echo", most / 2));
        }
    }

    private Measurement run(String server, double rate) throws Exception {
        boolean roundTrip = name.equals("round-trip");
        // Once the server is warm, half of it will do for the devices' process.
        BenchSettings now = settings.warmingUp(seats.containsKey(server) ? settings.warmup() / 2 : settings.warmup() * TIMES_AT_FIRST);
        int all = roundTrip ? now.devices() * (server.equals("echo") ? TIMES_FOR_AN_ECHO : 1) : DEVICES_THAT_REPORT;
        int devices = all / now.connections();
        Seat seat = seat(server, devices, roundTrip ? "pending" : "pushed");
        try (Load load = new Load(name, seat.broker, devices, now, seat.site, Map.of("bench.rate", String.valueOf(rate),
                "bench.window", String.valueOf(roundTrip ? now.window() : REPORTS_UNDER_WAY)))) {
            load.awaitBegin();
            ProcessMeter meter = seat.server.meter();
            double[] before = seat.site.cpuSeconds(meter);
            load.awaitEnd();
            double[] after = seat.site.cpuSeconds(meter);
            LoadResult result = load.awaitResult();
            // Else its database would go on vacuuming and writing while the next one is measured.
            seat.site.data().settle();
            return new Measurement(rate > 0 ? name + "-at-half" : name, server, result.throughput(), result.p50(), result.p99(), result.p999(),
                    micros(before[0], after[0], result), meter.peakHeapMegabytes(), meter.peakRssMegabytes(), result.lost(),
                    micros(before[1], after[1], result), micros(before[2], after[2], result),
                    micros(before[3], after[3], result));
        } finally {
            if (settings.database().equals("h2")) {
                // Its file is open in one process: rows are loaded while the server is away.
                close();
            }
        }
    }

    private static double micros(double before, double after, LoadResult result) {
        return (after - before) * 1e6 / result.count();
    }

    private Seat seat(String server, int devices, String status) throws Exception {
        Seat seat = seats.get(server);
        if (seat == null) {
            BenchSite site = new BenchSite(settings.database());
            if (!server.equals("echo")) {
                site.data().load(settings.connections(), devices, status);
            }
            String broker = site.newBroker();
            seat = new Seat(site, broker, ServerUnderTest.start(server, broker, site, settings.heap()));
            seats.put(server, seat);
        } else if (!server.equals("echo")) {
            seat.site.data().load(settings.connections(), devices, status);
        }
        return seat;
    }

    @Override
    public void close() throws Exception {
        for (Seat seat : seats.values()) {
            seat.server.close();
            seat.site.close();
        }
        seats.clear();
    }
}
