package dev.otaroutes.bench;

import dev.otaroutes.bench.load.LoadResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Progress of a small and of a large fleet, whose devices report in no order of any index; those of the large one have told much before.
 * What the data costs is the ratio of the two. Each fleet has an instance, a broker and a database, with memory and log for the large one, that
 * live through all rounds.
 */
final class FleetScenario implements Scenario {
    private static final int SMALL = 1_000;
    private static final int HISTORY_OF_EACH = 10;
    private static final int UNDER_WAY = 1_000;

    private final BenchSettings settings;
    private final Consumer<Measurement> measured;
    private final Map<Integer, DeviceScenario.Seat> seats = new HashMap<>();

    FleetScenario(BenchSettings settings, Consumer<Measurement> measured) {
        this.settings = settings;
        this.measured = measured;
    }

    @Override
    public void round() throws Exception {
        for (int fleet : List.of(SMALL, settings.fleet())) {
            measured.accept(run(fleet));
        }
    }

    private Measurement run(int fleet) throws Exception {
        BenchSettings now = settings.warmingUp(seats.containsKey(fleet) ? settings.warmup() / 2 : settings.warmup() * DeviceScenario.TIMES_AT_FIRST);
        DeviceScenario.Seat seat = seat(fleet);
        try (Load load = new Load("progress", seat.broker(), fleet / settings.connections(), now, seat.site(), Map.of("bench.window", String.valueOf(UNDER_WAY)))) {
            load.awaitBegin();
            ProcessMeter meter = seat.server().meter();
            double before = meter.cpuSeconds();
            double databaseBefore = databaseCpu(seat);
            load.awaitEnd();
            double cpu = meter.cpuSeconds() - before;
            double databaseCpu = databaseCpu(seat) - databaseBefore;
            LoadResult result = load.awaitResult();
            return new Measurement("fleet-" + fleet, "ours", result.throughput(), result.p50(), result.p99(), result.p999(), cpu * 1e6 / result.count(),
                    meter.peakHeapMegabytes(), meter.peakRssMegabytes(), result.lost(), databaseCpu * 1e6 / result.count(), Double.NaN, Double.NaN);
        }
    }

    private static double databaseCpu(DeviceScenario.Seat seat) {
        return new ProcessMeter(seat.site().database().pid()).familyCpuSeconds();
    }

    private DeviceScenario.Seat seat(int fleet) throws Exception {
        DeviceScenario.Seat seat = seats.get(fleet);
        if (seat == null) {
            BenchSite site = new BenchSite(settings.database());
            site.data().load(settings.connections(), fleet / settings.connections(), "pushed");
            if (fleet != SMALL) {
                site.data().loadHistory(settings.connections(), fleet / settings.connections(), HISTORY_OF_EACH);
            }
            String broker = site.newBroker();
            seat = new DeviceScenario.Seat(site, broker, ServerUnderTest.start("ours", broker, site, settings.heap()));
            seats.put(fleet, seat);
        }
        return seat;
    }

    @Override
    public void close() throws Exception {
        for (DeviceScenario.Seat seat : seats.values()) {
            seat.server().close();
            seat.site().close();
        }
        seats.clear();
    }
}
