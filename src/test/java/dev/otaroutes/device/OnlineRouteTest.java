package dev.otaroutes.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.RouteTestConfiguration;
import dev.otaroutes.mqtt.ReliableMqttComponent;
import dev.otaroutes.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.BeanInject;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Produce;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped routes, SQL, beans and scheduler on what is said of devices that come online: a folder a case ({@link DeviceCase}). */
@CamelMainTest(configurationClasses = RouteTestConfiguration.class, properties = {
        "camel.main.routes-include-pattern=file:routes/errors.camel.yaml,file:routes/inform-to-upgrade.camel.yaml,file:routes/online-to-push.camel.yaml",
        "ota.endpoint.inform=direct:device-inform", "ota.endpoint.upgrade=mock:upgrade", "ota.endpoint.online=direct:device-online"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("online -> push")
class OnlineRouteTest {
    private static final String TOPIC = "/message/device/online";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Produce
    private ProducerTemplate platform;
    @EndpointInject("mock:upgrade")
    private MockEndpoint upgrades;
    @BeanInject("database")
    private Database database;

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void online(String name) throws IOException {
        upgrades.whenAnyExchangeReceived(exchange -> exchange.getMessage().setHeader(ReliableMqttComponent.REASON_CODE, 0));
        DeviceCase sample = new DeviceCase(DeviceCase.CASES.resolve("online-to-push").resolve(name));
        sample.prepare(database);

        String topic = "/ota/device/upgrade/" + sample.device();

        send(sample.payload("online"));

        sample.assertRejected(database);
        // The scheduler pushes, a moment later.
        await().atMost(PATIENCE).untilAsserted(() -> {
            sample.assertSent("upgrade.json", upgrades.getExchanges().stream().map(Exchange::getMessage)
                    .filter(message -> topic.equals(message.getHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC)))
                    .map(message -> message.getBody(String.class)).toList());
            sample.assertTask(database);
            sample.assertEvents(database);
        });
    }

    @Test
    void aHintThatNamesNoDeviceIsKept() {
        send("{\"productKey\":\"lamp\",\"deviceKey\":\"+\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(rejected()).containsExactly("bad-key");
    }

    static Stream<String> cases() throws IOException {
        return DeviceCase.names("online-to-push");
    }

    private void send(byte[] payload) {
        Exchange handled = platform.send("direct:device-online", exchange -> {
            exchange.getMessage().setHeader(PahoMqtt5Constants.MQTT_TOPIC, TOPIC);
            exchange.getMessage().setBody(payload);
        });
        assertThat(handled.getException()).as("whatever it says, the hint is acknowledged").isNull();
    }

    private List<String> rejected() {
        return database.jdbc().sql("SELECT reason FROM ota_rejected_message WHERE topic = :topic").param("topic", TOPIC).query(String.class).list();
    }
}
