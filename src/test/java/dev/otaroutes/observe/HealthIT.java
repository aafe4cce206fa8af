package dev.otaroutes.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.support.Site;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** /observe/health says in words what is away, and never a secret: nobody is asked for a key there. That a platform is unwell: OutageIT. */
class HealthIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> SECRETS = List.of("hush-of-the-broker", "hush-of-the-operator", "hush-of-the-downloads");

    @Test
    void eachOutageIsNamedAndNothingSecretIsShown() throws Exception {
        try (Site site = new Site(Site.Kind.MOSQUITTO_POSTGRES)) {
            site.ota().with("ota.mqtt.username", "ota").with("ota.mqtt.password", SECRETS.get(0))
                    .with("ota.api.keys", "ops:" + SECRETS.get(1)).with("ota.download.signing-key", SECRETS.get(2)).start().awaitReady();
            assertThat(check(site, "mqtt").path("data").toString()).contains("/ota/device/inform/+/+");
            assertThat(check(site, "webhooks").path("data").has("outbox.age.seconds")).isTrue();

            site.mosquitto().terminate();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(check(site, "mqtt").get("status").asText()).isEqualTo("DOWN");
                assertThat(check(site, "mqtt").get("message").asText()).contains("MQTT client [", site.mosquitto().url().substring("tcp://".length()), "refused");
            });
            assertThat(check(site, "database").get("status").asText()).as("the one is not the other").isEqualTo("UP");
            assertThat(site.ota().text("/observe/metrics")).contains("\nota_ready 0", "\nota_mqtt_connections_ready 0");

            site.database().kill();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(check(site, "database").get("status").asText()).isEqualTo("DOWN");
                assertThat(check(site, "database").get("message").asText()).contains("database");
            });
            assertThat(check(site, "database").get("data").get("ota.db.url").asText()).isEqualTo(site.databaseUrl());
            assertThat(site.ota().status("/observe/health/live")).isEqualTo(200);
            for (String shown : Stream.of("/observe/health?data=true", "/observe/health/ready?data=true", "/observe/metrics").map(site.ota()::text).toList()) {
                assertThat(SECRETS).noneMatch(shown::contains);
            }
            assertThat(SECRETS).noneMatch(site.ota().log()::contains);
        }
    }

    private static JsonNode check(Site site, String name) throws IOException {
        TreeMap<String, JsonNode> checks = new TreeMap<>();
        new ObjectMapper().readTree(site.ota().text("/observe/health?data=true")).get("checks").forEach(check -> checks.put(check.get("name").asText(), check));
        return checks.get(name);
    }
}
