package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.otaroutes.support.Loopback;
import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.TcpProxy;
import dev.otaroutes.support.TestFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.support.DefaultExchange;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishIT {
    private static final int TOPICS = 200;
    private static Mosquitto broker;
    private final List<Mqtt5Publish> heard = new CopyOnWriteArrayList<>();
    private Mqtt5AsyncClient listener;
    private TransportUnderTest transport;

    @BeforeAll
    static void startBroker() throws IOException {
        Path acl = TestFolder.make("acl").resolve("acl");
        Files.writeString(acl, "topic deny /forbidden\ntopic readwrite /#\n");
        broker = new Mosquitto("acl_file " + acl, "max_inflight_messages 20", "max_packet_size 2000000").start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        listener = MqttClient.builder().useMqttVersion5().serverHost(Loopback.HOST).serverPort(broker.port()).buildAsync();
        listener.connect().join();
        listener.subscribeWith().topicFilter("/heard/#").qos(MqttQos.AT_LEAST_ONCE).callback(heard::add).send().join();
        transport = new TransportUnderTest(broker.url());
        transport.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:publish").to("paho-mqtt5:/heard/fixed");
                from("direct:nested").to("paho-mqtt5:/heard/fixed")
                        .process(exchange -> transport.context.createProducerTemplate().requestBody("paho-mqtt5:/heard/second", "nested"));
                from("direct:twice").to("paho-mqtt5:/heard/fixed").to("paho-mqtt5:/heard/second");
            }
        });
        transport.context.start();
    }

    @AfterEach
    void stop() {
        transport.close();
        listener.disconnect();
    }

    @Test
    void publishIsDoneWithTheBrokersReasonCode() {
        assertThat(send("direct:publish", Map.of()).getMessage().getHeader(ReliableMqttComponent.REASON_CODE)).isEqualTo(0);
        await().untilAsserted(() -> assertThat(heard).hasSize(1));
        assertThat(heard.get(0).getQos()).isEqualTo(MqttQos.AT_LEAST_ONCE);
        assertThat(heard.get(0).isRetain()).isFalse();
    }

    @Test
    void publishThatNobodyHearsIsDoneAndSaysSo() {
        Exchange exchange = send("direct:publish", Map.of(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "/nobody"));
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader(ReliableMqttComponent.REASON_CODE)).isEqualTo(0x10);
    }

    @Test
    void refusedPublishFailsWithTheReason() {
        Exchange exchange = send("direct:publish", Map.of(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "/forbidden"));
        assertThat(exchange.getException()).isInstanceOfSatisfying(PublishRefusedException.class, refused -> assertThat(refused.reasonCode()).isEqualTo(0x87))
                .hasMessage("publish to [/forbidden] was refused: NOT_AUTHORIZED (0x87)");
    }

    @Test
    void topicThatIsAFilterFailsAtOnce() {
        Exchange exchange = send("direct:publish", Map.of(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "/heard/+"));
        assertThat(exchange.getException()).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("/heard/+");
    }

    @Test
    void packetThatTheBrokerDoesNotTakeIsRefusedAndTheConnectionLives() {
        Exchange exchange = transport.context.createProducerTemplate().request("direct:publish", e -> e.getMessage().setBody(new byte[3_000_000]));
        assertThat(exchange.getException()).isInstanceOf(PublishRefusedException.class);
        assertThat(send("direct:publish", Map.of()).getException()).isNull();
    }

    @Test
    void overrideTopicIsUsedUp() {
        Exchange exchange = send("direct:twice", Map.of(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "/heard/first"));
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKey(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC);
        await().untilAsserted(() -> assertThat(heard).extracting(publish -> publish.getTopic().toString())
                .containsExactly("/heard/first", "/heard/second"));
    }

    @Test
    void qosAndRetainFollowTheHeadersAndUserPropertiesAreNeverSent() {
        MqttProperties properties = new MqttProperties();
        properties.setUserProperties(List.of(new UserProperty("name", "value")));
        send("direct:publish", Map.of(PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS, 0, PahoMqtt5Constants.CAMEL_PAHO_MSG_PROPERTIES, properties));
        await().untilAsserted(() -> assertThat(heard).hasSize(1));
        assertThat(heard.get(0).getQos()).isEqualTo(MqttQos.AT_MOST_ONCE);
        assertThat(heard.get(0).getUserProperties().asList()).isEmpty();

        send("direct:publish", Map.of(PahoMqtt5Constants.CAMEL_PAHO_MSG_RETAINED, true, PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, "/kept"));
        heard.clear();
        listener.subscribeWith().topicFilter("/kept").qos(MqttQos.AT_LEAST_ONCE).callback(heard::add).send().join();
        await().untilAsserted(() -> assertThat(heard).anyMatch(Mqtt5Publish::isRetain));
    }

    @Test
    void morePublishesThanTheBrokersReceiveMaximumWaitForTheirTurn() {
        var template = transport.context.createProducerTemplate();
        List<CompletableFuture<Object>> sent = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            sent.add(template.asyncRequestBody("direct:publish", "message " + i));
        }
        assertThat(CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))).succeedsWithin(Duration.ofSeconds(30));
        await().untilAsserted(() -> assertThat(heard).hasSize(2000));
    }

    @Test
    void publishesGoOverSeveralConnectionsWhereTheBrokerTakesFewAtATimeAndThoseToATopicStayInOrder() throws Exception {
        try (TcpProxy network = new TcpProxy(broker.port());
             TransportUnderTest several = new TransportUnderTest("tcp://" + Loopback.HOST + ":" + network.port(), "several").start(TransportUnderTest.IN)) {
            await().until(several::ready);
            assertThat(several.publishers()).as("as long as one suffices").hasSize(1);
            AsyncProducer producer = several.context.getEndpoint("paho-mqtt5:/unused").createAsyncProducer();
            producer.start();
            publish(several, producer, "/elsewhere/", 500);
            List<String> clientIds = List.of("several-publish", "several-publish-2", "several-publish-3", "several-publish-4");
            await().until(() -> several.publishers().stream().filter(MqttState::connected).map(MqttState::clientId).toList().equals(clientIds));

            await().until(several::hasPublishedAll);

            network.dropBytes();
            publish(several, producer, "/heard/", 2000);
            assertThat(several.publishers()).allSatisfy(state -> assertThat(state.publishing()).as("share of " + state.clientId()).isGreaterThan(20));
            network.resume();

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(heard).hasSize(2000));
            assertThat(heard.stream().collect(Collectors.groupingBy(publish -> publish.getTopic().toString(),
                    Collectors.mapping(publish -> Integer.valueOf(new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8)), Collectors.toList()))).values())
                    .hasSize(TOPICS).allSatisfy(ofATopic -> assertThat(ofATopic).hasSize(2000 / TOPICS).isSorted());
        }
    }

    private static void publish(TransportUnderTest from, AsyncProducer producer, String topics, int messages) {
        for (int i = 0; i < messages; i++) {
            Exchange exchange = new DefaultExchange(from.context);
            exchange.getMessage().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, topics + i % TOPICS);
            exchange.getMessage().setBody(String.valueOf(i));
            producer.process(exchange, done -> { });
        }
    }

    @Test
    void brokerThatRefusesFurtherConnectionsIsPublishedToOverTheFirst() throws Exception {
        try (Mosquitto narrow = new Mosquitto("max_connections 2").start(); TransportUnderTest two = new TransportUnderTest(narrow.url())) {
            two.start(TransportUnderTest.IN);
            await().until(two::ready);

            AsyncProducer producer = two.context.getEndpoint("paho-mqtt5:/unused").createAsyncProducer();
            producer.start();
            publish(two, producer, "/in/product/", 1000);

            await().untilAsserted(() -> assertThat(two.stored).hasSize(1000));
            await().until(() -> two.hasPublishedAll());
            await().untilAsserted(() -> assertThat(two.publishers().stream().filter(state -> !state.connected()).map(MqttState::lastError)).isNotEmpty()
                    .allSatisfy(error -> assertThat(error).startsWith("not connected, trying again")));
            assertThat(two.health().getState()).isEqualTo(HealthCheck.State.UP);
        }
    }

    @Test
    void stepAfterAPublishMayWaitForAPublishOfItsOwn() {
        var template = transport.context.createProducerTemplate();
        List<CompletableFuture<Object>> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sent.add(template.asyncRequestBody("direct:nested", "message " + i));
        }
        assertThat(CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))).succeedsWithin(Duration.ofSeconds(40));
        await().untilAsserted(() -> assertThat(heard).hasSize(80));
    }

    private Exchange send(String route, Map<String, Object> headers) {
        return transport.context.createProducerTemplate().request(route, exchange -> {
            exchange.getMessage().setBody("payload");
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }
}
