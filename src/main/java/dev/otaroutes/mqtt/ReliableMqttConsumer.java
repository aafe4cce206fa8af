package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.RollbackExchangeException;
import org.apache.camel.Suspendable;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.DefaultConsumer;

/**
 * Runs a route for each message of its filter; the message is done with when the exchange is.
 * <p>
 * Suspendable, so that a route that is stopped takes no new messages but finishes those that it has: a consumer that is
 * stopped at once takes the route's error handler with it, and every exchange under way fails.
 */
final class ReliableMqttConsumer extends DefaultConsumer implements Subscriber, Suspendable {
    private final MqttConnection connection;
    private final MqttTopicFilter filter;
    private final MqttQos qos;

    /** @throws IllegalArgumentException if the endpoint's topic is not a topic filter */
    ReliableMqttConsumer(ReliableMqttEndpoint endpoint, Processor processor, MqttConnection connection) {
        super(endpoint, processor);
        this.connection = connection;
        this.filter = MqttTopicFilter.of(endpoint.getTopic());
        this.qos = MqttQos.fromCode(endpoint.getConfiguration().getQos());
    }

    @Override
    public MqttTopicFilter filter() {
        return filter;
    }

    @Override
    public MqttQos qos() {
        return qos;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        connection.subscribe(this);
    }

    /** The broker's subscription stays: what it sends meanwhile waits for the route's new version, or for the next start. */
    @Override
    protected void doSuspend() throws Exception {
        connection.unsubscribe(this);
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        connection.subscribe(this);
    }

    @Override
    protected void doStop() throws Exception {
        connection.unsubscribe(this);
        super.doStop();
    }

    @Override
    public void receive(Mqtt5Publish message, boolean mayBeRepeated, Consumer<Throwable> done) {
        Exchange exchange = createExchange(false);
        Message in = exchange.getIn();
        in.setBody(message.getPayloadAsBytes());
        in.setHeader(PahoMqtt5Constants.MQTT_TOPIC, message.getTopic().toString());
        in.setHeader(PahoMqtt5Constants.MQTT_QOS, message.getQos().getCode());
        in.setHeader(ReliableMqttComponent.MAY_BE_REPEATED, mayBeRepeated);
        PahoProperties.of(message).ifPresent(properties -> in.setHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_PROPERTIES, properties));
        getAsyncProcessor().process(exchange, doneSync -> {
            Throwable failure = exchange.getException();
            if (failure == null && (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast())) {
                failure = new RollbackExchangeException("the route rolled back", exchange);
            }
            releaseExchange(exchange, false);
            done.accept(failure);
        });
    }
}
