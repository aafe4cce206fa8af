package dev.otaroutes.bench;

import dev.otaroutes.bench.baseline.HttpPosts;
import dev.otaroutes.bench.load.Receiver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Events that wait in the outbox, of many devices, delivered to one receiver: committed before, settled after, in order per device. */
final class WebhookScenario implements Scenario {
    private static final int DEVICES = 2_000;
    private static final int EVENTS_A_SECOND = 4_000;
    /** As many as ours has under way at a time. */
    private static final int CONCURRENCY = 32;
    private static final int HELPER_HEAP = 256;

    private final HttpClient http = HttpClient.newHttpClient();
    private final BenchSettings settings;
    private final BenchSite site;
    private final Consumer<Measurement> measured;

    WebhookScenario(BenchSettings settings, BenchSite site, Consumer<Measurement> measured) {
        this.settings = settings;
        this.site = site;
        this.measured = measured;
    }

    @Override
    public void round() throws Exception {
        if (settings.servers().contains("http-client")) {
            try (BenchProcess receiver = new BenchProcess(Receiver.class, HELPER_HEAP, Map.of())) {
                String url = "http://127.0.0.1:" + receiver.await("ready").split(" ")[1];
                try (BenchProcess posts = new BenchProcess(HttpPosts.class, settings.heap(),
                        Map.of("bench.receiver", url, "bench.concurrency", String.valueOf(CONCURRENCY)))) {
                    posts.await("ready");
                    measured.accept(measure("http-client", url, new ProcessMeter(posts.unheard().pid())));
                }
            }
        }
        if (settings.servers().contains("ours")) {
            try (BenchProcess receiver = new BenchProcess(Receiver.class, HELPER_HEAP, Map.of())) {
                String url = "http://127.0.0.1:" + receiver.await("ready").split(" ")[1];
                site.data().load(1, DEVICES, null);
                site.data().loadEvents(url, DEVICES, EVENTS_A_SECOND * (settings.warmup() + settings.seconds()));
                try (ServerUnderTest ours = ServerUnderTest.start("ours", site.newBroker(), site, settings.heap())) {
                    measured.accept(measure("ours", url, ours.meter()));
                }
            }
        }
    }

    private Measurement measure(String server, String url, ProcessMeter meter) throws IOException, InterruptedException {
        while (taken(url) == 0) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        TimeUnit.SECONDS.sleep(settings.warmup());
        double cpuBefore = meter.cpuSeconds();
        long before = taken(url);
        long begin = System.nanoTime();
        TimeUnit.SECONDS.sleep(settings.seconds());
        long taken = taken(url) - before;
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpu = meter.cpuSeconds() - cpuBefore;
        return new Measurement("webhook", server, taken / seconds, Double.NaN, Double.NaN, Double.NaN, cpu * 1e6 / taken,
                meter.peakHeapMegabytes(), meter.peakRssMegabytes(), 0);
    }

    private long taken(String url) throws IOException, InterruptedException {
        return Long.parseLong(http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString()).body());
    }
}
