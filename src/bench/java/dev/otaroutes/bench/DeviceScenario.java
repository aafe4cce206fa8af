package dev.otaroutes.bench;

import dev.otaroutes.bench.load.LoadGenerator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Messages from devices: a round trip (inform → upgrade) or progress (progress → event committed). First each server at its most; then,
 * for the round trip, the echo and ours at half of what ours did at most, where latencies say something.
 */
final class DeviceScenario implements Scenario {
    private static final List<String> SERVERS = List.of("echo", "hand-written", "plain-camel", "ours");
    private static final int GENERATOR_HEAP = 512;
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
                BenchProcess load = new BenchProcess(LoadGenerator.class, GENERATOR_HEAP, properties(broker, devices, rate, roundTrip))) {
            load.await("begin");
            double before = running.meter().cpuSeconds();
            load.await("end");
            double cpu = running.meter().cpuSeconds() - before;
            String[] result = load.await("result").split(" ");
            long count = Long.parseLong(result[5]);
            return new Measurement(rate > 0 ? name + "-at-half" : name, server, Double.parseDouble(result[1]), Double.parseDouble(result[2]),
                    Double.parseDouble(result[3]), Double.parseDouble(result[4]), cpu * 1e6 / count, running.meter().peakHeapMegabytes(),
                    running.meter().peakRssMegabytes(), Long.parseLong(result[6]));
        }
    }

    private Map<String, String> properties(String broker, int devices, double rate, boolean roundTrip) {
        Map<String, String> properties = new HashMap<>(Map.of("bench.broker", broker, "bench.scenario", name, "bench.rate", String.valueOf(rate),
                "bench.window", String.valueOf(roundTrip ? settings.window() : REPORTS_UNDER_WAY), "bench.warmup", String.valueOf(settings.warmup()),
                "bench.seconds", String.valueOf(settings.seconds()), "bench.connections", String.valueOf(settings.connections()),
                "bench.devices", String.valueOf(devices)));
        properties.putAll(Map.of("bench.db.url", site.url(), "bench.db.username", site.username(), "bench.db.password", site.password()));
        return properties;
    }
}
