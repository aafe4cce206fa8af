package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscriberTest {
    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource({
        "/in/+/+,                 /in/p/d,   true",
        "/in/+/+,                 in/p/d,    false",
        "/in/+/+,                 /in/p,     false",
        "/in/+/+,                 /in/p/d/x, false",
        "/in/+/+,                 /in//,     true",
        "$share/ota//in/+/+,      /in/p/d,   true",
        "$share/ota//in/+/+,      in/p/d,    false",
        "$share/ota/in/#,         in,        true",
        "#,                       /in/p/d,   true",
        "#,                       $SYS/load, false",
        "+/load,                  $SYS/load, false",
        "$share/ota/#,            $SYS/load, false",
        "$SYS/#,                  $SYS/load, true",
    })
    void filterSelectsTopics(String filter, String topic, boolean selected) {
        assertThat(subscriber(filter).wants(MqttTopic.of(topic))).isEqualTo(selected);
    }

    @ParameterizedTest(name = "in {0} they stand for [{2}]")
    @CsvSource({
        "/in/+/+,             /in/p/d,     p/d",
        "$share/ota//in/+/+,  /in/p/d,     p/d",
        "/sys/+/+/get,        /sys/p/d/get, p/d",
        "/in/#,               /in/p/d,     p/d",
        "/in/p,               /in/p,       ''",
    })
    void wildcardsTellWhoseMessageItIs(String filter, String topic, String levels) {
        assertThat(subscriber(filter).wildcards(MqttTopic.of(topic))).isEqualTo(levels);
    }

    @ParameterizedTest(name = "{0} before {1}")
    @CsvSource({
        "/ota/#,                       /ota/device/inform/+/+",
        "/ota/device/inform/+/+,       /ota/#",
        "$share/all//ota/device/+/+/+, /ota/device/inform/+/+",
    })
    void filterThatTakesInMoreDoesNotTearADevicesMessagesApart(String first, String second) {
        Subscriptions subscriptions = new Subscriptions(() -> null, null, null);
        List.of(first, second, "/ota/device/progress/+/+").forEach(filter -> subscriptions.add(subscriber(filter)));

        assertThat(List.of("/ota/device/inform/lamp/kitchen", "/ota/device/progress/lamp/kitchen")).allSatisfy(
                topic -> assertThat(subscriptions.sender(MqttTopic.of(topic))).isEqualTo("lamp/kitchen"));
    }

    private static Subscriber subscriber(String filter) {
        return new Subscriber() {
            @Override
            public MqttTopicFilter filter() {
                return MqttTopicFilter.of(filter);
            }

            @Override
            public MqttQos qos() {
                return MqttQos.AT_LEAST_ONCE;
            }

            @Override
            public void receive(Mqtt5Publish message, boolean mayBeRepeated, Consumer<Throwable> done) {
                throw new AssertionError("nothing is received here");
            }
        };
    }
}
