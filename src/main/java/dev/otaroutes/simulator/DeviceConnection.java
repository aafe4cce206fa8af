package dev.otaroutes.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A device's side of the wire (protocol.md §1–4): its own MQTT connection, its three topics. */
final class DeviceConnection {
    private static final long SESSION_SECONDS = 3_600;
    private static final long PATIENCE_SECONDS = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Mqtt5AsyncClient client;
    private final String productKey;
    private final String deviceKey;
    private final AtomicInteger messageId = new AtomicInteger();

    /**
     * @param broker   {@code tcp://host:port}
     * @param username null for a broker that asks for none
     */
    DeviceConnection(URI broker, String username, String password, String productKey, String deviceKey) {
        this.productKey = productKey;
        this.deviceKey = deviceKey;
        Mqtt5ClientBuilder builder = Mqtt5Client.builder().identifier(productKey + "-" + deviceKey)
                .serverHost(broker.getHost()).serverPort(broker.getPort()).automaticReconnectWithDefaultConfig();
        if (username != null) {
            builder.simpleAuth().username(username).password(password.getBytes(StandardCharsets.UTF_8)).applySimpleAuth();
        }
        client = builder.buildAsync();
    }

    /** Connects and hears upgrades. @param upgrade gets the {@code data} of each */
    void open(Consumer<JsonNode> upgrade) {
        client.publishes(MqttGlobalPublishFilter.ALL, message -> {
            try {
                upgrade.accept(JSON.readTree(message.getPayloadAsBytes()).path("data"));
            } catch (IOException e) {
                throw new IllegalStateException("an upgrade is not JSON: " + e.getMessage(), e);
            }
        });
        client.connectWith().cleanStart(false).sessionExpiryInterval(SESSION_SECONDS).send()
                .thenCompose(connected -> client.subscribeWith().topicFilter(topic("upgrade")).qos(MqttQos.AT_LEAST_ONCE).send())
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    void inform(String version) {
        publish("inform", Map.of("version", version));
    }

    /** @param strategy the batch's ID as the upgrade gave it; null if it gave none */
    void progress(int step, String description, String strategy) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("step", String.valueOf(step));
        params.put("desc", description);
        if (strategy != null) {
            params.put("strategy", strategy);
        }
        publish("progress", params);
    }

    private void publish(String kind, Map<String, ?> params) {
        try {
            byte[] payload = JSON.writeValueAsBytes(Map.of("id", String.valueOf(messageId.incrementAndGet()), "params", params));
            client.publishWith().topic(topic(kind)).qos(MqttQos.AT_LEAST_ONCE).payload(payload).send()
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String topic(String kind) {
        return "/ota/device/" + kind + "/" + productKey + "/" + deviceKey;
    }

    void close() {
        client.disconnect();
    }
}
