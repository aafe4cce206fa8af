package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryWindowTest {
    private static final int SOME_BYTES = 8 * 1024 * 1024;

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void messageThatFailsAtTheHeadForAMinuteIsNamed() {
        Problems problems = problems();
        Subscriptions subscriptions = new Subscriptions(() -> null, timer, problems);
        subscriptions.add(subscriber("/fails", done -> done.accept(new IllegalStateException("no such table"))));
        subscriptions.add(subscriber("/runs", done -> { }));
        DeliveryWindow window = new DeliveryWindow(subscriptions, List.of(Runnable::run), timer, problems, null, 100);

        window.arrived(Mqtt5Publish.builder().topic("/fails").build());
        assertThat(window.stuck(System.nanoTime())).as("may pass by itself").isNull();
        assertThat(window.stuck(System.nanoTime() + DeliveryWindow.STUCK_NANOS)).isEqualTo("/fails");

        DeliveryWindow behind = new DeliveryWindow(subscriptions, List.of(Runnable::run), timer, problems, null, 100);
        behind.arrived(Mqtt5Publish.builder().topic("/runs").build());
        behind.arrived(Mqtt5Publish.builder().topic("/fails").build());
        assertThat(behind.stuck(System.nanoTime() + DeliveryWindow.STUCK_NANOS)).as("what acknowledgements wait for does not fail").isNull();
    }

    @Test
    void whatIsHeldForARouteStartsInOrderBeforeWhatItsDeviceSaysLater() {
        Problems problems = problems();
        Subscriptions subscriptions = new Subscriptions(() -> null, timer, problems);
        List<Queue<Runnable>> lanes = Stream.generate(ArrayDeque<Runnable>::new).limit(8).collect(Collectors.toList());
        DeliveryWindow window = new DeliveryWindow(subscriptions, lanes.stream().map(lane -> (Executor) lane::add).toList(), timer, problems, null, 1000);
        List<String> started = new ArrayList<>();
        Subscriber inform = subscriber("/inform/+/+", (message, done) -> started.add(text(message)));
        subscriptions.add(inform);
        subscriptions.add(subscriber("/progress/+/+", (message, done) -> started.add(text(message))));

        subscriptions.remove(inform);
        window.hold(true);
        window.arrived(message("/inform/lamp/kitchen", "1"));
        window.arrived(message("/progress/lamp/kitchen", "2"));
        window.arrived(message("/progress/lamp/hall", "another's"));
        run(lanes);
        assertThat(started).containsExactly("another's");
        assertThat(window.held()).isEqualTo(2);

        window.arrived(message("/inform/lamp/kitchen", "3"));
        subscriptions.add(inform);
        window.arrived(message("/inform/lamp/kitchen", "4"));
        run(lanes);
        window.arrived(message("/progress/lamp/kitchen", "5"));
        window.hold(true);
        window.arrived(message("/inform/lamp/kitchen", "6"));
        run(lanes);
        assertThat(started).containsExactly("another's", "1", "2", "3", "4", "5", "6");
        assertThat(window.held()).isZero();
        assertThat(window.exchanges()).isEqualTo(started.size());
    }

    @Test
    void pauseInWhichTooMuchIsReadEndsTheConnection() {
        timer.setRemoveOnCancelPolicy(true);
        AtomicInteger reads = new AtomicInteger();
        Channel connection = new EmbeddedChannel() {
            @Override
            public Channel read() {
                reads.incrementAndGet();
                return this;
            }
        };
        Subscriptions subscriptions = new Subscriptions(() -> null, timer, null);
        subscriptions.add(subscriber("/waits", done -> { }));
        DeliveryWindow window = new DeliveryWindow(subscriptions, List.of(Runnable::run), timer, null, new Reading(() -> connection, timer, 1), 1000);
        Mqtt5Publish message = Mqtt5Publish.builder().topic("/waits").payload(ByteBuffer.allocate(SOME_BYTES)).build();

        long bytes = 0;
        for (; connection.config().isAutoRead(); bytes += SOME_BYTES) {
            assertThat(bytes).isLessThan(DeliveryWindow.MOST_BYTES);
            window.arrived(message);
        }
        reads.set(0);
        await().untilAsserted(() -> assertThat(reads).as("to see that it lives").hasPositiveValue());
        for (; !timer.getQueue().isEmpty(); bytes += SOME_BYTES) {
            assertThat(bytes).as("what may wait").isLessThan(2 * DeliveryWindow.MOST_BYTES);
            window.arrived(message);
        }
        assertThat(connection.config().isAutoRead()).isFalse();
        assertThat(bytes).isGreaterThan(2 * DeliveryWindow.MOST_BYTES - SOME_BYTES);
    }

    private static void run(List<Queue<Runnable>> lanes) {
        lanes.forEach(lane -> {
            for (Runnable next = lane.poll(); next != null; next = lane.poll()) {
                next.run();
            }
        });
    }

    private static Mqtt5Publish message(String topic, String text) {
        return Mqtt5Publish.builder().topic(topic).payload(text.getBytes(StandardCharsets.UTF_8)).build();
    }

    private static String text(Mqtt5Publish message) {
        return new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    private static Problems problems() {
        PahoMqtt5Configuration configuration = new PahoMqtt5Configuration();
        configuration.setClientId("test");
        configuration.setReceiveMaximum(100);
        return new Problems(ConnectionOptions.of(configuration, 1024));
    }

    private static Subscriber subscriber(String filter, Consumer<Consumer<Throwable>> route) {
        return subscriber(filter, (message, done) -> route.accept(done));
    }

    private static Subscriber subscriber(String filter, BiConsumer<Mqtt5Publish, Consumer<Throwable>> route) {
        return new Subscriber() {
            @Override
            public MqttTopicFilter filter() {
                return MqttTopicFilter.of(filter);
            }

            @Override
            public MqttQos qos() {
                return MqttQos.AT_LEAST_ONCE;
            }

            @Override
            public void receive(Mqtt5Publish message, boolean mayBeRepeated, Consumer<Throwable> done) {
                route.accept(message, done);
            }
        };
    }
}
