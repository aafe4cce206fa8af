package dev.otaroutes.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The side of the wire (protocol.md §1–4) of one device, or of several that share an MQTT connection. QoS 1 both ways, each topic
 * subscribed to by its name. The broker keeps the session for an hour; what it did not acknowledge is sent again.
 */
final class DeviceConnection {
    private static final long SESSION_SECONDS = 3_600;
    /** Five hundred topics on each of many connections take a busy broker a while. */
    private static final long PATIENCE_SECONDS = 180;
    private static final long FIRST_PAUSE_MS = 500;
    private static final long LONGEST_PAUSE_MS = 5_000;
    private static final int FILTERS_AT_ONCE = 100;
    /** The last level of the topic that blocks come on (protocol.md §6). */
    private static final String BLOCKS = "download_reply";
    /** Of a device's key in it: a topic that begins with a slash has an empty first level. */
    private static final int KEY_LEVEL = 3;
    private static final Executor LATER = CompletableFuture.delayedExecutor(FIRST_PAUSE_MS, TimeUnit.MILLISECONDS);
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Device(Consumer<JsonNode> upgrade, Runnable connected) {
    }

    private final Mqtt5AsyncClient client;
    private final String productKey;
    private final Map<String, Device> devices = new ConcurrentHashMap<>();
    /** Of the devices that are downloading over MQTT: what takes the blocks. */
    private final Map<String, Consumer<byte[]>> blocks = new ConcurrentHashMap<>();
    private final AtomicInteger messageId = new AtomicInteger();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private volatile boolean closed;

    /**
     * @param broker   {@code tcp://host:port} or {@code ssl://host:port}
     * @param username null for a broker that asks for none
     * @param name     of the connection: the MQTT client ID is {@code productKey-name}
     */
    DeviceConnection(URI broker, String username, String password, String productKey, String name) {
        this.productKey = productKey;
        Mqtt5ClientBuilder builder = Mqtt5Client.builder().identifier(productKey + "-" + name)
                .serverHost(broker.getHost()).serverPort(broker.getPort())
                .automaticReconnect().initialDelay(FIRST_PAUSE_MS, TimeUnit.MILLISECONDS).maxDelay(LONGEST_PAUSE_MS, TimeUnit.MILLISECONDS)
                .applyAutomaticReconnect()
                .addConnectedListener(context -> connected())
                .addDisconnectedListener(context -> {
                    if (!isLate(context)) {
                        opened.completeExceptionally(context.getCause());
                    }
                    if (closed) {
                        context.getReconnector().reconnect(false);
                    }
                });
        if (username != null) {
            builder.simpleAuth().username(username).password(password.getBytes(StandardCharsets.UTF_8)).applySimpleAuth();
        }
        if (broker.getScheme().equals("ssl")) {
            builder.sslWithDefaultConfig();
        }
        client = builder.buildAsync();
    }

    /** @return whether the broker is there, and too busy to answer CONNECT in time */
    private static boolean isLate(MqttClientDisconnectedContext disconnect) {
        return disconnect.getSource() == MqttDisconnectSource.CLIENT && disconnect.getCause() instanceof ConnectionClosedException;
    }

    /**
     * A device that uses this connection; before it is opened.
     *
     * @param upgrade   gets each upgrade message, on the client's thread
     * @param connected is run when the device can be heard and hears, at first and after every new connection
     */
    void add(String deviceKey, Consumer<JsonNode> upgrade, Runnable connected) {
        devices.put(deviceKey, new Device(upgrade, connected));
    }

    /** Connects and hears upgrades. @return completes when it does; fails when the broker cannot be reached or refuses */
    CompletableFuture<Void> open() {
        client.publishes(MqttGlobalPublishFilter.ALL, this::received);
        client.connectWith().cleanStart(false).sessionExpiryInterval(SESSION_SECONDS).send();
        return opened.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void connected() {
        List<String> keys = List.copyOf(devices.keySet());
        List<CompletableFuture<?>> heard = new ArrayList<>();
        for (int i = 0; i < keys.size(); i += FILTERS_AT_ONCE) {
            heard.add(client.subscribeWith().addSubscriptions(keys.subList(i, Math.min(keys.size(), i + FILTERS_AT_ONCE)).stream()
                    .map(key -> Mqtt5Subscription.builder().topicFilter(topic("upgrade", key)).qos(MqttQos.AT_LEAST_ONCE).build()).toList()).send());
        }
        blocks.keySet().forEach(key -> heard.add(subscribeToBlocks(key)));
        CompletableFuture.allOf(heard.toArray(CompletableFuture[]::new)).whenComplete((done, failure) -> {
            if (failure == null) {
                opened.complete(null);
                devices.values().forEach(device -> device.connected.run());
            } else {
                opened.completeExceptionally(failure);
            }
        });
    }

    /** @param block gets each reply to {@link #askForBlock}, on the client's thread, from soon on */
    void hearBlocks(String deviceKey, Consumer<byte[]> block) {
        blocks.put(deviceKey, block);
        subscribeToBlocks(deviceKey);
    }

    private CompletableFuture<?> subscribeToBlocks(String deviceKey) {
        return client.subscribeWith().topicFilter(fileTopic(deviceKey, BLOCKS)).qos(MqttQos.AT_LEAST_ONCE).send();
    }

    void forgetBlocks(String deviceKey) {
        if (blocks.remove(deviceKey) != null) {
            client.unsubscribeWith().topicFilter(fileTopic(deviceKey, BLOCKS)).send();
        }
    }

    /** Asks once; who does not get the block asks again. */
    void askForBlock(String deviceKey, byte[] request) {
        client.publishWith().topic(fileTopic(deviceKey, "download")).qos(MqttQos.AT_LEAST_ONCE).payload(request).send();
    }

    private String fileTopic(String deviceKey, String kind) {
        return "/sys/" + productKey + "/" + deviceKey + "/thing/file/" + kind;
    }

    private void received(Mqtt5Publish message) {
        String topic = message.getTopic().toString();
        if (topic.endsWith(BLOCKS)) {
            Consumer<byte[]> block = blocks.get(message.getTopic().getLevels().get(KEY_LEVEL));
            if (block != null) {
                block.accept(message.getPayloadAsBytes());
            }
            return;
        }
        Device device = devices.get(topic.substring(topic.lastIndexOf('/') + 1));
        if (device != null) {
            try {
                device.upgrade.accept(JSON.readTree(message.getPayloadAsBytes()));
            } catch (IOException e) {
                throw new IllegalStateException("an upgrade is not JSON: " + e.getMessage(), e);
            }
        }
    }

    /** @return completes when the broker has it; fails when it refuses it */
    CompletableFuture<Void> inform(String deviceKey, Map<String, ?> params) {
        return publish(topic("inform", deviceKey), params);
    }

    /** @return completes when the broker has it; fails when it refuses it */
    CompletableFuture<Void> progress(String deviceKey, Map<String, ?> params) {
        return publish(topic("progress", deviceKey), params);
    }

    private CompletableFuture<Void> publish(String topic, Map<String, ?> params) {
        try {
            return publish(topic, JSON.writeValueAsBytes(Map.of("id", String.valueOf(messageId.incrementAndGet()), "params", params)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<Void> publish(String topic, byte[] payload) {
        return client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload).send().handle((done, failure) -> {
            if (failure == null || closed) {
                return CompletableFuture.<Void>completedFuture(null);
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause instanceof Mqtt5PubAckException ? CompletableFuture.<Void>failedFuture(cause)
                    : CompletableFuture.runAsync(() -> { }, LATER).thenCompose(pause -> publish(topic, payload));
        }).thenCompose(Function.identity());
    }

    private String topic(String kind, String deviceKey) {
        return "/ota/device/" + kind + "/" + productKey + "/" + deviceKey;
    }

    void close() {
        closed = true;
        client.disconnect();
    }
}
