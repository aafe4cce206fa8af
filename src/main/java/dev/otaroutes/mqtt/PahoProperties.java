package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** The properties of an incoming message, as the header {@code CamelPahoMqtt5MsgProperties} has them. */
final class PahoProperties {
    private PahoProperties() {
    }

    /** @return empty for a message without properties, as almost all are */
    static Optional<MqttProperties> of(Mqtt5Publish message) {
        boolean none = message.getUserProperties().asList().isEmpty() && message.getContentType().isEmpty()
                && message.getResponseTopic().isEmpty() && message.getCorrelationData().isEmpty();
        if (none) {
            return Optional.empty();
        }
        MqttProperties properties = new MqttProperties();
        properties.setUserProperties(message.getUserProperties().asList().stream()
                .map(user -> new UserProperty(user.getName().toString(), user.getValue().toString())).toList());
        message.getContentType().ifPresent(type -> properties.setContentType(type.toString()));
        message.getResponseTopic().ifPresent(topic -> properties.setResponseTopic(topic.toString()));
        message.getCorrelationData().ifPresent(data -> properties.setCorrelationData(bytes(data)));
        return Optional.of(properties);
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }
}
