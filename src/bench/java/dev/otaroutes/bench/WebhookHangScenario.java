package dev.otaroutes.bench;

import dev.otaroutes.bench.load.DeliveryTimes;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long an event takes to nineteen receivers while a twentieth takes it too, and while that one hangs: devices inform at a steady rate,
 * another version each time.
 */
final class WebhookHangScenario implements Scenario {
    private static final String NAME = "webhook-hang";
    private static final String SERVER = "ours";
    private static final int RECEIVERS = 20;
    private static final int DEVICES = 500;
    private static final int EVENTS_A_SECOND = 10;
    private static final double MOST_WANTED = 1.3;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final BenchSettings settings;
    private final BenchSite site;
    private final Report report;
    private final List<Double> allWell = new ArrayList<>();
    private final List<Double> oneHangs = new ArrayList<>();

    WebhookHangScenario(BenchSettings settings, BenchSite site, Report report) {
        this.settings = settings;
        this.site = site;
        this.report = report;
    }

    @Override
    public void round() throws Exception {
        if (!settings.servers().contains(SERVER)) {
            return;
        }
        boolean first = allWell.size() % 2 == 1;
        for (boolean hangs : List.of(first, !first)) {
            Measurement measured = measure(hangs);
            report.add(measured);
            (hangs ? oneHangs : allWell).add(measured.p50());
        }
    }

    private Measurement measure(boolean hangs) throws Exception {
        site.data().load(1, DEVICES, null);
        String broker = site.newBroker();
        try (DeliveryTimes platform = new DeliveryTimes(); ServerUnderTest ours = ServerUnderTest.start(SERVER, broker, site, settings.heap());
                Fleet fleet = new Fleet(broker, BenchData.product(0))) {
            OperatorApi api = new OperatorApi(ours.ours().httpUrl());
            for (int i = 1; i < RECEIVERS; i++) {
                subscribe(api, platform.url());
            }
            subscribe(api, hangs ? platform.urlThatHangs() : platform.urlThatIsNotCounted());
            int warmup = EVENTS_A_SECOND * settings.warmup();
            int measured = EVENTS_A_SECOND * settings.seconds();
            send(fleet, 0, warmup);
            await(platform, warmup * (RECEIVERS - 1));
            platform.begin();
            ProcessMeter meter = ours.meter();
            double cpuBefore = meter.cpuSeconds();
            long begin = System.nanoTime();
            send(fleet, warmup, measured);
            double seconds = (System.nanoTime() - begin) / 1e9;
            await(platform, measured * (RECEIVERS - 1));
            double[] millis = platform.millis();
            return new Measurement(NAME + (hangs ? "-one" : "-none"), SERVER, millis.length / seconds, at(millis, 0.5), at(millis, 0.99),
                    at(millis, 0.999), (meter.cpuSeconds() - cpuBefore) * 1e6 / millis.length, meter.peakHeapMegabytes(), meter.peakRssMegabytes(),
                    (long) measured * (RECEIVERS - 1) - millis.length);
        }
    }

    private static void subscribe(OperatorApi api, String url) {
        api.post("/webhooks", "{\"name\":\"bench\",\"url\":\"" + url + "\",\"events\":[\"version.changed\"]}");
    }

    private static void send(Fleet fleet, int from, int count) throws InterruptedException {
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long early = begin + TimeUnit.SECONDS.toNanos(i) / EVENTS_A_SECOND - System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(Math.max(0, early));
            int number = from + i;
            fleet.inform(BenchData.device(number % DEVICES), "3.0." + number / DEVICES);
        }
    }

    private static void await(DeliveryTimes platform, int events) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (platform.millis().length < events && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static double at(double[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
    }

    @Override
    public void close() {
        if (!allWell.isEmpty()) {
            double well = middle(allWell);
            double hanging = middle(oneHangs);
            report.note(String.format(Locale.ROOT, "%s: an event took the %d others %.1f ms (median) while one hung, %.1f ms while none did:"
                    + " ratio %.2f, wanted at most %.1f", NAME, RECEIVERS - 1, hanging, well, hanging / well, MOST_WANTED));
        }
    }

    private static double middle(List<Double> rounds) {
        return rounds.stream().sorted().toList().get(rounds.size() / 2);
    }
}
