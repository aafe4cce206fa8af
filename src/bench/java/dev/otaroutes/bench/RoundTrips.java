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

    /** @param shareGroup empty for one instance with plain subscriptions @return round trips a second, which are in the report, too */
    double run(String scenario, String server, int instances, String shareGroup) throws Exception {
        return run(scenario, server, instances, shareGroup, 0);
    }

    /** @param rate informs a second, in open loop; 0: as many as they do */
    double run(String scenario, String server, int instances, String shareGroup, double rate) throws Exception {
        int devices = settings.devices() / settings.connections();
        site.data().load(settings.connections(), devices, "pending");
        String broker = site.newBroker();
        try (Instances ours = new Instances(instances, shareGroup, broker, site, settings.heap());
                Load load = new Load("round-trip", broker, devices, settings, site, Map.of("bench.rate", String.valueOf(rate)))) {
            load.awaitBegin();
            double before = ours.cpuSeconds();
            load.awaitEnd();
            double cpu = ours.cpuSeconds() - before;
            LoadResult result = load.awaitResult();
            report.add(new Measurement(scenario, server, result.throughput(), result.p50(), result.p99(), result.p999(), cpu * 1e6 / result.count(),
                    ours.peakHeapMegabytes(), ours.peakRssMegabytes(), result.lost()));
            if (instances > 1) {
                report.note(scenario + " " + server + ": informs that each instance took, warm-up included: " + ours.informs());
            }
            new TaskCheck(site).check(scenario + " " + server, result, (long) devices * settings.connections());
            return result.throughput();
        }
    }
}
