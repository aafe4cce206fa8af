package dev.otaroutes.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.otaroutes.observe.OtlpReceiver.Span;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.Loopback;
import dev.otaroutes.support.Site;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** With ota.otel.endpoint a collector hears what becomes of a message, and of an event on its way to a platform; without it nobody does. */
class TracingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private final Map<String, String> traceparents = new ConcurrentHashMap<>();

    @Test
    void anInformAndItsUpgradeAreOneTraceAndAWebhookIsToldItsOwn() throws Exception {
        HttpServer platform = platform();
        try (Site site = new Site(Site.Kind.EMBEDDED); OtlpReceiver collector = new OtlpReceiver()) {
            site.ota().with("ota.otel.endpoint", collector.url() + "/").with("ota.mqtt.client-id", "ota-traced").start().awaitReady();
            upgrade(site, platform);
            await().atMost(PATIENCE).untilAsserted(() -> {
                List<Span> upgrades = named(collector, "upgrade");
                assertThat(upgrades).isNotEmpty();
                List<Span> trace = collector.spans().stream().filter(span -> span.traceId().equals(upgrades.get(0).traceId())).toList();
                assertThat(trace).extracting(Span::name).contains("inform", "upgrade");
                assertThat(trace).filteredOn(span -> span.parentId().isEmpty()).as("it begins with the message").hasSize(1);
                Map<String, Span> byId = trace.stream().collect(Collectors.toMap(Span::spanId, span -> span));
                assertThat(trace).filteredOn(span -> !span.parentId().isEmpty()).allSatisfy(span -> assertThat(byId).containsKey(span.parentId()));
                assertThat(trace).filteredOn(span -> span.attributes().getOrDefault("url.scheme", "").equals("paho-mqtt5") || span.name().equals("upgrade"))
                        .allSatisfy(span -> assertThat(span.attributes()).containsEntry("productKey", "lamp").containsEntry("deviceKey", "kitchen"));
            });
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(traceparents).isNotEmpty();
                traceparents.forEach((event, traceparent) -> {
                    assertThat(traceparent).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
                    assertThat(collector.spans()).filteredOn(span -> span.traceId().equals(traceparent.substring(3, 35))).isNotEmpty()
                            .anySatisfy(span -> assertThat(span.attributes()).containsEntry("eventId", event).containsEntry("deviceKey", "kitchen"));
                });
            });
            assertThat(collector.resource()).containsEntry("service.name", "ota-routes").containsEntry("service.instance.id", "ota-traced");
        } finally {
            platform.stop(0);
        }
    }

    @Test
    void withoutItNothingIsTraced() throws Exception {
        HttpServer platform = platform();
        try (Site site = new Site(Site.Kind.EMBEDDED)) {
            site.ota().start().awaitReady();
            upgrade(site, platform);
            await().atMost(PATIENCE).until(() -> !traceparents.isEmpty());
            assertThat(traceparents.values()).containsOnly("none");
        } finally {
            platform.stop(0);
        }
    }

    @Test
    void aCollectorThatIsAwayIsALineInTheLogAndNothingElse() throws Exception {
        HttpServer platform = platform();
        try (Site site = new Site(Site.Kind.EMBEDDED)) {
            site.ota().with("ota.otel.endpoint", "http://127.0.0.1:" + Loopback.freePort()).start().awaitReady();
            upgrade(site, platform);
            await().atMost(PATIENCE).until(() -> !traceparents.isEmpty());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(site.ota().log()).contains("WARN  otel Failed to export spans"));
            assertThat(site.ota().log().lines()).as("each line is an event of its own").noneMatch(line -> line.startsWith("\tat ") || line.startsWith("WARNING:"));
            assertThat(site.ota().stop()).isIn(0, 143);
        } finally {
            platform.stop(0);
        }
    }

    private static void upgrade(Site site, HttpServer platform) throws Exception {
        String packageId = site.api().packageOf("lamp", "2.0.0", new byte[10]);
        site.api().post("/webhooks", "{\"name\":\"console\",\"url\":\"http://" + Loopback.HOST + ":" + platform.getAddress().getPort()
                + "/events\",\"format\":\"standard\",\"events\":[\"task.*\"]}");
        // Active push off: the upgrade goes out in answer to an inform.
        site.api().post("/packages/" + packageId + "/batches", "{\"select\":{\"devices\":[\"kitchen\"]},\"push\":false}");
        try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
            await().atMost(PATIENCE).until(() -> {
                fleet.inform("kitchen", "1.0.0").get(10, TimeUnit.SECONDS);
                return fleet.firstUpgrade("kitchen").isDone();
            });
        }
    }

    private static List<Span> named(OtlpReceiver collector, String name) {
        return collector.spans().stream().filter(span -> span.name().equals(name)).toList();
    }

    private HttpServer platform() throws Exception {
        HttpServer platform = HttpServer.create(new InetSocketAddress(Loopback.HOST, 0), 100);
        platform.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            String traceparent = exchange.getRequestHeaders().getFirst("traceparent");
            traceparents.put(exchange.getRequestHeaders().getFirst("webhook-id"), traceparent == null ? "none" : traceparent);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        platform.start();
        return platform;
    }
}
