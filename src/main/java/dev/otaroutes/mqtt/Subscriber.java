package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;

/** One that wants the messages of a topic filter. */
interface Subscriber {
    /** The filter as it is subscribed, {@code $share/<group>/} included. */
    MqttTopicFilter filter();

    MqttQos qos();

    /**
     * Handles a message, on a thread that may be blocked, and that waits for others then ({@link RouteThreads}).
     *
     * @param mayBeRepeated whether the broker may have sent it on an earlier connection
     * @param done to be called once, on any thread: with null when the message is done with, with the reason when it has to come again
     */
    void receive(Mqtt5Publish message, boolean mayBeRepeated, Consumer<Throwable> done);

    /** Whether the filter selects the topic; one that starts with a wildcard selects no topic that starts with {@code $} (MQTT 5, 4.7.2). */
    default boolean wants(MqttTopic topic) {
        String filter = filter().toString();
        int start = filter().isShared() ? filter.indexOf('/', "$share/".length()) + 1 : 0;
        boolean wild = filter.startsWith("#", start) || filter.startsWith("+", start);
        return !(wild && topic.toString().startsWith("$")) && filter().matches(topic);
    }

    /**
     * What the filter's wildcards stand for in a topic that it selects: {@code lamp/kitchen} where {@code /in/+/+} meets
     * {@code /in/lamp/kitchen}. Empty if the filter has none.
     */
    default String wildcards(MqttTopic topic) {
        List<String> pattern = filter().getLevels();
        List<String> levels = topic.getLevels();
        StringJoiner matched = new StringJoiner("/");
        for (int i = 0; i < levels.size() && i < pattern.size(); i++) {
            if (pattern.get(i).equals("#")) {
                levels.subList(i, levels.size()).forEach(matched::add);
            } else if (pattern.get(i).equals("+")) {
                matched.add(levels.get(i));
            }
        }
        return matched.toString();
    }
}
