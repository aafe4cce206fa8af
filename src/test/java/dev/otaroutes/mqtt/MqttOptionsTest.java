package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Endpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttOptionsTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final ReliableMqttComponent mqtt = ReliableMqttComponent.addTo(context);

    @BeforeEach
    void nameTheClient() {
        mqtt.getConfiguration().setClientId("test");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void defaultsLoseNothing() {
        PahoMqtt5Configuration options = endpoint("paho-mqtt5:a").getConfiguration();
        assertThat(options.getBrokerUrl()).isEqualTo("tcp://localhost:1883");
        assertThat(options.getQos()).isEqualTo(1);
        assertThat(options.isRetained()).isFalse();
        assertThat(options.isCleanStart()).isFalse();
        assertThat(options.getSessionExpiryInterval()).isEqualTo(86_400);
        assertThat(options.getKeepAliveInterval()).isEqualTo(30);
        assertThat(options.getConnectionTimeout()).isEqualTo(10);
        assertThat(options.getReceiveMaximum()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/in/+/+", "in/#", "#", "+/a", "$share/ota//in/+/+", "$share/ota/in/#", "/in//a", "with space/+"})
    void topicIsTakenAsItStands(String topic) {
        assertThat(endpoint("paho-mqtt5:" + topic).getTopic()).isEqualTo(topic);
        assertThat(endpoint("paho-mqtt5:" + topic + "?qos=0").getTopic()).isEqualTo(topic);
    }

    @ParameterizedTest
    @CsvSource({"willTopic=/gone", "maxReconnectDelay=1000", "persistence=FILE", "serverURIs=tcp://a:1", "automaticReconnect=false",
            "filePersistenceDirectory=/tmp", "executorServiceTimeout=5", "noSuchOption=1"})
    void optionThatIsNotHonouredIsRefusedByName(String option) {
        String name = option.substring(0, option.indexOf('='));
        assertThatThrownBy(() -> endpoint("paho-mqtt5:a?" + option)).rootCause()
                .hasMessageStartingWith("paho-mqtt5 option [" + name + "] is not supported here, remove it; supported are [brokerUrl, cleanStart,");
    }

    @Test
    void optionOfTheComponentThatIsNotHonouredIsRefusedByName() {
        mqtt.getConfiguration().setWillTopic("/gone");
        mqtt.getConfiguration().setServerURIs("tcp://a:1");
        assertThatThrownBy(() -> endpoint("paho-mqtt5:a")).rootCause().hasMessageContaining("[serverURIs, willTopic]");
    }

    @Test
    void qosOfTwoIsRefused() {
        assertThatThrownBy(() -> endpoint("paho-mqtt5:a?qos=2")).rootCause().hasMessageContaining("qos must be 0 or 1, but was [2]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1883", "http://localhost", "tcp://", "ws://localhost:80", "tcp://a b"})
    void brokerUrlThatIsNoneIsRefused(String url) {
        assertThatThrownBy(() -> endpoint("paho-mqtt5:a?brokerUrl=RAW(" + url + ")")).rootCause()
                .hasMessage("paho-mqtt5 option brokerUrl must be tcp://host:port or ssl://host:port, but was [" + url + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://gateway:pass-word@localhost:1883", "ssl://pass-word@localhost", "tcp://gateway:pass-word%@localhost"})
    void brokerUrlWithCredentialsIsRefusedWithoutRepeatingThem(String url) {
        assertThatThrownBy(() -> endpoint("paho-mqtt5:a?brokerUrl=RAW(" + url + ")")).rootCause().isInstanceOf(IllegalArgumentException.class)
                .hasMessage("paho-mqtt5 option brokerUrl must be tcp://host:port or ssl://host:port, without user and password:"
                        + " they go into the options userName and password");
    }

    @Test
    void clientIdIsRequiredWhereASessionIsKept() {
        mqtt.getConfiguration().setClientId(null);
        assertThatThrownBy(() -> endpoint("paho-mqtt5:a")).rootCause().hasMessageContaining("clientId is missing");
        assertThat(endpoint("paho-mqtt5:a?cleanStart=true").getConfiguration().getClientId()).startsWith("ota-");
    }

    @Test
    void endpointsThatAgreeShareAConnectionAndContradictionsAreRefused() {
        endpoint("paho-mqtt5:a");
        endpoint("paho-mqtt5:b?qos=0&retained=true");
        assertThat(mqtt.states()).hasSize(1);
        endpoint("paho-mqtt5:c?clientId=other");
        assertThat(mqtt.states()).hasSize(2);
        assertThatThrownBy(() -> endpoint("paho-mqtt5:d?keepAliveInterval=5")).rootCause()
                .hasMessageContaining("client ID [test] is already connected to [tcp://localhost:1883] with other connection options");
    }

    @Test
    void unreadableTrustStoreIsRefusedByName() {
        Properties tls = new Properties();
        tls.setProperty("com.ibm.ssl.trustStore", "/no/such/file");
        mqtt.getConfiguration().setSslClientProps(tls);
        assertThatThrownBy(() -> endpoint("paho-mqtt5:a?brokerUrl=ssl://localhost")).hasMessageContaining("[/no/such/file] cannot be read");
        tls.setProperty("com.ibm.ssl.protocol", "SSLv3");
        assertThatThrownBy(() -> endpoint("paho-mqtt5:b?brokerUrl=ssl://localhost")).rootCause().hasMessageContaining("[com.ibm.ssl.protocol]");
    }

    private PahoMqtt5Endpoint endpoint(String uri) {
        return context.getEndpoint(uri, PahoMqtt5Endpoint.class);
    }
}
