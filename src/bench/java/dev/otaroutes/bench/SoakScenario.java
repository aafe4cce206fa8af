package dev.otaroutes.bench;

import dev.otaroutes.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Round trips for a long time at most of what ours can do, while broker, database and instance are killed in turn. In the end every
 * inform that the broker took has had its one upgrade, and the database agrees; else the run fails.
 */
final class SoakScenario implements Scenario {
    private static final String NAME = "soak";
    private static final String SERVER = "ours";
    private static final double OF_THE_MOST = 0.7;
    /** When the heap is looked at; and once more at the very end. */
    private static final List<Double> LOOKS = List.of(0.1, 0.5);
    /** A run of this length or longer has the usual pauses between kills and the usual quiet end, a shorter one shorter ones. */
    private static final double LONG_RUN_SECONDS = 300;
    private static final double QUIET_SECONDS = 60;
    /** Longer than the lease after which ours repeats a push of which it has heard nothing more. */
    private static final String PATIENCE_SECONDS = "120";

    private final BenchSettings settings;
    private final BenchSite site;
    private final Report report;
    private final List<String> heaps = new ArrayList<>();

    SoakScenario(BenchSettings settings, BenchSite site, Report report) {
        this.settings = settings;
        this.site = site;
        this.report = report;
    }

    @Override
    public void round() throws Exception {
        if (!settings.servers().contains(SERVER)) {
            return;
        }
        double rate = settings.rate() > 0 ? settings.rate()
                : OF_THE_MOST * new RoundTrips(settings.brief(), site, report).ofOne(NAME + "-closed-loop", SERVER);
        report.note(NAME + ": seed of the kills " + settings.seed());
        int devices = (int) (rate * settings.seconds()) / settings.connections() + 1;
        site.data().load(settings.connections(), devices, "pending");
        String broker = site.newBroker();
        // No share group: Mosquitto forgets shared subscriptions when it restarts.
        try (Instances ours = new Instances(1, "", broker, site, settings.heap());
                Load load = new Load("round-trip", broker, devices, settings, site, Map.of("bench.rate", String.valueOf(rate), "bench.warmup", "0",
                        "bench.lasting", "true", "bench.patience", PATIENCE_SECONDS))) {
            Kills kills = new Kills(settings.seed(), site, ours.get(0));
            load.awaitBegin();
            // Read meanwhile: in all this time the load may say more of lost connections than a pipe holds, and would wait.
            FutureTask<LoadResult> result = new FutureTask<>(load::awaitResult);
            Thread reader = new Thread(result, "bench-result");
            reader.setDaemon(true);
            reader.start();
            disturb(kills, ours);
            LoadResult devicesSaw = result.get();
            look(1, ours);
            report(rate, kills, devicesSaw, ours);
            new TaskCheck(site).check(NAME, devicesSaw, (long) devices * settings.connections());
        }
    }

    private void report(double rate, Kills kills, LoadResult result, Instances ours) {
        report.add(new Measurement(NAME, SERVER, result.throughput(), result.p50(), result.p99(), result.p999(), Double.NaN,
                ours.peakHeapMegabytes(), ours.peakRssMegabytes(), result.lost()));
        report.note(String.format(Locale.ROOT, "%s: %d s at %.0f informs/s; killed: %s; %d informs sent, %d acknowledged by the broker, %d without"
                + " an upgrade, %d upgrades repeated with the same message ID, %d with another; the last one %.1f s after the load stopped",
                NAME, settings.seconds(), rate, kills, result.sent(), result.acknowledged(), result.lost(), result.repeated(),
                result.contradicted(), result.drainSeconds()));
        report.note(NAME + ": heap of ours after a collection: " + String.join(", ", heaps));
    }

    /** Kills, again and again, until shortly before the load stops; looks at the heap in between. */
    private void disturb(Kills kills, Instances ours) throws InterruptedException {
        double part = Math.min(1, settings.seconds() / LONG_RUN_SECONDS);
        long length = TimeUnit.SECONDS.toNanos(settings.seconds());
        long begin = System.nanoTime();
        long next = kills.pauseNanos(part);
        for (double look : LOOKS) {
            next = killUntil((long) (look * length), begin, next, part, kills);
            sleepUntil(begin + (long) (look * length));
            look(look, ours);
        }
        killUntil(length - (long) (QUIET_SECONDS * part * TimeUnit.SECONDS.toNanos(1)), begin, next, part, kills);
    }

    /** @param first kill, nanoseconds after the begin @return when the next one is due */
    private static long killUntil(long end, long begin, long first, double part, Kills kills) throws InterruptedException {
        long next = first;
        while (next < end) {
            sleepUntil(begin + next);
            kills.kill();
            next = System.nanoTime() - begin + kills.pauseNanos(part);
        }
        return next;
    }

    private static void sleepUntil(long nanoTime) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, nanoTime - System.nanoTime()));
    }

    private void look(double at, Instances ours) {
        heaps.add(String.format(Locale.ROOT, "%d MiB at %.0f %%", ours.meter(0).heapAfterCollectionMegabytes(), at * 100));
    }
}
