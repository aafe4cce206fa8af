package dev.otaroutes.bench;

import dev.otaroutes.bench.load.LoadResult;
import dev.otaroutes.support.OtaProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Several instances in a share group: what they do together, in closed and in open loop, and, at a quarter of what two did, what becomes of
 * the messages when one of the two is killed and started again.
 * <p>
 * But for the kill, the instances live through all rounds, with a broker and a database of their own, as the servers of a round trip do: of
 * several that were just started, each would have had less to warm up on than one.
 */
final class ScaleOutScenario implements Scenario {
    private static final String NAME = "scale-out";
    private static final String GROUP = "bench";
    private static final List<Integer> INSTANCES = List.of(1, 2, 3);
    private static final int INSTANCES_OF_THE_KILL = 2;
    /** What an instance works on at a time: so many upgrades may have been under way when it was killed. */
    private static final int MOST_UNDER_WAY = 1_000;
    /** So many times less than warm ones those take that were just started. */
    private static final int COLD = 2;
    private static final String PATIENCE_SECONDS = "120";

    private record Seat(BenchSite site, String broker, Instances instances) {
    }

    private final BenchSettings settings;
    private final BenchSite site;
    private final Report report;
    private final Map<Integer, Seat> seats = new HashMap<>();

    /** @param site of the kill */
    ScaleOutScenario(BenchSettings settings, BenchSite site, Report report) {
        this.settings = settings;
        this.site = site;
        this.report = report;
    }

    @Override
    public void round() throws Exception {
        List<Integer> measured = INSTANCES.stream().filter(instances -> settings.servers().contains(server(instances))).toList();
        double ofEach = 0;
        for (int instances : measured) {
            ofEach = run(NAME, instances, 0) / instances;
            if (instances == INSTANCES_OF_THE_KILL) {
                killed(ofEach / COLD);
            }
        }
        for (int instances : measured) {
            run(NAME + "-at-rate", instances, ofEach / 2 * instances);
        }
    }

    private double run(String scenario, int instances, double rate) throws Exception {
        int warmup = seats.containsKey(instances) ? settings.warmup() / 2 : settings.warmup() * DeviceScenario.TIMES_AT_FIRST;
        BenchSettings now = settings.warmingUp(warmup).forEachOf(instances);
        Seat seat = seat(instances);
        double perSecond = new RoundTrips(now, seat.site, report).of(scenario, server(instances), seat.instances, seat.broker, rate);
        // Else its database would go on vacuuming and writing while the next one is measured.
        seat.site.data().settle();
        return perSecond;
    }

    private Seat seat(int instances) throws Exception {
        Seat seat = seats.get(instances);
        if (seat == null) {
            BenchSite own = new BenchSite(settings.database());
            String broker = own.newBroker();
            seat = new Seat(own, broker, new Instances(instances, GROUP, broker, own, settings.heap()));
            seats.put(instances, seat);
        }
        return seat;
    }

    @Override
    public void close() throws Exception {
        for (Seat seat : seats.values()) {
            seat.instances.close();
            seat.site.close();
        }
        seats.clear();
    }

    private static String server(int instances) {
        return "ours-" + instances;
    }

    private void killed(double rate) throws Exception {
        int devices = (int) (rate * (settings.warmup() + settings.seconds())) / settings.connections() + 1;
        site.data().load(settings.connections(), devices, "pending");
        String broker = site.newBroker();
        try (Instances ours = new Instances(INSTANCES_OF_THE_KILL, GROUP, broker, site, settings.heap());
                Load load = new Load("round-trip", broker, devices, settings, site,
                        Map.of("bench.rate", String.valueOf(rate), "bench.patience", PATIENCE_SECONDS))) {
            load.awaitBegin();
            TimeUnit.SECONDS.sleep(settings.seconds() / 3);
            double seconds = killAndStart(ours.get(1));
            LoadResult result = load.awaitResult();
            report.add(new Measurement(NAME + "-kill", server(INSTANCES_OF_THE_KILL), result.throughput(), result.p50(), result.p99(), result.p999(),
                    Double.NaN, ours.peakHeapMegabytes(), ours.peakRssMegabytes(), result.lost()));
            report.note(String.format(Locale.ROOT, "%s-kill: one of two killed under %.0f informs/s and back after %.1f s; %d informs, %d without an"
                    + " upgrade, %d upgrades repeated with the same message ID, %d with another", NAME, rate, seconds, result.sent(), result.lost(),
                    result.repeated(), result.contradicted()));
            new TaskCheck(site).check(NAME + "-kill", result, (long) devices * settings.connections());
            if (result.repeated() > MOST_UNDER_WAY) {
                throw new IllegalStateException(NAME + "-kill: " + result.repeated() + " upgrades came again, but at most " + MOST_UNDER_WAY
                        + " were under way at the kill");
            }
        }
    }

    private static double killAndStart(OtaProcess instance) {
        long killed = System.nanoTime();
        instance.kill();
        instance.start().awaitReady();
        return (System.nanoTime() - killed) / 1e9;
    }
}
