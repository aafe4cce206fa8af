package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Endpoint;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Publishes the body; the step is done when the broker acknowledged it.
 * <p>
 * Headers in: {@code CamelPahoMqtt5OverrideTopic} (used up by the publish, so that a later one does not follow it),
 * {@code CamelPahoMqtt5Qos}, {@code CamelPahoMqtt5Retained}. MQTT user properties are never sent, whatever the headers say.
 * Header out: {@value ReliableMqttComponent#REASON_CODE}. A refused publish fails with a {@link PublishRefusedException}.
 */
final class ReliableMqttProducer extends DefaultAsyncProducer {
    private final Publishers publishers;

    ReliableMqttProducer(ReliableMqttEndpoint endpoint, Publishers publishers) {
        super(endpoint);
        this.publishers = publishers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Mqtt5Publish publish;
        try {
            publish = publish(exchange.getMessage());
        } catch (InvalidPayloadException | RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        publishers.publish(publish, (reasonCode, failure) -> {
            if (failure != null) {
                exchange.setException(failure);
            }
            if (reasonCode != null) {
                exchange.getMessage().setHeader(ReliableMqttComponent.REASON_CODE, reasonCode);
            }
            callback.done(false);
        });
        return false;
    }

    private Mqtt5Publish publish(Message message) throws InvalidPayloadException {
        PahoMqtt5Endpoint endpoint = (PahoMqtt5Endpoint) getEndpoint();
        String override = message.getHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, String.class);
        message.removeHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC);
        int qos = message.getHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS, endpoint.getConfiguration().getQos(), Integer.class);
        if (qos != 0 && qos != 1) {
            throw new IllegalArgumentException("header " + PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS + " must be 0 or 1, but was [" + qos + "]");
        }
        return Mqtt5Publish.builder()
                .topic(override == null ? endpoint.getTopic() : override)
                .payload(message.getBody() == null ? new byte[0] : message.getMandatoryBody(byte[].class))
                .qos(qos == 0 ? MqttQos.AT_MOST_ONCE : MqttQos.AT_LEAST_ONCE)
                .retain(message.getHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_RETAINED, endpoint.getConfiguration().isRetained(), Boolean.class))
                .build();
    }
}
