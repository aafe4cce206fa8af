package dev.otaroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.Installation;
import dev.otaroutes.support.Manifests;
import dev.otaroutes.support.OperatorApi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What mvn package makes is unpacked, started by its script, used, stopped and started again. */
class ArchiveIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String LOGGED = "(?m)^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z INFO  mqtt MQTT client ota-kitchen at ";

    @Test
    void aDeviceIsUpgradedAndTheNextStartKnowsIt() throws Exception {
        byte[] firmware = new byte[100_000];
        new Random(5).nextBytes(firmware);
        try (Installation ota = new Installation()) {
            // The name of a folder that a JVM without a locale could not write.
            ota.with("OTA_DEMO_ENABLED", "false").with("OTA_MQTT_CLIENT_ID", "ota-kitchen").with("OTA_DOWNLOAD_DIR", "data/固件");
            ota.start().awaitReady();
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                assertThat(ota.status(Manifests.container().at("/" + probe + "/httpGet/path").asText())).as(probe).isEqualTo(200);
            }
            assertThat(dockerHealth(ota)).isZero();
            String batch = upgrade(ota, firmware);

            long before = System.nanoTime();
            assertThat(ota.stop()).isIn(0, 143);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
            assertThat(dockerHealth(ota)).isNotZero();
            assertThat(ota.log()).containsPattern(LOGGED).contains("OTA Routes is ready after ");
            assertThat(names(ota.home().resolve("data"))).containsExactlyInAnyOrder("broker", "ota.mv.db", "固件");
            assertThat(names(ota.elsewhere())).doesNotContain("data");

            ota.start().awaitReady();
            assertThat(new OperatorApi(ota.httpUrl()).get("/batches/" + batch).at("/counts/succeeded").asInt()).isEqualTo(1);
        }
    }

    private static String upgrade(Installation ota, byte[] firmware) throws Exception {
        OperatorApi api = new OperatorApi(ota.httpUrl());
        String packageId = api.packageOf("lamp", "2.0.0", firmware);
        try (Fleet fleet = new Fleet(ota.brokerUrl(), "lamp")) {
            fleet.inform("kitchen", "1.0.0").get(10, TimeUnit.SECONDS);
            String batch = api.batch(packageId, List.of("kitchen"), "{}");
            JsonNode upgrade = fleet.firstUpgrade("kitchen").get(30, TimeUnit.SECONDS);
            assertThat(download(upgrade.at("/data/url").asText())).isEqualTo(firmware);
            fleet.progress("kitchen", 100).get(10, TimeUnit.SECONDS);
            fleet.inform("kitchen", "2.0.0").get(10, TimeUnit.SECONDS);
            await().atMost(PATIENCE).untilAsserted(() ->
                    assertThat(api.get("/batches/" + batch).at("/status").asText()).isEqualTo("finished"));
            return batch;
        }
    }

    /** @return the exit code of the image's health check, asked of this service */
    private static int dockerHealth(Installation ota) throws Exception {
        String check = Files.readAllLines(Path.of("src/main/docker/Dockerfile")).stream().filter(line -> line.startsWith("HEALTHCHECK ")).findFirst().orElseThrow();
        ProcessBuilder command = new ProcessBuilder(new ObjectMapper().readValue(check.substring(check.indexOf('[')), String[].class));
        command.environment().put("OTA_HTTP_PORT", String.valueOf(URI.create(ota.httpUrl()).getPort()));
        return command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    private static byte[] download(String url) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray()).body();
    }

    @Test
    void theSimulatorIsInIt() {
        try (Installation ota = new Installation()) {
            assertThat(ota.run("simulator", "--help")).contains("--mix <what=percent");
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
