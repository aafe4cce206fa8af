package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.Rounds;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueuedWhileStoppedIT {
    private static final int ROUNDS = Rounds.of(20);
    private static final int MESSAGES = 1000;

    @Test
    void whatTheBrokerKeptWhileStoppedArrivesWhole() throws Exception {
        try (Mosquitto broker = new Mosquitto().start(); LoadGenerator devices = new LoadGenerator(broker.url())) {
            connectOnce(broker);
            for (int round = 0; round < ROUNDS; round++) {
                List<String> sent = devices.sendAll("round-" + round, MESSAGES);
                try (TransportUnderTest transport = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN)) {
                    await().atMost(Duration.ofSeconds(30)).until(() -> transport.stored.size() >= MESSAGES);
                    assertThat(transport.stored).containsExactlyInAnyOrderElementsOf(sent);
                    await().untilAsserted(() -> assertThat(transport.state().exchanges()).isZero());
                }
            }
        }
    }

    /** Mosquitto sends without end here: what it answers to a publish must not be behind all that waits to be read. */
    @Test
    void moreThanIsReadAtATimeIsWorkedOffByARouteThatPublishes() throws Exception {
        try (Mosquitto broker = new Mosquitto("autosave_interval 1800").start(); LoadGenerator devices = new LoadGenerator(broker.url())) {
            connectOnce(broker);
            List<String> sent = devices.sendAll("backlog", 4 * DeliveryWindow.MOST_MESSAGES);
            try (TransportUnderTest transport = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN)) {
                await().atMost(Duration.ofSeconds(90)).until(() -> transport.deliveries.get() >= sent.size() && transport.state().exchanges() == 0);
                assertThat(transport.stored).isEqualTo(Set.copyOf(sent));
            }
        }
    }

    private static void connectOnce(Mosquitto broker) throws Exception {
        try (TransportUnderTest transport = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN)) {
            await().until(transport::ready);
        }
    }
}
