package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Site;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that asks for its package, as Alibaba's SDKs do, and a batch that waits until it does. */
@DisplayName("firmware/get -> reply")
class PullIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOPIC = "/sys/lamp/kitchen/thing/ota/firmware/get";
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest(name = "on {0}")
    @EnumSource(Site.Kind.class)
    void aDeviceIsAnsweredWhenItAsksAndNotBefore(Site.Kind kind) throws Exception {
        try (Site site = new Site(kind)) {
            site.ota().with("ota.download.base-url", "http://ota.example");
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            String packageId = api.packageOf("lamp", "2.0.0", new byte[1_000]);
            URI broker = URI.create(site.brokerUrl());
            Mqtt5BlockingClient device = MqttClient.builder().useMqttVersion5().identifier("kitchen").serverHost(broker.getHost())
                    .serverPort(broker.getPort()).buildBlocking();
            device.connect();
            try (Mqtt5Publishes received = device.publishes(MqttGlobalPublishFilter.ALL)) {
                device.subscribeWith().topicFilter("/sys/lamp/kitchen/#").qos(MqttQos.AT_LEAST_ONCE).send();
                device.subscribeWith().topicFilter("/ota/device/upgrade/lamp/kitchen").qos(MqttQos.AT_LEAST_ONCE).send();
                publish(device, "/ota/device/inform/lamp/kitchen", "{\"id\":\"1\",\"params\":{\"version\":\"1.0.0\"}}");
                assertThat(ask(device, received, "2").toString()).isEqualTo("{\"id\":\"2\",\"code\":200,\"data\":{}}");

                String batch = api.post("/packages/" + packageId + "/batches", "{\"select\":{\"all\":true},\"push\":false}").get("id").asText();
                await().atMost(PATIENCE).until(() -> api.get("/batches/" + batch).get("status").asText().equals("running"));
                JsonNode reply = ask(device, received, "3");

                assertThat(reply.get("id").asText()).isEqualTo("3");
                assertThat(reply.get("data").get("version").asText()).isEqualTo("2.0.0");
                assertThat(reply.get("data").get("extData").get("strategy").asText()).isEqualTo(batch);
                await().atMost(PATIENCE).until(() -> api.get("/batches/" + batch).get("counts").get("pushed").asInt() == 1);
                assertThat(ask(device, received, "4").get("data").get("version").asText()).isEqualTo("2.0.0");
                publish(device, "/ota/device/inform/lamp/kitchen", "{\"id\":\"5\",\"params\":{\"version\":\"2.0.0\"}}");
                await().atMost(PATIENCE).until(() -> api.get("/batches/" + batch).get("status").asText().equals("finished"));
                assertThat(received.receive(500, TimeUnit.MILLISECONDS)).as("nothing was pushed unasked").isEmpty();
            }
            device.disconnect();
        }
    }

    /** As curl -d sends it, and many a modem: a form by name. */
    @Test
    void aDeviceWithoutMqttSaysHowFarItIs() throws Exception {
        try (Site site = new Site(Site.Kind.MOSQUITTO_POSTGRES)) {
            site.ota().with("ota.download.base-url", "http://ota.example");
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            String packageId = api.packageOf("lamp", "2.0.0", new byte[1_000]);
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\",\"accessKey\":\"ak\",\"secretKey\":\"sk-of-the-lamp\"}");
            String key = signed(Instant.now().getEpochSecond());
            assertThat(http(site, "get_ota_info?deviceKey=hall&version=1.0&" + key, null)).isEqualTo("200 {\"code\":0,\"message\":\"\",\"data\":null}");
            String batch = api.batch(packageId, List.of("hall"), "{}");
            assertThat(http(site, "get_ota_info?deviceKey=hall&version=1.0&" + key, null)).startsWith("200 ").contains("\"version\":\"2.0.0\"");

            assertThat(http(site, "write_ota_info?" + key, "{\"params\":{\"deviceKey\":\"hall\",\"step\":10,\"strategy\":" + batch + "}}"))
                    .isEqualTo("200 {\"code\":0,\"message\":\"\"}");

            assertThat(api.get("/batches/" + batch).get("counts").get("upgrading").asInt()).isEqualTo(1);
            assertThat(http(site, "get_ota_info?deviceKey=hall&version=1.0&" + key.replace("ak=ak", "ak=%00"), null))
                    .isEqualTo("401 {\"code\":401,\"message\":\"ak or sign is wrong\"}");
        }
    }

    private static String signed(long time) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("sk-of-the-lamp".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return "ak=ak&time=" + time + "&sign=" + HexFormat.of().formatHex(mac.doFinal(("ak=ak&time=" + time).getBytes(StandardCharsets.UTF_8)));
    }

    private static String http(Site site, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(site.ota().httpUrl() + "/base-api/openapi/v1/ota/" + path));
        if (body != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private static JsonNode ask(Mqtt5BlockingClient device, Mqtt5Publishes received, String id) throws InterruptedException, IOException {
        publish(device, TOPIC, "{\"id\":\"" + id + "\",\"version\":\"1.0\",\"params\":{},\"method\":\"thing.ota.firmware.get\"}");
        while (true) {
            Mqtt5Publish message = received.receive(30, TimeUnit.SECONDS).orElseThrow();
            if (!message.getTopic().toString().equals(TOPIC)) {
                assertThat(message.getTopic()).hasToString(TOPIC + "_reply");
                return JSON.readTree(message.getPayloadAsBytes());
            }
        }
    }

    private static void publish(Mqtt5BlockingClient device, String topic, String payload) {
        device.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload.getBytes(StandardCharsets.UTF_8)).send();
    }
}
