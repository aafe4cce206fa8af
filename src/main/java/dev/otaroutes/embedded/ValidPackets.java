package dev.otaroutes.embedded;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.util.List;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnection;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a connection whose PUBLISH, or Will, is malformed: with NUL in a text (MQTT-1.5.4-2), or a Response Topic that is empty or has a
 * wildcard (MQTT-3.3.2-14).
 * <p>
 * Artemis 2.55.0 takes such a message and sends it on; who has subscribed ends the connection for it, and gets it again with the next one, for
 * ever. Artemis makes this by its class name.
 */
public final class ValidPackets implements MQTTInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger("ota.broker");
    private static final List<MqttProperties.MqttPropertyType> TEXTS = List.of(MqttProperties.MqttPropertyType.RESPONSE_TOPIC,
            MqttProperties.MqttPropertyType.CONTENT_TYPE);

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        String wrong = null;
        String clientId = connection.getClientID();
        if (packet instanceof MqttPublishMessage publish) {
            wrong = wrong(publish.variableHeader().topicName(), publish.variableHeader().properties());
        } else if (packet instanceof MqttConnectMessage connect && connect.variableHeader().isWillFlag()) {
            wrong = wrong(connect.payload().willTopic(), connect.payload().willProperties());
            clientId = connect.payload().clientIdentifier();
        }
        if (wrong == null) {
            return true;
        }
        LOG.warn("connection of client ID [{}] is ended: it sent {}", clientId, wrong);
        ((NettyConnection) connection.getTransportConnection()).getNettyChannel().close();
        return false;
    }

    /** @return what is malformed; null if nothing is */
    private static String wrong(String topic, MqttProperties properties) {
        if (hasNul(topic)) {
            return "a topic with NUL";
        }
        for (MqttProperties.MqttPropertyType type : TEXTS) {
            if (properties.getProperty(type.value()) instanceof MqttProperties.StringProperty text && hasNul(text.value())) {
                return "a text with NUL in property 0x0" + type.value();
            }
        }
        for (MqttProperties.MqttProperty<?> property : properties.getProperties(MqttProperties.MqttPropertyType.USER_PROPERTY.value())) {
            if (property instanceof MqttProperties.UserProperty user && (hasNul(user.value().key) || hasNul(user.value().value))) {
                return "a User Property with NUL";
            }
        }
        return properties.getProperty(MqttProperties.MqttPropertyType.RESPONSE_TOPIC.value()) instanceof MqttProperties.StringProperty response
                && !response.value().matches("[^#+]+") ? "a Response Topic that is none, [" + response.value() + "]" : null;
    }

    private static boolean hasNul(String text) {
        return text != null && text.indexOf('\0') >= 0;
    }
}
