package dev.otaroutes.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.RouteTestConfiguration;
import dev.otaroutes.mqtt.ReliableMqttComponent;
import dev.otaroutes.store.Database;
import java.io.IOException;
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
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped routes, SQL and beans on what devices send: a folder a case ({@link DeviceCase}). */
@CamelMainTest(configurationClasses = RouteTestConfiguration.class, properties = {
        "camel.main.routes-include-pattern=file:routes/errors.camel.yaml,file:routes/inform-to-upgrade.camel.yaml,file:routes/progress-to-event.camel.yaml,"
                + "file:routes/firmware-get.camel.yaml,file:routes/file-download.camel.yaml",
        "ota.endpoint.inform=direct:device-inform", "ota.endpoint.progress=direct:device-progress", "ota.endpoint.upgrade=mock:upgrade",
        "ota.endpoint.firmware-get=direct:device-get", "ota.endpoint.firmware-get-reply=mock:reply",
        "ota.endpoint.file-download=direct:device-block", "ota.endpoint.file-download-reply=mock:block"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("device messages")
class DeviceCasesRouteTest {
    @Produce
    private ProducerTemplate devices;
    @EndpointInject("mock:upgrade")
    private MockEndpoint upgrades;
    @EndpointInject("mock:reply")
    private MockEndpoint replies;
    @EndpointInject("mock:block")
    private MockEndpoint blocks;
    @BeanInject("database")
    private Database database;

    @ParameterizedTest(name = "{0}")
    @MethodSource("informs")
    void inform(String name) throws IOException {
        upgrades.whenAnyExchangeReceived(exchange -> exchange.getMessage().setHeader(ReliableMqttComponent.REASON_CODE, 0));
        handle(new DeviceCase(DeviceCase.CASES.resolve("inform-to-upgrade").resolve(name)), "inform");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("progresses")
    void progress(String name) throws IOException {
        handle(new DeviceCase(DeviceCase.CASES.resolve("progress-to-event").resolve(name)), "progress");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gets")
    void get(String name) throws IOException {
        replies.whenAnyExchangeReceived(exchange -> exchange.getMessage().setHeader(ReliableMqttComponent.REASON_CODE, 0));
        handle(new DeviceCase(DeviceCase.CASES.resolve("firmware-get").resolve(name)), "get");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void block(String name) throws IOException {
        handle(new DeviceCase(DeviceCase.CASES.resolve("file-download").resolve(name)), "block");
    }

    static Stream<String> blocks() throws IOException {
        return DeviceCase.names("file-download");
    }

    static Stream<String> gets() throws IOException {
        return DeviceCase.names("firmware-get");
    }

    static Stream<String> informs() throws IOException {
        return DeviceCase.names("inform-to-upgrade");
    }

    static Stream<String> progresses() throws IOException {
        return DeviceCase.names("progress-to-event");
    }

    private void handle(DeviceCase sample, String kind) throws IOException {
        sample.prepare(database);

        Exchange handled = devices.send("direct:device-" + kind, exchange -> {
            exchange.getMessage().setHeader(PahoMqtt5Constants.MQTT_TOPIC, sample.topic(kind));
            exchange.getMessage().setBody(sample.payload(kind));
        });

        assertThat(handled.getException()).as("whatever it sends, the device's message is acknowledged").isNull();
        sample.assertRejected(database);
        sample.assertSent("upgrade.json", sent(upgrades, "/ota/device/upgrade/" + sample.device(), String.class));
        sample.assertSent("reply.json", sent(replies, "/sys/" + sample.device() + "/thing/ota/firmware/get_reply", String.class));
        sample.assertSentBlock(sent(blocks, "/sys/" + sample.device() + "/thing/file/download_reply", byte[].class));
        sample.assertTask(database);
        sample.assertEvents(database);
    }

    private static <T> List<T> sent(MockEndpoint broker, String topic, Class<T> payload) {
        return broker.getExchanges().stream()
                .filter(message -> topic.equals(message.getMessage().getHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC)))
                .map(message -> message.getMessage().getBody(payload)).toList();
    }
}
