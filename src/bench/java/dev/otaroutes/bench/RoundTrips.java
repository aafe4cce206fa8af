package dev.otaroutes.bench;

import dev.otaroutes.bench.load.LoadResult;
import java.util.Map;

/** Round trips against instances of ours: so many under way at a time, the most that they do, or at a rate. */
final class RoundTrips {
    private final BenchSettings settings;
    private final BenchSite site;
    private final Report report;

    RoundTrips(BenchSettings settings, BenchSite site, Report report) {
        this.settings = settings;
        this.site = site;
        this.report = report;
    }

    /** The most that one instance does that is started for it. @return round trips a second, which are in the report, too */
    double ofOne(String scenario, String server) throws Exception {
        int devices = load();
        String broker = site.newBroker();
        try (Instances one = new Instances(1, "", broker, site, settings.heap())) {
            return measure(scenario, server, one, broker, devices, 0);
        }
    }

    /**
     * @param running   instances on the site, whose rows are new ones afterwards
     * @param rate      informs a second, in open loop; 0: as many as they do
     * @return round trips a second, which are in the report, too
     */
    double of(String scenario, String server, Instances running, String broker, double rate) throws Exception {
        return measure(scenario, server, running, broker, load(), rate);
    }

    private int load() throws Exception {
        int devices = settings.devices() / settings.connections();
        site.data().load(settings.connections(), devices, "pending");
        return devices;
    }

    private double measure(String scenario, String server, Instances instances, String broker, int devices, double rate) throws Exception {
        try (Load load = new Load("round-trip", broker, devices, settings, site, Map.of("bench.rate", String.valueOf(rate)))) {
            load.awaitBegin();
            double before = instances.cpuSeconds();
            load.awaitEnd();
            double cpu = instances.cpuSeconds() - before;
            LoadResult result = load.awaitResult();
            report.add(new Measurement(scenario, server, result.throughput(), result.p50(), result.p99(), result.p999(), cpu * 1e6 / result.count(),
                    instances.peakHeapMegabytes(), instances.peakRssMegabytes(), result.lost()));
            if (instances.count() > 1) {
                report.note(scenario + " " + server + ": informs that each instance took since it was started: " + instances.informs());
            }
            new TaskCheck(site).check(scenario + " " + server, result, (long) devices * settings.connections());
            return result.throughput();
        }
    }
}
