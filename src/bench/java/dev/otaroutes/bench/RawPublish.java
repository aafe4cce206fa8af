package dev.otaroutes.bench;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.net.URI;
import java.util.concurrent.Semaphore;

/**
 * What bounds a push: the same client library publishes as many messages of the same size at QoS 1, and does nothing else. Once for each
 * line that it is sent.
 */
public final class RawPublish {
    private static final int UNDER_WAY = 1_000;

    private RawPublish() {
    }

    public static void main(String[] args) throws Exception {
        URI broker = URI.create(System.getProperty("bench.broker"));
        byte[] payload = new byte[Integer.getInteger("bench.bytes")];
        Mqtt5AsyncClient client = MqttClient.builder().useMqttVersion5().identifier("bench-raw")
                .serverHost(broker.getHost()).serverPort(broker.getPort()).buildAsync();
        client.connectWith().send().join();
        System.err.println("ready");
        while (System.in.read() >= 0) {
            publish(client, payload);
            System.err.println("published");
        }
    }

    private static void publish(Mqtt5AsyncClient client, byte[] payload) throws InterruptedException {
        Semaphore window = new Semaphore(UNDER_WAY);
        int messages = Integer.getInteger("bench.devices");
        for (int i = 0; i < messages; i++) {
            window.acquire();
            client.publishWith().topic("/ota/device/upgrade/" + BenchData.product(0) + "/" + BenchData.device(i)).qos(MqttQos.AT_LEAST_ONCE)
                    .payload(payload).send().whenComplete((result, failure) -> window.release());
        }
        window.acquire(UNDER_WAY);
    }
}
