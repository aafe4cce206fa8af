package dev.otaroutes.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Devices behind one MQTT connection, as firmware in the field behaves: QoS 1, each message repeated until the broker has
 * acknowledged it, upgrades kept by the broker while the connection is away. It is the ledger of what was promised: what the broker
 * acknowledged must arrive.
 */
public final class Fleet implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int IN_FLIGHT = 100;
    private static final long SESSION_SECONDS = 3_600;
    private static final Executor LATER = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

    private final String productKey;
    private final Mqtt5AsyncClient client;
    private final Semaphore window = new Semaphore(IN_FLIGHT);
    private final Map<String, List<JsonNode>> upgrades = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<JsonNode>> firstUpgrades = new ConcurrentHashMap<>();
    private final Set<String> unacknowledged = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param brokerUrl tcp://host:port */
    public Fleet(String brokerUrl, String productKey) {
        URI broker = URI.create(brokerUrl);
        this.productKey = productKey;
        client = MqttClient.builder().useMqttVersion5().identifier("fleet-" + UUID.randomUUID())
                .serverHost(broker.getHost()).serverPort(broker.getPort())
                .automaticReconnect().initialDelay(100, TimeUnit.MILLISECONDS).maxDelay(500, TimeUnit.MILLISECONDS).applyAutomaticReconnect()
                .addConnectedListener(context -> subscribe())
                .buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::received);
        client.connectWith().cleanStart(false).sessionExpiryInterval(SESSION_SECONDS).send().join();
        // A device subscribes before it informs: an upgrade that comes sooner would be nobody's.
        subscribe().join();
    }

    private CompletableFuture<?> subscribe() {
        return client.subscribeWith().topicFilter("/ota/device/upgrade/" + productKey + "/+").qos(MqttQos.AT_LEAST_ONCE).send();
    }

    private void received(Mqtt5Publish message) {
        String topic = message.getTopic().toString();
        String device = topic.substring(topic.lastIndexOf('/') + 1);
        try {
            JsonNode upgrade = JSON.readTree(message.getPayloadAsBytes());
            List<JsonNode> of = upgrades.computeIfAbsent(device, key -> new ArrayList<>());
            synchronized (of) {
                of.add(upgrade);
            }
            firstUpgrade(device).complete(upgrade);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return completes with the first upgrade that the device receives */
    public CompletableFuture<JsonNode> firstUpgrade(String device) {
        return firstUpgrades.computeIfAbsent(device, key -> new CompletableFuture<>());
    }

    /** @return what the device has received so far, repeated ones included */
    public List<JsonNode> upgrades(String device) {
        List<JsonNode> of = upgrades.getOrDefault(device, List.of());
        synchronized (of) {
            return List.copyOf(of);
        }
    }

    /** @return completes when the broker has it */
    public CompletableFuture<Void> inform(String device, String version) {
        return send("inform", device, "{\"id\":\"1\",\"params\":{\"version\":\"" + version + "\"}}");
    }

    /** @return completes when the broker has it */
    public CompletableFuture<Void> progress(String device, int step) {
        return send("progress", device, "{\"id\":\"" + step + "\",\"params\":{\"step\":\"" + step + "\",\"desc\":\"\"}}");
    }

    /**
     * A device's whole upgrade: inform, upgrade, progress 50 and 100, inform. Waits while {@value #IN_FLIGHT} devices are at it.
     *
     * @return completes when the broker has the last of it
     */
    public CompletableFuture<Void> upgrade(String device, String from, String to) {
        window.acquireUninterruptibly();
        return inform(device, from).thenCompose(done -> firstUpgrade(device))
                .thenCompose(upgrade -> progress(device, 50))
                .thenCompose(done -> progress(device, 100))
                .thenCompose(done -> inform(device, to))
                .whenComplete((done, failure) -> window.release());
    }

    /** Sends a payload as it is. @param kind inform or progress */
    public CompletableFuture<Void> send(String kind, String device, String payload) {
        String message = device + " " + kind + " " + payload;
        unacknowledged.add(message);
        return repeat("/ota/device/" + kind + "/" + productKey + "/" + device, payload.getBytes(StandardCharsets.UTF_8))
                .whenComplete((done, failure) -> unacknowledged.remove(message));
    }

    /** @return what was sent and the broker has not acknowledged */
    public Set<String> unacknowledged() {
        return Set.copyOf(unacknowledged);
    }

    private CompletableFuture<Void> repeat(String topic, byte[] payload) {
        return client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload).send()
                .handle((result, failure) -> failure)
                .thenCompose(failure -> failure == null || closed ? CompletableFuture.<Void>completedFuture(null)
                        : CompletableFuture.runAsync(() -> { }, LATER).thenCompose(pause -> repeat(topic, payload)));
    }

    @Override
    public void close() {
        closed = true;
        client.disconnect();
    }
}
