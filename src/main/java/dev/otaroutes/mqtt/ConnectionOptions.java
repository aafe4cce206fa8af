package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.advanced.Mqtt5ClientAdvancedConfig;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import io.reactivex.schedulers.Schedulers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;

/**
 * What makes two endpoints share one connection: all of it equal.
 *
 * @param userName null or empty for an anonymous client
 * @param sessionExpirySeconds how long the broker keeps the session of an absent client
 * @param receiveMaximum messages of QoS 1 that the broker may send unacknowledged, 1 to 65534
 * @param maximumPacketSize bytes
 */
record ConnectionOptions(String brokerUrl, String clientId, String userName, String password, boolean cleanStart,
        long sessionExpirySeconds, int keepAliveSeconds, int timeoutSeconds, int receiveMaximum, int maximumPacketSize,
        Properties tls, boolean verifyHostname) {
    /** One less than MQTT allows: 65,535 the client leaves out of CONNECT, and Mosquitto takes it for its own 20. */
    static final int MOST_RECEIVE_MAXIMUM = 65_534;
    /** Behind a client ID: the connection that publishes for it; behind that, the number of a further one. */
    static final String PUBLISHES = "-publish";
    /** Else a device's payload that is not the UTF-8 that it says ends this connection, again and again: the routes see to what is in it. */
    private static final Mqtt5ClientAdvancedConfig ANY_PAYLOAD = Mqtt5ClientAdvancedConfig.builder().validatePayloadFormat(false).build();

    /** @throws IllegalArgumentException if a value cannot be connected with */
    static ConnectionOptions of(PahoMqtt5Configuration configuration, int maximumPacketSize) {
        String clientId = configuration.getClientId();
        if (clientId == null || clientId.isBlank()) {
            if (!configuration.isCleanStart()) {
                throw new IllegalArgumentException("paho-mqtt5 option clientId is missing: the broker keeps undelivered messages under it."
                        + " Set it, the same over restarts, or cleanStart=true");
            }
            clientId = "ota-" + UUID.randomUUID();
            configuration.setClientId(clientId);
        }
        int receiveMaximum = configuration.getReceiveMaximum();
        if (receiveMaximum < 1 || receiveMaximum > MOST_RECEIVE_MAXIMUM) {
            throw new IllegalArgumentException("paho-mqtt5 option receiveMaximum must be 1 to " + MOST_RECEIVE_MAXIMUM + ", but was [" + receiveMaximum + "]");
        }
        ConnectionOptions options = new ConnectionOptions(configuration.getBrokerUrl(), clientId, configuration.getUserName(),
                configuration.getPassword(), configuration.isCleanStart(), Math.max(0, configuration.getSessionExpiryInterval()),
                configuration.getKeepAliveInterval(), configuration.getConnectionTimeout(), receiveMaximum, maximumPacketSize,
                configuration.getSslClientProps(), configuration.isHttpsHostnameVerificationEnabled());
        options.broker();
        return options;
    }

    /**
     * @param number 1 for the first one
     * @return the same for a connection that publishes: with a client ID of its own, and no session to keep
     */
    ConnectionOptions forPublishing(int number) {
        return new ConnectionOptions(brokerUrl, clientId + PUBLISHES + (number == 1 ? "" : "-" + number), userName, password, true, 0, keepAliveSeconds, timeoutSeconds, receiveMaximum,
                maximumPacketSize, tls, verifyHostname);
    }

    /** The credentials are in each CONNECT: the client adds its own defaults to the first one only. */
    Mqtt5Connect connect(int receiveMaximum) {
        // No topic aliases: each device has a topic of its own, and a broker remembers some ten.
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .cleanStart(cleanStart).sessionExpiryInterval(sessionExpirySeconds).keepAlive(keepAliveSeconds)
                .restrictions().receiveMaximum(receiveMaximum).maximumPacketSize(maximumPacketSize).sendTopicAliasMaximum(0).applyRestrictions();
        if (userName != null && !userName.isEmpty()) {
            connect.simpleAuth().username(userName)
                    .password((password == null ? "" : password).getBytes(StandardCharsets.UTF_8)).applySimpleAuth();
        }
        return connect.build();
    }

    /**
     * @param network runs the network thread of the client, and of all that are given the same
     * @throws IllegalArgumentException if the trust or key store cannot be read
     */
    Mqtt5ClientBuilder applyTo(Mqtt5ClientBuilder client, Executor network) {
        // Where an outcome is only handed on (PublishQueue): a thread of the client's between would cost a wake-up for each publish.
        return client.identifier(clientId).transportConfig(transport()).advancedConfig(ANY_PAYLOAD)
                .executorConfig().nettyExecutor(network).nettyThreads(1).applicationScheduler(Schedulers.trampoline()).applyExecutorConfig();
    }

    private MqttClientTransportConfig transport() {
        URI broker = broker();
        boolean secure = secure(broker);
        MqttClientTransportConfigBuilder transport = MqttClientTransportConfig.builder()
                .serverHost(broker.getHost())
                .serverPort(broker.getPort() > 0 ? broker.getPort() : secure ? 8883 : 1883)
                .socketConnectTimeout(timeoutSeconds, TimeUnit.SECONDS)
                .mqttConnectTimeout(timeoutSeconds, TimeUnit.SECONDS);
        if (secure) {
            transport.sslConfig(TlsOptions.sslConfig(tls, verifyHostname));
        }
        return transport.build();
    }

    private URI broker() {
        // A password may have characters that make it no URI, which the message below would repeat.
        if (brokerUrl.indexOf('@') >= 0) {
            throw new IllegalArgumentException("paho-mqtt5 option brokerUrl must be tcp://host:port or ssl://host:port, without user and password:"
                    + " they go into the options userName and password");
        }
        try {
            URI broker = URI.create(brokerUrl.trim());
            if (broker.getHost() != null && ("tcp".equals(scheme(broker)) || secure(broker))) {
                return broker;
            }
        } catch (IllegalArgumentException notAUri) {
            // said below, with the rule
        }
        throw new IllegalArgumentException("paho-mqtt5 option brokerUrl must be tcp://host:port or ssl://host:port, but was [" + brokerUrl + "]");
    }

    private static boolean secure(URI broker) {
        return "ssl".equals(scheme(broker));
    }

    private static String scheme(URI broker) {
        return broker.getScheme() == null ? "" : broker.getScheme().toLowerCase(Locale.ROOT);
    }

    /** Without the credentials. */
    @Override
    public String toString() {
        return clientId + " at " + brokerUrl;
    }
}
