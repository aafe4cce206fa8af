package dev.otaroutes.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.RoutingContext;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;

import dev.otaroutes.support.Loopback;

@DisplayName("the embedded broker")
class EmbeddedBrokerTest {
    private static final String INFORM = "/ota/device/inform/lamp/kitchen";
    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;

    @TempDir
    private Path directory;

    private final int port = Loopback.freePort();

    @Test
    void dealsOutASharedFilterWithALeadingSlash() throws InterruptedException {
        try (EmbeddedBroker broker = open()) {
            broker.start();
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            Mqtt5BlockingClient first = member("first", received);
            Mqtt5BlockingClient second = member("second", received);

            publish("one");

            assertThat(received.poll(5, TimeUnit.SECONDS)).isEqualTo(INFORM + " one");
            assertThat(received.poll(300, TimeUnit.MILLISECONDS)).as("a second copy").isNull();
            first.disconnect();
            second.disconnect();
        }
    }

    @Test
    void takesADotInATopicForWhatItIs() throws InterruptedException {
        try (EmbeddedBroker broker = open()) {
            broker.start();
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            Mqtt5BlockingClient service = member("service", received);
            Mqtt5BlockingClient device = connect("device");

            device.publishWith().topic("/ota/device/inform/lamp/kitchen.1").qos(MqttQos.AT_LEAST_ONCE).send();

            assertThat(received.poll(5, TimeUnit.SECONDS)).isEqualTo("/ota/device/inform/lamp/kitchen.1 ");
            service.disconnect();
            device.disconnect();
        }
    }

    @Test
    void keepsTheSessionOfAnAbsentClientAsLongAsItsExpirySaysAndNoLonger() {
        try (EmbeddedBroker broker = open()) {
            broker.start();
            assertThat(sessionPresentAfterReturn("stays", 600, 0)).isTrue();
            assertThat(sessionPresentAfterReturn("expires", 1, 3)).isFalse();
        }
    }

    /** A client takes anything else for a broken broker (MQTT-3.2.0-1). */
    @Test
    void sendsConnackFirstAlsoWhereTheDiskKeepsItWaiting() throws Exception {
        EmbeddedBrokerSettings settings = new EmbeddedBrokerSettings(Loopback.HOST, port, directory, null, null);
        ActiveMQServer broker = new SharedStoreServer(BrokerConfiguration.of(settings), new OneUser(settings));
        broker.start();
        try {
            Mqtt5BlockingClient subscriber = client("returns");
            subscriber.connectWith().sessionExpiryInterval(600).send();
            subscriber.subscribeWith().topicFilter("/ota/device/inform/+/+").qos(MqttQos.AT_LEAST_ONCE).send();
            subscriber.disconnectWith().sessionExpiryInterval(600).send();
            publish("one");
            publish("two");
            broker.getRemotingService().addOutgoingInterceptor(new SlowDisk(broker));

            assertThat(packetTypesAfterReturn("returns")).containsExactly(CONNACK, PUBLISH, PUBLISH);
        } finally {
            broker.stop();
        }
    }

    /** What is written before CONNACK reaches the disk some time after it. */
    private record SlowDisk(ActiveMQServer broker) implements MQTTInterceptor {
        @Override
        public boolean intercept(MqttMessage packet, RemotingConnection connection) {
            if (packet.fixedHeader().messageType() == MqttMessageType.CONNACK) {
                OperationContext writes = broker.getStorageManager().getContext();
                writes.storeLineUp();
                CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS).execute(writes::done);
            }
            return true;
        }
    }

    @Test
    void keepsTheOrderOfATopicAlsoWhereTheDiskKeepsSomeThreadsWaiting() throws Exception {
        EmbeddedBrokerSettings settings = new EmbeddedBrokerSettings(Loopback.HOST, port, directory, null, null);
        ActiveMQServer broker = new SharedStoreServer(BrokerConfiguration.of(settings), new OneUser(settings));
        broker.start();
        ScheduledExecutorService others = Executors.newSingleThreadScheduledExecutor();
        try {
            broker.registerBrokerPlugin(new SlowDiskOfOthers(broker));
            Mqtt5BlockingClient other = connect("other");
            others.scheduleAtFixedRate(() -> other.toAsync().publishWith().topic(SlowDiskOfOthers.TOPIC).send(), 0, 5, TimeUnit.MILLISECONDS);
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            Mqtt5BlockingClient service = member("service", received);
            Mqtt5BlockingClient device = connect("device");
            List<String> sent = IntStream.range(0, 100).mapToObj(String::valueOf).toList();

            sent.forEach(payload -> device.publishWith().topic(INFORM).qos(MqttQos.AT_LEAST_ONCE).payload(payload.getBytes(StandardCharsets.UTF_8)).send());

            await().until(() -> received.size() == sent.size());
            assertThat(received).containsExactlyElementsOf(sent.stream().map(payload -> INFORM + " " + payload).toList());
            service.disconnect();
        } finally {
            others.shutdownNow();
            broker.stop();
        }
    }

    /** What the broker's threads write for other clients reaches the disk some time after it. */
    private record SlowDiskOfOthers(ActiveMQServer broker) implements ActiveMQServerMessagePlugin {
        static final String TOPIC = "/other";

        @Override
        public void beforeMessageRoute(Message message, RoutingContext context, boolean direct, boolean rejectDuplicates) {
            if (message.getAddress().equals(TOPIC)) {
                OperationContext writes = broker.getStorageManager().getContext();
                writes.storeLineUp();
                CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(writes::done);
            }
        }
    }

    private List<Integer> packetTypesAfterReturn(String id) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName(Loopback.HOST), port)) {
            socket.setSoTimeout(10_000);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write(new byte[] {0x10, (byte) (18 + id.length()), 0, 4, 'M', 'Q', 'T', 'T', 5, 0, 0, 60});
            // Session Expiry Interval
            out.write(new byte[] {5, 0x11, 0, 0, 2, 88});
            out.writeUTF(id);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            List<Integer> types = new ArrayList<>();
            while (types.size() < 3) {
                types.add(in.readUnsignedByte() >> 4);
                // All of them are short: the length is one byte.
                in.skipNBytes(in.readUnsignedByte());
            }
            return types;
        }
    }

    private boolean sessionPresentAfterReturn(String id, int expirySeconds, int secondsAway) {
        Mqtt5BlockingClient client = client(id);
        client.connectWith().sessionExpiryInterval(expirySeconds).send();
        client.subscribeWith().topicFilter("/ota/device/inform/+/+").qos(MqttQos.AT_LEAST_ONCE).send();
        client.disconnectWith().sessionExpiryInterval(expirySeconds).send();
        long since = System.nanoTime();
        await().until(() -> System.nanoTime() - since >= TimeUnit.SECONDS.toNanos(secondsAway));
        boolean present = client.connectWith().cleanStart(false).send().isSessionPresent();
        client.disconnect();
        return present;
    }

    @Test
    void refusesAWrongPasswordAndNone() {
        try (EmbeddedBroker broker = new EmbeddedBroker(
                new EmbeddedBrokerSettings(Loopback.HOST, port, directory, "ota", "right"))) {
            broker.start();

            assertThatThrownBy(() -> connect("nobody")).isInstanceOfSatisfying(Mqtt5ConnAckException.class, this::refused);
            assertThatThrownBy(() -> connectAs("ota", "wrong")).isInstanceOfSatisfying(Mqtt5ConnAckException.class, this::refused);
            assertThatThrownBy(() -> connectAs("other", "right")).isInstanceOfSatisfying(Mqtt5ConnAckException.class, this::refused);

            Mqtt5BlockingClient client = connectAs("ota", "right");
            assertThat(client.publishWith().topic(INFORM).qos(MqttQos.AT_LEAST_ONCE).send().getError()).isEmpty();
            assertThat(client.subscribeWith().topicFilter("/ota/#").send().getReasonCodes())
                    .allMatch(code -> !code.isError());
            client.disconnect();
        }
    }

    private void refused(Mqtt5ConnAckException e) {
        assertThat(e.getMqttMessage().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void namesThePortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName(Loopback.HOST));
                EmbeddedBroker broker = open()) {
            assertThatThrownBy(broker::start).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("[127.0.0.1:" + port + "]").hasMessageContaining("in use");
        }
    }

    @Test
    void namesTheDirectoryThatAnotherBrokerUses() {
        try (EmbeddedBroker first = open();
                EmbeddedBroker second = new EmbeddedBroker(
                        new EmbeddedBrokerSettings(Loopback.HOST, Loopback.freePort(), directory, null, null))) {
            first.start();
            assertThatThrownBy(second::start).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("[" + directory + "]");
        }
    }

    @Test
    void startsAgainAfterItWasClosed() {
        EmbeddedBroker broker = open();
        broker.start();
        broker.close();
        assertThat(Loopback.accepts(port)).isFalse();
        broker.start();
        assertThat(Loopback.accepts(port)).isTrue();
        broker.close();
    }

    @Test
    void wantsUsernameAndPasswordTogether() {
        assertThatThrownBy(() -> new EmbeddedBrokerSettings(Loopback.HOST, port, directory, "ota", null))
                .hasMessage("the embedded broker needs username and password together, but only the username is set");
        assertThatThrownBy(() -> new EmbeddedBrokerSettings(Loopback.HOST, 65_536, directory, null, null))
                .hasMessage("port of the embedded broker must be 1 to 65535, but was [65536]");
    }

    @ParameterizedTest(name = "{0} is kept in {1}")
    @CsvSource({
        "/ota/device/inform/lamp/kitchen, /ota/device/inform",
        "/ota/device/inform, /ota/device/inform",
        "/ota/device/inform/+/+, /ota/device/inform/+/+",
        "$sys.mqtt.sessions, $sys.mqtt.sessions"})
    void keepsTheTopicsOfAStageTogether(String topic, String store) {
        assertThat(SharedStoreServer.store(SimpleString.of(topic)).toString()).isEqualTo(store);
    }

    @Test
    void itSaysWhenItTakesNoMessagesForWantOfRoom() throws Exception {
        EmbeddedBrokerSettings settings = new EmbeddedBrokerSettings(Loopback.HOST, Loopback.freePort(), directory, null, null);
        try (EmbeddedBroker full = new EmbeddedBroker(settings, reason -> { }, Long.MAX_VALUE / 2)) {
            full.start();
            await().untilAsserted(() -> assertThat(full.trouble()).contains("MiB are free where [" + directory + "] is"));
        }
        try (EmbeddedBroker roomy = new EmbeddedBroker(settings)) {
            roomy.start();
            assertThat(roomy.trouble()).isNull();
        }
    }

    private EmbeddedBroker open() {
        return new EmbeddedBroker(new EmbeddedBrokerSettings(Loopback.HOST, port, directory, null, null));
    }

    private Mqtt5BlockingClient client(String id) {
        return Mqtt5Client.builder().identifier(id).serverHost(Loopback.HOST).serverPort(port).buildBlocking();
    }

    private Mqtt5BlockingClient connect(String id) {
        Mqtt5BlockingClient client = client(id);
        client.connect();
        return client;
    }

    private Mqtt5BlockingClient connectAs(String username, String password) {
        Mqtt5BlockingClient client = client("secured");
        client.connectWith().simpleAuth().username(username)
                .password(password.getBytes(StandardCharsets.UTF_8)).applySimpleAuth().send();
        return client;
    }

    private Mqtt5BlockingClient member(String id, BlockingQueue<String> received) {
        Mqtt5BlockingClient client = connect(id);
        client.toAsync().subscribeWith().topicFilter("$share/ota//ota/device/inform/+/+").qos(MqttQos.AT_LEAST_ONCE)
                .callback(message -> received.add(text(message))).send().join();
        return client;
    }

    private void publish(String payload) {
        Mqtt5BlockingClient device = connect("device");
        device.publishWith().topic(INFORM).qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload.getBytes(StandardCharsets.UTF_8)).send();
        device.disconnect();
    }

    private static String text(Mqtt5Publish message) {
        return message.getTopic() + " " + new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }
}
