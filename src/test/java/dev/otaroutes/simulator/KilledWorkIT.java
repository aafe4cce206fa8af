package dev.otaroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.support.EventReceiver;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Rounds;
import dev.otaroutes.support.Site;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/** The process is killed while it is at work on all tasks of a batch: it goes on where it was, leaves none out and does none twice. */
@DisplayName("killed amid thousands of tasks")
class KilledWorkIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int DEVICES = 5_000;

    @ParameterizedTest(name = "that it lets go, cancels and begins anew, on {0}")
    @EnumSource(Site.Kind.class)
    void nothingIsLeftOutAndNothingDoneTwice(Site.Kind kind) throws Exception {
        if (kind != Site.Kind.MOSQUITTO_POSTGRES && !Rounds.full()) {
            throw new TestAbortedException("only with -Pfull");
        }
        try (Site site = new Site(kind); EventReceiver platform = new EventReceiver()) {
            site.ota().with("ota.download.base-url", "http://ota.example").start().awaitReady();
            OperatorApi api = site.api();
            String packageId = api.packageOf("lamp", "2.0.0", "firmware".getBytes());
            api.post("/webhooks", "{\"name\":\"console\",\"url\":\"" + platform.url()
                    + "\",\"format\":\"standard\",\"events\":[\"task.canceled\",\"task.retry\",\"task.failed\",\"task.succeeded\"]}");
            // Devices that say nothing: what happens to their tasks, the service does.
            try (Simulator fleet = new Simulator(SimulatorOptions.parse("--broker", site.brokerUrl(), "--product", "lamp", "--devices",
                    String.valueOf(DEVICES), "--connections", "10", "--mix", "silent=100"), System.out::println)) {
                fleet.start();
                await().atMost(PATIENCE).until(() -> api.get("/results/versions?productKey=lamp&module=default").get("items").path(0)
                        .path("devices").asInt() == DEVICES);
                String batch = "/batches/" + api.post("/packages/" + packageId
                        + "/batches", "{\"select\":{\"all\":true},\"rollout\":{\"pushPerMinute\":120000}}").get("id").asText();

                killAmid(site, batch, counts -> counts.get("pushed").asInt());
                awaitCount(api, batch, "pushed");
                assertThat(fleet.ledger().devices()).allSatisfy(device -> assertThat(device.upgrades()).as(device.deviceKey()).hasSize(1));

                api.post(batch + "/cancel", "{\"force\":true}");
                killAmid(site, batch, counts -> counts.get("canceled").asInt());
                awaitCount(api, batch, "canceled");
                awaitEvents(platform, fleet, List.of("task.canceled"));

                await().atMost(PATIENCE).until(() -> api.send("POST", batch + "/retry", null).statusCode() / 100 == 2);
                killAmid(site, batch, counts -> DEVICES - counts.get("canceled").asInt());
                awaitCount(api, batch, "pushed");
                awaitEvents(platform, fleet, List.of("task.canceled", "task.retry"));
                assertThat(fleet.ledger().devices()).allSatisfy(device -> assertThat(device.upgrades()).as(device.deviceKey()).hasSize(2));
            }
        }
    }

    /** Kills the process when a tenth has been done, and starts it again. */
    private static void killAmid(Site site, String batch, ToIntFunction<JsonNode> done) {
        OperatorApi api = site.api();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> done.applyAsInt(api.get(batch).get("counts")) >= DEVICES / 10);
        site.ota().kill();
        site.ota().start().awaitReady();
        assertThat(done.applyAsInt(api.get(batch).get("counts"))).as("done when it was killed").isLessThan(DEVICES);
    }

    private static void awaitCount(OperatorApi api, String batch, String status) {
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() ->
                assertThat(api.get(batch).get("counts").get(status).asInt()).isEqualTo(DEVICES));
    }

    private static void awaitEvents(EventReceiver platform, Simulator fleet, List<String> types) {
        await().atMost(PATIENCE).until(() -> platform.size() >= DEVICES * types.size());
        assertThat(fleet.ledger().devices()).allSatisfy(device -> assertThat(platform.of(device.deviceKey()).stream()
                .map(event -> event.get("type").asText())).as(device.deviceKey()).containsExactlyElementsOf(types));
    }
}
