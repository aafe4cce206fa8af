package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Devices: publishes numbered messages at QoS 1 and remembers which the broker acknowledged. */
final class LoadGenerator implements AutoCloseable {
    private static final int IN_FLIGHT = 15;

    /** What the broker acknowledged, and when (System.nanoTime). */
    final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
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
                        acknowledged.put(message, System.nanoTime());
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

    /** Sends at a steady rate, on a thread of its own, until {@link Load#stop()}. */
    Load start(String prefix, int perSecond) {
        return new Load(prefix, perSecond);
    }

    @Override
    public void close() {
        client.disconnect();
    }

    /** A load that is running. */
    final class Load {
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final CompletableFuture<Integer> sent;

        private Load(String prefix, int perSecond) {
            sent = CompletableFuture.supplyAsync(() -> {
                long start = System.nanoTime();
                int count = 0;
                while (!stopped.get()) {
                    LockSupport.parkNanos(start + count * TimeUnit.SECONDS.toNanos(1) / perSecond - System.nanoTime());
                    send(prefix + "-" + count++);
                }
                return count;
            }, task -> new Thread(task, "load").start());
        }

        /** @return how many were sent, acknowledged or not */
        int stop() {
            stopped.set(true);
            return sent.join();
        }
    }
}
