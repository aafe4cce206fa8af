package dev.otaroutes.bench.baseline;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** What the baselines on a bare MQTT client share: connection, subscriptions with manual acknowledgement, QoS 1 answers. */
final class Baseline {
    static final String INFORM = "/ota/device/inform/";
    static final String PROGRESS = "/ota/device/progress/";
    private static final String UPGRADE = "/ota/device/upgrade/";

    private Baseline() {
    }

    /** Connects to {@code bench.broker}, hands every message to the handler, which acknowledges it, and says {@code ready}. */
    static void serve(BiConsumer<Mqtt5AsyncClient, Mqtt5Publish> handler) {
        URI broker = URI.create(System.getProperty("bench.broker"));
        Mqtt5AsyncClient client = MqttClient.builder().useMqttVersion5().identifier("bench-server")
                .serverHost(broker.getHost()).serverPort(broker.getPort()).buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, message -> handler.accept(client, message), true);
        client.connectWith().cleanStart(false).sessionExpiryInterval(3_600).send().join();
        for (String topic : new String[] {INFORM, PROGRESS}) {
            client.subscribeWith().topicFilter(topic + "+/+").qos(MqttQos.AT_LEAST_ONCE).send().join();
        }
        System.err.println("ready");
    }

    /** @param device productKey/deviceKey */
    static CompletableFuture<Mqtt5PublishResult> publish(Mqtt5AsyncClient client, String device, byte[] upgrade) {
        return client.publishWith().topic(UPGRADE + device).qos(MqttQos.AT_LEAST_ONCE).payload(upgrade).send();
    }
}
