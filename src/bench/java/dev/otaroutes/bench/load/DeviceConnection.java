package dev.otaroutes.bench.load;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.otaroutes.bench.BenchData;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One connection that stands for many devices: those of one product. */
final class DeviceConnection implements AutoCloseable {
    private static final long SESSION_SECONDS = 3_600;
    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 500;
    /** Repeats what failed: a publish may block, and must not do so on the client's network thread. */
    private static final ScheduledExecutorService AGAIN = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "bench-again");
        thread.setDaemon(true);
        return thread;
    });

    private final String product;
    private final Arrivals arrivals;
    private final Ledger ledger;
    private final Mqtt5AsyncClient client;
    private volatile boolean closed;

    /** @param lasting whether it outlives the broker: connects again, and its session stays */
    DeviceConnection(URI broker, int number, int devices, boolean lasting, Arrivals arrivals) {
        product = BenchData.product(number);
        this.arrivals = arrivals;
        ledger = new Ledger(devices, arrivals);
        Mqtt5ClientBuilder builder = MqttClient.builder().useMqttVersion5().identifier("bench-devices-" + number)
                .serverHost(broker.getHost()).serverPort(broker.getPort());
        if (lasting) {
            builder = builder.automaticReconnect().initialDelay(FIRST_PAUSE_MS, TimeUnit.MILLISECONDS)
                    .maxDelay(LONGEST_PAUSE_MS, TimeUnit.MILLISECONDS).applyAutomaticReconnect();
        }
        client = builder.buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::received);
        client.connectWith().cleanStart(!lasting).sessionExpiryInterval(lasting ? SESSION_SECONDS : 0).send().join();
        client.subscribeWith().topicFilter("/ota/device/upgrade/" + product + "/+").qos(MqttQos.AT_LEAST_ONCE).send().join();
    }

    int devices() {
        return ledger.devices();
    }

    void inform(int device, long dueNanos) {
        ledger.informs(device, dueNanos);
        publish("inform", device, "{\"id\":\"" + device + "\",\"params\":{\"version\":\"1.0.0\"}}");
    }

    void progress(int device, int step, String desc) {
        publish("progress", device, "{\"id\":\"" + device + "\",\"params\":{\"step\":\"" + step + "\",\"desc\":\"" + desc + "\"}}");
    }

    /** @return devices whose inform the broker has, and which have no upgrade; productKey/deviceKey */
    Stream<String> missing() {
        return ledger.missing().mapToObj(device -> product + "/" + BenchData.device(device));
    }

    private void publish(String kind, int device, String payload) {
        publish(device, Mqtt5Publish.builder().topic("/ota/device/" + kind + "/" + product + "/" + BenchData.device(device))
                .qos(MqttQos.AT_LEAST_ONCE).payload(payload.getBytes(StandardCharsets.UTF_8)).build());
    }

    /** Until the broker has it: what was under way when the session went, the client gives back. */
    private void publish(int device, Mqtt5Publish message) {
        client.publish(message).whenComplete((result, failure) -> {
            if (failure == null) {
                ledger.acknowledged(device);
                arrivals.acknowledged();
            } else if (!closed) {
                AGAIN.schedule(() -> publish(device, message), LONGEST_PAUSE_MS, TimeUnit.MILLISECONDS);
            }
        });
    }

    private void received(Mqtt5Publish message) {
        String topic = message.getTopic().toString();
        ledger.upgraded(BenchData.number(topic.substring(topic.lastIndexOf('/') + 1)), message.getPayloadAsBytes());
    }

    @Override
    public void close() {
        closed = true;
        client.disconnect().join();
    }
}
