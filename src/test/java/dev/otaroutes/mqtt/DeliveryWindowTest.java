package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryWindowTest {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void messageThatFailsAtTheHeadForAMinuteIsNamed() {
        PahoMqtt5Configuration configuration = new PahoMqtt5Configuration();
        configuration.setClientId("test");
        configuration.setReceiveMaximum(100);
        Problems problems = new Problems(ConnectionOptions.of(configuration, 1024));
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

    private static Subscriber subscriber(String filter, Consumer<Consumer<Throwable>> route) {
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
                route.accept(done);
            }
        };
    }
}
