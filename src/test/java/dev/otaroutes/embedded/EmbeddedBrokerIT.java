package dev.otaroutes.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;

import dev.otaroutes.support.EmbeddedBrokerServer;
import dev.otaroutes.support.Loopback;

@DisplayName("the embedded broker in a process that is killed")
class EmbeddedBrokerIT {
    private static final int INFORMS = 1_000;
    /** Well above the memory that the broker keeps messages in. */
    private static final int BACKLOG = 4_000;
    /** With a paging store for each topic these took more than the 128 MB heap of the process. */
    private static final int DEVICES = 10_000;
    private static final int IN_FLIGHT = 200;
    private static final int BACKLOG_BYTES = 20_000;

    private final Set<Integer> received = ConcurrentHashMap.newKeySet();

    @Test
    void keepsWhatItAcknowledgedForAnAbsentSubscriber() {
        try (EmbeddedBrokerServer broker = new EmbeddedBrokerServer().start()) {
            subscribeAndLeave(broker, "/ota/device/inform/+/+");

            publish(broker, INFORMS, Integer.BYTES);
            broker.kill();
            broker.start();

            assertThat(comeBack(broker, INFORMS)).hasSize(INFORMS);
        }
    }

    /** The broker writes a new topic's address into another journal than its message. */
    @RepeatedTest(5)
    void keepsWhatItAcknowledgedWhenItIsKilledAmidTopicsThatAreNew(RepetitionInfo round) {
        try (EmbeddedBrokerServer broker = new EmbeddedBrokerServer().start()) {
            subscribeAndLeave(broker, "/ota/device/inform/+/+");

            Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
            Mqtt5AsyncClient devices = client(broker, "device");
            devices.connectWith().restrictions().sendMaximum(IN_FLIGHT).applyRestrictions().send().join();
            CompletableFuture<Void> killed = new CompletableFuture<>();
            // Several threads bring acknowledgements: the size of the set may pass a number that none of them sees.
            AtomicInteger acknowledgements = new AtomicInteger();
            IntStream.range(0, IN_FLIGHT).forEach(number -> inform(devices, number, Integer.BYTES, DEVICES).thenRun(() -> {
                acknowledged.add(number);
                if (acknowledgements.incrementAndGet() == 20 * round.getCurrentRepetition()) {
                    broker.kill();
                    killed.complete(null);
                }
            }));
            killed.orTimeout(30, TimeUnit.SECONDS).join();
            broker.start();

            comeBack(broker, () -> received.containsAll(acknowledged));
        }
    }

    @Test
    void keepsASharedSubscriptionAndItsMessages() {
        try (EmbeddedBrokerServer broker = new EmbeddedBrokerServer().start()) {
            subscribeAndLeave(broker, "$share/ota//ota/device/inform/+/+");

            publish(broker, INFORMS, Integer.BYTES);
            broker.kill();
            broker.start();

            assertThat(comeBack(broker, INFORMS)).hasSize(INFORMS);
        }
    }

    @Test
    void keepsABacklogThatIsLargerThanItsMemory() {
        assertThat((long) BACKLOG * BACKLOG_BYTES).isGreaterThan(3 * BrokerConfiguration.MEMORY_BYTES);
        try (EmbeddedBrokerServer broker = new EmbeddedBrokerServer().start()) {
            subscribeAndLeave(broker, "/ota/device/inform/+/+");

            publish(broker, BACKLOG, BACKLOG_BYTES);
            broker.kill();
            broker.start();

            assertThat(comeBack(broker, BACKLOG)).hasSize(BACKLOG);
            assertThat(broker.log()).doesNotContain("OutOfMemoryError");
        }
    }

    @Test
    void carriesTheTopicsOfManyDevicesInASmallHeap() {
        try (EmbeddedBrokerServer broker = new EmbeddedBrokerServer().start()) {
            subscribeAndLeave(broker, "/ota/device/inform/+/+");

            publish(broker, DEVICES, Integer.BYTES, DEVICES);

            assertThat(comeBack(broker, DEVICES)).hasSize(DEVICES);
            assertThat(broker.log()).doesNotContain("OutOfMemoryError");
        }
    }

    private static Mqtt5AsyncClient client(EmbeddedBrokerServer broker, String id) {
        return Mqtt5Client.builder().identifier(id).serverHost(Loopback.HOST).serverPort(broker.port()).buildAsync();
    }

    private static void subscribeAndLeave(EmbeddedBrokerServer broker, String filter) {
        Mqtt5AsyncClient service = client(broker, "service");
        service.connectWith().cleanStart(false).sessionExpiryInterval(600).send().join();
        service.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send().join();
        service.disconnectWith().sessionExpiryInterval(600).send().join();
    }

    private static void publish(EmbeddedBrokerServer broker, int count, int bytes) {
        publish(broker, count, bytes, 100);
    }

    private static void publish(EmbeddedBrokerServer broker, int count, int bytes, int devices) {
        Mqtt5AsyncClient device = client(broker, "device");
        // A device or service bounds what it has in flight; the broker itself does not bound it.
        device.connectWith().restrictions().sendMaximum(IN_FLIGHT).applyRestrictions().send().join();
        CompletableFuture.allOf(IntStream.range(0, count).mapToObj(number -> inform(device, number, bytes, devices))
                .toArray(CompletableFuture[]::new)).join();
        // No good-bye: the broker is killed while the device is connected.
    }

    private static CompletableFuture<Mqtt5PublishResult> inform(Mqtt5AsyncClient device, int number, int bytes, int devices) {
        return device.publishWith().topic("/ota/device/inform/lamp/" + number % devices).qos(MqttQos.AT_LEAST_ONCE)
                .payload(ByteBuffer.allocate(bytes).putInt(number).array()).send();
    }

    private Set<Integer> comeBack(EmbeddedBrokerServer broker, int count) {
        return comeBack(broker, () -> received.size() >= count);
    }

    private Set<Integer> comeBack(EmbeddedBrokerServer broker, Callable<Boolean> complete) {
        Mqtt5AsyncClient service = client(broker, "service");
        service.publishes(MqttGlobalPublishFilter.ALL, message ->
                received.add(ByteBuffer.wrap(message.getPayloadAsBytes()).getInt()));
        service.connectWith().cleanStart(false).sessionExpiryInterval(600).send().join();
        await().atMost(Duration.ofSeconds(90)).until(complete);
        service.disconnect().join();
        return received;
    }
}
