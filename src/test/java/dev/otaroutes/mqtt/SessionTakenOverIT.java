package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.embedded.EmbeddedBroker;
import dev.otaroutes.embedded.EmbeddedBrokerSettings;
import dev.otaroutes.support.Loopback;
import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.TestFolder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class SessionTakenOverIT {
    private final List<String> takenOver = new CopyOnWriteArrayList<>();

    @Test
    void sessionThatAnotherClientTakesIsLeftToIt() throws Exception {
        int port = Loopback.freePort();
        String url = "tcp://" + Loopback.HOST + ":" + port;
        EmbeddedBrokerSettings settings = new EmbeddedBrokerSettings(Loopback.HOST, port, TestFolder.make("broker"), null, null);
        try (EmbeddedBroker broker = new EmbeddedBroker(settings);
             TransportUnderTest first = new TransportUnderTest(url); TransportUnderTest second = new TransportUnderTest(url)) {
            broker.start();
            first.mqtt.setTakenOverListener(takenOver::add);
            first.start(TransportUnderTest.IN);
            await().until(first::ready);

            second.start(TransportUnderTest.IN);
            await().untilAsserted(() -> assertThat(takenOver).containsExactly("transport-under-test"));
            await().until(second::ready);
            assertThat(first.state().takenOver()).isTrue();
            assertThat(first.health().getMessage().orElseThrow()).contains("another client took over", "[transport-under-test]");
            await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5)).until(() -> second.ready() && !first.ready());
        }
    }

    /** Mosquitto 2.0.11 closes the connection without a word. */
    @Test
    void whereTheBrokerDoesNotSaySoItIsSuspected() throws Exception {
        try (Mosquitto broker = new Mosquitto().start();
             TransportUnderTest first = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN);
             TransportUnderTest second = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN)) {
            await().untilAsserted(() -> assertThat(List.of(String.valueOf(first.state().lastError()), String.valueOf(second.state().lastError())))
                    .anySatisfy(error -> assertThat(error).contains("does another process use client ID [transport-under-test]?")));
        }
    }
}
