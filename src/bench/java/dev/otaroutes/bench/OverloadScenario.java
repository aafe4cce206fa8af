package dev.otaroutes.bench;

import dev.otaroutes.bench.load.LoadResult;
import dev.otaroutes.support.OtaProcess;
import java.util.Locale;
import java.util.Map;

/**
 * More than ours can do: three times as much for a while, and a start behind a long queue. The rest waits at the broker, nothing is lost,
 * and the connection and the heap hold.
 */
final class OverloadScenario implements Scenario {
    private static final String NAME = "overload";
    private static final String QUEUED = "overload-queued";
    private static final String SERVER = "ours";
    private static final int TIMES = 3;
    /** As it comes. With the second that other scenarios have, Mosquitto would do little else than write its backlog down. */
    private static final String SELDOM_SAVED = "autosave_interval 1800";
    private static final String PATIENCE_SECONDS = "120";
    private static final String LONG_SECONDS = "86400";
    private static final String QUEUEING_WINDOW = "5000";

    private final BenchSettings settings;
    private final BenchSite site;
    private final Report report;

    OverloadScenario(BenchSettings settings, BenchSite site, Report report) {
        this.settings = settings;
        this.site = site;
        this.report = report;
    }

    @Override
    public void round() throws Exception {
        if (!settings.servers().contains(SERVER)) {
            return;
        }
        overload(settings.rate() > 0 ? settings.rate()
                : TIMES * new RoundTrips(settings.brief(), site, report).ofOne(NAME + "-closed-loop", SERVER));
        queued();
    }

    private void overload(double rate) throws Exception {
        int devices = (int) (rate * settings.seconds()) / settings.connections() + 1;
        site.data().load(settings.connections(), devices, "pending");
        String broker = site.newBroker(SELDOM_SAVED);
        try (Instances ours = new Instances(1, "", broker, site, settings.heap());
                Load load = new Load("round-trip", broker, devices, settings, site,
                        Map.of("bench.rate", String.valueOf(rate), "bench.warmup", "0", "bench.patience", PATIENCE_SECONDS))) {
            load.awaitBegin();
            double before = ours.cpuSeconds();
            load.awaitEnd();
            double cpu = ours.cpuSeconds() - before;
            LoadResult result = load.awaitResult();
            report.add(new Measurement(NAME, SERVER, result.throughput(), result.p50(), result.p99(), result.p999(), cpu * 1e6 / result.count(),
                    ours.peakHeapMegabytes(), ours.peakRssMegabytes(), result.lost()));
            report.note(String.format(Locale.ROOT, "%s: %.0f informs/s wanted for %d s, %d sent; %d waited when the load stopped, the last was"
                    + " handled %.1f s later; %d disconnects; %d upgrades repeated with the same message ID, %d with another", NAME, rate,
                    settings.seconds(), result.sent(), result.backlog(), result.drainSeconds(), connects() - 1, result.repeated(),
                    result.contradicted()));
            new TaskCheck(site).check(NAME, result, (long) devices * settings.connections());
        }
    }

    /** One instance has subscribed and is stopped; what devices send meanwhile waits for it. */
    private void queued() throws Exception {
        int devices = Math.max(1, settings.queued() / settings.connections());
        site.data().load(settings.connections(), devices, "pending");
        String broker = site.newBroker(SELDOM_SAVED);
        try (Instances ours = new Instances(1, "", broker, site, settings.heap())) {
            OtaProcess instance = ours.get(0);
            instance.stop();
            try (Load load = new Load("round-trip", broker, devices, settings, site, Map.of("bench.queueing", "true", "bench.window", QUEUEING_WINDOW,
                    "bench.warmup", "0", "bench.seconds", LONG_SECONDS, "bench.patience", PATIENCE_SECONDS))) {
                load.awaitEnd();
                long connectsBefore = connects();
                long start = System.nanoTime();
                instance.start();
                LoadResult result = load.awaitResult();
                double seconds = (System.nanoTime() - start) / 1e9;
                report.add(new Measurement(QUEUED, SERVER, result.sent() / seconds, Double.NaN, Double.NaN, Double.NaN,
                        ours.cpuSeconds() * 1e6 / result.sent(), ours.peakHeapMegabytes(), ours.peakRssMegabytes(), result.lost()));
                report.note(String.format(Locale.ROOT, "%s: %d informs waited for an absent instance, the last was handled %.1f s after its process"
                        + " was started; %d disconnects; %d upgrades repeated with the same message ID, %d with another", QUEUED, result.sent(),
                        seconds, connects() - connectsBefore - 1, result.repeated(), result.contradicted()));
                new TaskCheck(site).check(QUEUED, result, (long) devices * settings.connections());
            }
        }
    }

    /** @return how often Mosquitto says that the instance has connected: each time but the first it had been disconnected */
    private long connects() {
        return site.broker().log().lines().filter(line -> line.contains(" as " + Instances.clientId(0) + " ")).count();
    }
}
