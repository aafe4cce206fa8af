package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.EventReceiver;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.OtaProcess;
import dev.otaroutes.support.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two instances share the devices' messages, the tasks and the webhooks; each does a part, and together they do all of it once. */
@DisplayName("two instances in a share group")
class ShareGroupIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int DEVICES = 500;

    @ParameterizedTest(name = "of which one is killed and comes back, on {0}")
    @EnumSource(value = Site.Kind.class, names = {"MOSQUITTO_POSTGRES", "MOSQUITTO_MARIADB"})
    void oneIsKilled(Site.Kind kind) throws Exception {
        try (Site site = new Site(kind); EventReceiver platform = new EventReceiver()) {
            site.ota().with("ota.download.base-url", "http://ota.example").with("ota.mqtt.share-group", "ota").with("ota.mqtt.client-id", "ota-1");
            site.ota().start().awaitReady();
            OtaProcess second = site.secondInstance().with("ota.mqtt.client-id", "ota-2")
                    .with("ota.download.dir", site.ota().folder().resolve("data/packages").toString()).start().awaitReady();
            OperatorApi api = site.api();
            String packageId = api.packageOf("lamp", "2.0.0", "firmware".getBytes());
            List<String> keys = IntStream.range(0, DEVICES).mapToObj(i -> "d" + i).toList();
            api.post("/webhooks", "{\"name\":\"console\",\"url\":\"" + platform.url() + "\",\"format\":\"standard\",\"events\":[\"version.changed\",\"task.*\"]}");
            String batch = "/batches/" + api.post("/packages/" + packageId + "/batches", "{\"push\":false,\"select\":{\"devices\":["
                    + keys.stream().map(key -> "\"" + key + "\"").collect(Collectors.joining(",")) + "]}}").get("id").asText();
            await().atMost(PATIENCE).until(() -> api.get(batch).get("status").asText().equals("running"));
            await().atMost(PATIENCE).until(() -> platform.size() == DEVICES);
            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                CompletableFuture<List<CompletableFuture<Void>>> sent = CompletableFuture.supplyAsync(() ->
                        new ArrayList<>(keys.stream().map(key -> fleet.upgrade(key, "1.0.0", "2.0.0")).toList()));
                await().atMost(PATIENCE).until(() -> platform.size() > 2 * DEVICES);
                second.kill();
                second.start().awaitReady();
                CompletableFuture.allOf(sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).toArray(CompletableFuture[]::new))
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(api.get(batch).get("counts").get("succeeded").asInt()).isEqualTo(DEVICES);
                assertThat(api.get(batch).get("status").asText()).isEqualTo("finished");
            });
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(keys).allSatisfy(key -> {
                List<String> types = platform.of(key).stream().map(event -> event.get("type").asText()).toList();
                assertThat(types).filteredOn("version.changed"::equals).hasSize(2);
                assertThat(types).filteredOn("task.succeeded"::equals).hasSize(1);
                assertThat(types).doesNotContain("task.failed", "task.retry");
            }));
            assertThat(platform.outOfOrder()).isEmpty();
            for (OtaProcess instance : List.of(site.ota(), second)) {
                assertThat(instance.text("/observe/metrics")).as("each has its share").contains("ota_messages_total{outcome=\"accepted\",topic=\"inform\"}");
                assertThat(instance.log()).doesNotContain("other instances use this database");
            }
        }
    }
}
