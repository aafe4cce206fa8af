package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Devices: publishes numbered messages at QoS 1 and remembers which the broker acknowledged. */
final class LoadGenerator implements AutoCloseable {
    private static final int IN_FLIGHT = 15;

    final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Mqtt5AsyncClient client;
    private final Semaphore window = new Semaphore(IN_FLIGHT);

    LoadGenerator(String brokerUrl) {
        URI broker = URI.create(brokerUrl);
        client = MqttClient.builder().useMqttVersion5().identifier("load-" + UUID.randomUUID())
                .serverHost(broker.getHost()).serverPort(broker.getPort())
                .automaticReconnect().initialDelay(100, TimeUnit.MILLISECONDS).maxDelay(500, TimeUnit.MILLISECONDS).applyAutomaticReconnect()
                .buildAsync();
        client.connect().join();
    }

    /** Sends one; if the broker does not acknowledge it, it is forgotten, as a device's would be that lost power. */
    CompletableFuture<Void> send(String message) {
        window.acquireUninterruptibly();
        return client.publishWith().topic("/in/product/" + message.hashCode() % 100).qos(MqttQos.AT_LEAST_ONCE)
                .payload(message.getBytes(StandardCharsets.UTF_8)).send()
                .handle((result, failure) -> {
                    window.release();
                    if (failure == null) {
                        acknowledged.add(message);
                    }
                    return null;
                });
    }

    /** Sends so many, as fast as the broker takes them, and returns their texts when all are acknowledged. */
    List<String> sendAll(String prefix, int count) {
        List<String> messages = new ArrayList<>();
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(prefix + "-" + i);
            sent.add(send(prefix + "-" + i));
        }
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).orTimeout(60, TimeUnit.SECONDS).join();
        return messages;
    }

    @Override
    public void close() {
        client.disconnect();
    }
}
