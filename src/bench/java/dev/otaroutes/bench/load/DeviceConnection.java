package dev.otaroutes.bench.load;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.otaroutes.bench.BenchData;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLongArray;

/** One connection that stands for many devices: those of one product. */
final class DeviceConnection implements AutoCloseable {
    private final String product;
    private final Arrivals arrivals;
    private final AtomicLongArray due;
    private final Mqtt5AsyncClient client;

    DeviceConnection(URI broker, int number, int devices, Arrivals arrivals) {
        product = BenchData.product(number);
        this.arrivals = arrivals;
        due = new AtomicLongArray(devices);
        client = MqttClient.builder().useMqttVersion5().identifier("bench-devices-" + number)
                .serverHost(broker.getHost()).serverPort(broker.getPort()).buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::received);
        client.connectWith().cleanStart(true).send().join();
        client.subscribeWith().topicFilter("/ota/device/upgrade/" + product + "/+").qos(MqttQos.AT_LEAST_ONCE).send().join();
    }

    int devices() {
        return due.length();
    }

    void inform(int device, long dueNanos) {
        due.set(device, dueNanos);
        publish("inform", device, "{\"id\":\"" + device + "\",\"params\":{\"version\":\"1.0.0\"}}");
    }

    void progress(int device, int step, String desc) {
        publish("progress", device, "{\"id\":\"" + device + "\",\"params\":{\"step\":\"" + step + "\",\"desc\":\"" + desc + "\"}}");
    }

    private void publish(String kind, int device, String payload) {
        client.publishWith().topic("/ota/device/" + kind + "/" + product + "/" + BenchData.device(device)).qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload.getBytes(StandardCharsets.UTF_8)).send();
    }

    private void received(Mqtt5Publish message) {
        String topic = message.getTopic().toString();
        // An upgrade that comes twice counts once.
        long since = due.getAndSet(BenchData.number(topic.substring(topic.lastIndexOf('/') + 1)), 0);
        if (since != 0) {
            arrivals.arrived(System.nanoTime() - since);
        }
    }

    @Override
    public void close() {
        client.disconnect().join();
    }
}
