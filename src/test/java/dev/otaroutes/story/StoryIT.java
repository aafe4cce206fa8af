package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.support.EventReceiver;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Site;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The main job from outside, on every site: inform, upgrade, download, progress, inform, webhook. */
@DisplayName("inform -> upgrade -> progress -> webhook")
class StoryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SIZE = 300_000;

    private final HttpClient http = HttpClient.newHttpClient();

    @ParameterizedTest(name = "on {0}")
    @EnumSource(Site.Kind.class)
    void aDeviceIsUpgradedAndAnotherFails(Site.Kind kind) throws Exception {
        byte[] firmware = new byte[SIZE];
        new Random(7).nextBytes(firmware);
        try (Site site = new Site(kind); EventReceiver platform = new EventReceiver()) {
            // A remote broker's devices could not reach a loopback address; here they can.
            site.ota().with("ota.download.base-url", "http://ota.example");
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            String packageId = api.packageOf("lamp", "2.0.0", firmware);
            api.post("/webhooks", "{\"name\":\"console\",\"url\":\"" + platform.url() + "\",\"format\":\"standard\",\"events\":[\"version.changed\",\"task.*\",\"batch.*\"]}");
            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                fleet.inform("good", "1.0.0").get(10, TimeUnit.SECONDS);
                fleet.inform("bad", "1.0.0").get(10, TimeUnit.SECONDS);
                awaitVersion(api, "1.0.0", 2);

                String batchId = api.batch(packageId, List.of("good", "bad"), "{\"quietSeconds\":5}");
                JsonNode upgrade = fleet.firstUpgrade("good").get(30, TimeUnit.SECONDS);
                JsonNode data = upgrade.get("data");
                assertThat(upgrade.get("code").asText()).isEqualTo("200");
                assertThat(upgrade.get("id").isIntegralNumber()).isTrue();
                assertThat(data.get("version").asText()).isEqualTo("2.0.0");
                assertThat(data.get("size").asInt()).isEqualTo(SIZE);
                assertThat(data.get("extData").get("strategy").asText()).isEqualTo(batchId);
                assertThat(data.has("module")).as("the default module is left out").isFalse();

                byte[] downloaded = downloadInTwoParts(data.get("url").asText().replace("http://ota.example", site.ota().httpUrl()));
                assertThat(HexFormat.of().formatHex(MessageDigest.getInstance(data.get("signMethod").asText().equals("MD5") ? "MD5" : "SHA-256")
                        .digest(downloaded))).isEqualTo(data.get("sign").asText());

                fleet.firstUpgrade("bad").get(30, TimeUnit.SECONDS);
                fleet.progress("good", 50).get(10, TimeUnit.SECONDS);
                fleet.progress("good", 100).get(10, TimeUnit.SECONDS);
                fleet.inform("good", "2.0.0").get(10, TimeUnit.SECONDS);
                fleet.send("progress", "bad", "{\"id\":\"9\",\"params\":{\"step\":\"-3\",\"desc\":\"校验失败\"}}").get(10, TimeUnit.SECONDS);
                fleet.send("inform", "bad", "not json").get(10, TimeUnit.SECONDS);

                await().atMost(PATIENCE).untilAsserted(() -> {
                    JsonNode batch = api.get("/batches/" + batchId);
                    assertThat(batch.get("counts").get("succeeded").asInt()).isEqualTo(1);
                    assertThat(batch.get("counts").get("failed").asInt()).isEqualTo(1);
                    assertThat(batch.get("status").asText()).isEqualTo("finished");
                });
                JsonNode failed = api.get("/batches/" + batchId + "/tasks?status=failed").get("items").get(0);
                assertThat(failed.get("deviceKey").asText()).isEqualTo("bad");
                assertThat(failed.get("reason").asText()).isEqualTo("verification-failed");
                assertThat(failed.get("desc").asText()).isEqualTo("校验失败");
                await().atMost(PATIENCE).untilAsserted(() ->
                        assertThat(api.get("/rejected-messages").get("items").get(0).get("reason").asText()).isEqualTo("not-json"));
                awaitVersion(api, "2.0.0", 1);

                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(types(platform, "good")).containsExactly("version.changed", "task.created", "task.pushed", "task.progress",
                            "task.progress", "version.changed", "task.succeeded");
                    assertThat(types(platform, "bad")).containsExactly("version.changed", "task.created", "task.pushed", "task.failed");
                    assertThat(types(platform, "")).containsExactly("batch.started", "batch.finished");
                });
                assertThat(platform.outOfOrder()).isEmpty();
            }
            assertThat(site.ota().stop()).isIn(0, 143);
        }
    }

    private static List<String> types(EventReceiver platform, String device) {
        return platform.of(device).stream().map(event -> event.get("type").asText()).toList();
    }

    private static void awaitVersion(OperatorApi api, String version, int devices) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.get("/results/versions?productKey=lamp&module=default").get("items"))
                .anySatisfy(item -> {
                    assertThat(item.get("version").asText()).isEqualTo(version);
                    assertThat(item.get("devices").asInt()).isEqualTo(devices);
                }));
    }

    private byte[] downloadInTwoParts(String url) throws Exception {
        HttpResponse<byte[]> first = http.send(HttpRequest.newBuilder(URI.create(url)).header("Range", "bytes=0-99999").build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(first.statusCode()).isEqualTo(206);
        String tag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<byte[]> rest = http.send(HttpRequest.newBuilder(URI.create(url)).header("Range", "bytes=100000-").header("If-Range", tag).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(rest.statusCode()).isEqualTo(206);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(first.body());
        whole.write(rest.body());
        return whole.toByteArray();
    }
}
