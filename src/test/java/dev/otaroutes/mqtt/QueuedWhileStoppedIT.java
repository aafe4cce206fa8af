package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.Rounds;
import java.time.Duration;
import java.util.List;
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

    private static void connectOnce(Mosquitto broker) throws Exception {
        try (TransportUnderTest transport = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN)) {
            await().until(transport::ready);
        }
    }
}
