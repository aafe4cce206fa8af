package dev.otaroutes.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.support.EventReceiver;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.Site;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** With ota.log.format = json all that the process says is JSON, a line an event, with the device and the event that a line is about. */
class JsonLogIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void everyLineIsJsonAndNamesWhatItIsAbout() throws Exception {
        try (Site site = new Site(Site.Kind.EMBEDDED); EventReceiver platform = new EventReceiver()) {
            site.ota().with("ota.log.format", "json").start().awaitReady();
            site.api().packageOf("lamp", "2.0.0", new byte[10]);
            platform.mood(EventReceiver.Mood.ERROR);
            String webhook = "{\"name\":\"console\",\"url\":\"" + platform.url() + "?token=hush\",\"format\":\"standard\",\"events\":[\"*\"]}";
            String secret = site.api().post("/webhooks", webhook).get("secret").asText();
            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                fleet.send("inform", "hall", "not\r\njson").get(10, TimeUnit.SECONDS);
                fleet.inform("kitchen", "1.0.0").get(10, TimeUnit.SECONDS);
            }
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(lines(site)).anySatisfy(line -> {
                assertThat(line.path("log.logger").asText()).isEqualTo("ota.refused");
                assertThat(line.path("productKey").asText()).isEqualTo("lamp");
                assertThat(line.path("deviceKey").asText()).isEqualTo("hall");
            }).anySatisfy(line -> {
                assertThat(line.path("log.logger").asText()).isEqualTo("ota.webhook");
                assertThat(line.path("message").asText()).contains("webhook 1 [console]", "the receiver answered 500");
                assertThat(line.path("deviceKey").asText()).isEqualTo("kitchen");
                assertThat(line.path("eventId").asText()).startsWith("evt_");
            }).anySatisfy(line -> assertThat(line.path("message").asText()).startsWith("OTA Routes is ready")));
            assertThat(site.ota().log()).doesNotContain("hush", secret);
        }
    }

    private static List<JsonNode> lines(Site site) {
        return site.ota().log().lines().map(line -> {
            try {
                return JSON.readTree(line);
            } catch (JsonProcessingException e) {
                throw new AssertionError("no JSON: " + line, e);
            }
        }).toList();
    }
}
