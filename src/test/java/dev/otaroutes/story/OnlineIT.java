package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Site;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A platform that says when a device comes online, and devices that never inform (protocol.md §9). */
@DisplayName("online -> push")
class OnlineIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOPIC = "/message/device/online";

    @ParameterizedTest(name = "on {0}")
    @EnumSource(value = Site.Kind.class, names = "EMBEDDED", mode = EnumSource.Mode.EXCLUDE)
    void whatWaitedForAnAbsentDeviceIsPushedWhenItComes(Site.Kind kind) throws Exception {
        try (Site site = new Site(kind)) {
            site.ota().with("ota.download.base-url", "http://ota.example").with("ota.endpoint.online", "paho-mqtt5:" + TOPIC).start().awaitReady();
            OperatorApi api = site.api();
            String packageId = api.packageOf("lamp", "2.0.0", new byte[1_000]);
            String batch = "/batches/" + api.batch(packageId, List.of("kitchen", "hall"), "{}");
            await().atMost(PATIENCE).until(() -> api.list(batch + "/tasks").stream().filter(task ->
                    api.get("/tasks/" + task.get("id").asText()).get("history").toString().contains("push-unheard")).count() == 2);
            assertThat(api.get(batch).get("counts").get("pending").asInt()).as("nobody was there").isEqualTo(2);

            Mqtt5BlockingClient platform = connected(site.brokerUrl());
            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                for (int i = 0; i < 20; i++) {
                    publish(platform, "{\"meta\":{},\"messageId\":\"m" + i + "\",\"productKey\":\"lamp\",\"deviceKey\":\"kitchen\",\"data\":{}}");
                }
                await().atMost(PATIENCE).until(() -> fleet.firstUpgrade("kitchen").isDone());
                await().atMost(PATIENCE).until(() -> api.get(batch).get("counts").get("pushed").asInt() == 1);
                publish(platform, "{\"productKey\":\"lamp\",\"deviceKey\":\"kitchen\"}");
                publish(platform, "{\"productKey\":\"lamp\",\"deviceKey\":\"a/b\"}");
                publish(platform, "{\"clientid\":\"c\",\"username\":\"hall&lamp\"}");
                await().atMost(PATIENCE).until(() -> fleet.firstUpgrade("hall").isDone());

                assertThat(fleet.upgrades("kitchen")).as("however often it comes online").hasSize(1);
                assertThat(api.list("/rejected-messages")).singleElement().satisfies(message -> {
                    assertThat(message.get("topic").asText()).isEqualTo(TOPIC);
                    assertThat(message.get("reason").asText()).isEqualTo("bad-key");
                });
            }
            platform.disconnect();
        }
    }

    private static Mqtt5BlockingClient connected(String brokerUrl) {
        URI broker = URI.create(brokerUrl);
        Mqtt5BlockingClient client = MqttClient.builder().useMqttVersion5().identifier("platform").serverHost(broker.getHost())
                .serverPort(broker.getPort()).buildBlocking();
        client.connect();
        return client;
    }

    private static void publish(Mqtt5BlockingClient client, String payload) {
        client.publishWith().topic(TOPIC).qos(MqttQos.AT_LEAST_ONCE).payload(payload.getBytes(StandardCharsets.UTF_8)).send();
    }
}
