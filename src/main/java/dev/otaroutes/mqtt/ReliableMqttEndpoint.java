package dev.otaroutes.mqtt;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Endpoint;

/** An endpoint of {@link ReliableMqttComponent}: a topic to publish to, or a topic filter to subscribe, {@code $share/} included. */
final class ReliableMqttEndpoint extends PahoMqtt5Endpoint {
    private MqttConnection connection;

    ReliableMqttEndpoint(String uri, String topic, ReliableMqttComponent component, PahoMqtt5Configuration configuration) {
        super(uri, topic, component, configuration);
    }

    void setConnection(MqttConnection connection) {
        this.connection = connection;
    }

    @Override
    public Producer createProducer() {
        return new ReliableMqttProducer(this, ((ReliableMqttComponent) getComponent()).publishers(connection));
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        ReliableMqttConsumer consumer = new ReliableMqttConsumer(this, processor, connection);
        configureConsumer(consumer);
        return consumer;
    }
}
