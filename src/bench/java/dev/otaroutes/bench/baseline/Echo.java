package dev.otaroutes.bench.baseline;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;

/** Baseline (a): answers each inform with the same upgrade and stores nothing. What the broker and the client library allow. */
public final class Echo {
    private static final byte[] UPGRADE = ("{\"code\":\"200\",\"id\":1001,\"message\":\"success\",\"data\":{\"size\":1048576,\"version\":\"2.0.0\","
            + "\"url\":\"https://cdn.example/firmware.bin\",\"sign\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\","
            + "\"signMethod\":\"SHA256\",\"extData\":{\"strategy\":\"1\"}}}").getBytes(StandardCharsets.UTF_8);

    private Echo() {
    }

    public static void main(String[] args) {
        Baseline.serve(Echo::answer);
    }

    private static void answer(Mqtt5AsyncClient client, Mqtt5Publish message) {
        String topic = message.getTopic().toString();
        if (topic.startsWith(Baseline.PROGRESS)) {
            message.acknowledge();
            return;
        }
        Baseline.publish(client, topic.substring(Baseline.INFORM.length()), UPGRADE).whenComplete((result, failure) -> message.acknowledge());
    }
}
