package dev.otaroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.support.OtaProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a newcomer sees of the first start, and of the second. */
class DemoIT {
    private static final Duration STORY = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void threeLampsUpgradeBeforeTheNewcomersEyesAndGoOnAfterARestart() throws Exception {
        try (OtaProcess ota = new OtaProcess("demo")) {
            ota.start();
            awaitLog(ota, "Ctrl-C stops.");

            assertThat(ota.log()).contains(
                    "OTA Routes is ready after ",
                    "The demo: three simulated lamps run version 1.0.0 and are upgraded to 1.0.1.\n",
                    "  lamp-1   informs version 1.0.0\n",
                    "  lamp-1   is told to install 1.0.1 (1,048,576 bytes): downloads, reporting 10 … 100 %\n",
                    "  lamp-1   checks the digest, restarts\n",
                    "  lamp-1   informs version 1.0.1\n",
                    "  lamp-2   loses the connection, goes on from byte 524,288\n",
                    "  lamp-2   informs version 1.0.1\n",
                    "  lamp-3   reads its flash back and finds another digest: reports -3, verification failed\n",
                    "  service  batch 1 has ended: 2 succeeded, 1 failed\n")
                    .doesNotContain("lamp-3   informs version 1.0.1", "Exception", " ERROR ");
            assertThat(tasks(ota, "1")).isEqualTo(Map.of(
                    "lamp-1", "succeeded 100", "lamp-2", "succeeded 100", "lamp-3", "failed -3 verification-failed"));

            ota.stop();
            ota.start();
            awaitLog(ota, "  service  batch 1 has ended, on an earlier start: 2 succeeded, 1 failed\n");
            assertThat(ota.log()).contains("  lamp-3   informs version 1.0.0\n");
            String batch = upgradeAgain(ota, "1.0.2");
            await().atMost(STORY).untilAsserted(() -> assertThat(tasks(ota, batch)).isEqualTo(Map.of(
                    "lamp-1", "succeeded 100", "lamp-2", "succeeded 100", "lamp-3", "failed -3 verification-failed")));
        }
    }

    private static void awaitLog(OtaProcess ota, String text) {
        await().atMost(STORY).until(() -> ota.log().contains(text) || !ota.isAlive());
        assertThat(ota.log()).contains(text);
    }

    /** As the last lines of the demo tell the newcomer to. @return the batch's ID */
    private String upgradeAgain(OtaProcess ota, String version) throws Exception {
        String id = post(ota, "/packages", "{\"productKey\":\"demo-lamp\",\"version\":\"" + version + "\"}").path("id").asText();
        ask(HttpRequest.newBuilder(uri(ota, "/packages/" + id + "/files/firmware.bin"))
                .PUT(BodyPublishers.ofFile(Path.of("README.md"))).build());
        return post(ota, "/packages/" + id + "/batches", "{\"select\":{\"all\":true}}").path("id").asText();
    }

    private Map<String, String> tasks(OtaProcess ota, String batch) throws Exception {
        Map<String, String> tasks = new LinkedHashMap<>();
        ask(HttpRequest.newBuilder(uri(ota, "/batches/" + batch + "/tasks")).build()).path("items")
                .forEach(task -> tasks.put(task.path("deviceKey").asText(), (task.path("status").asText() + " "
                        + task.path("step").asText() + " " + task.path("reason").asText("")).strip()));
        return tasks;
    }

    private JsonNode post(OtaProcess ota, String path, String body) throws Exception {
        return ask(HttpRequest.newBuilder(uri(ota, path)).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)).build());
    }

    private JsonNode ask(HttpRequest request) throws Exception {
        var answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(request + " was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private static URI uri(OtaProcess ota, String path) {
        return URI.create(ota.httpUrl() + "/api/v1" + path);
    }
}
