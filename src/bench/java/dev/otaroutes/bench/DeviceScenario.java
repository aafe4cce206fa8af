package dev.otaroutes.bench;

import dev.otaroutes.bench.load.LoadResult;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Messages from devices: a round trip (inform → upgrade) or progress (progress → event committed). First each server at its most; then,
 * for the round trip, the echo and ours at half of what ours did at most, where latencies say something.
 */
final class DeviceScenario implements Scenario {
    private static final List<String> SERVERS = List.of("echo", "hand-written", "plain-camel", "ours");
    private static final int DEVICES_THAT_REPORT = 20_000;
    private static final int REPORTS_UNDER_WAY = 2_000;

    private final String name;
    private final BenchSettings settings;
    private final BenchSite site;
    private final Consumer<Measurement> measured;

    DeviceScenario(String name, BenchSettings settings, BenchSite site, Consumer<Measurement> measured) {
        this.name = name;
        this.settings = settings;
        this.site = site;
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
        int devices = (roundTrip ? settings.devices() : DEVICES_THAT_REPORT) / settings.connections();
        if (!server.equals("echo")) {
            site.data().load(settings.connections(), devices, roundTrip ? "pending" : "pushed");
        }
        String broker = site.newBroker();
        try (ServerUnderTest running = ServerUnderTest.start(server, broker, site, settings.heap());
                Load load = new Load(name, broker, devices, settings, site, Map.of("bench.rate", String.valueOf(rate),
                        "bench.window", String.valueOf(roundTrip ? settings.window() : REPORTS_UNDER_WAY)))) {
            load.awaitBegin();
            double before = running.meter().cpuSeconds();
            load.awaitEnd();
            double cpu = running.meter().cpuSeconds() - before;
            LoadResult result = load.awaitResult();
            return new Measurement(rate > 0 ? name + "-at-half" : name, server, result.throughput(), result.p50(), result.p99(), result.p999(),
                    cpu * 1e6 / result.count(), running.meter().peakHeapMegabytes(), running.meter().peakRssMegabytes(), result.lost());
        }
    }
}
