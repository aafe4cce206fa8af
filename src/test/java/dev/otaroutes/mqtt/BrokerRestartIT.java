package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Mosquitto;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A broker that goes and comes back under load, with a publish in the route: where Paho's engine hangs. */
class BrokerRestartIT {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerRestartIT.class);
    private static final int ROUNDS = Boolean.getBoolean("ota.test.full") ? 10 : Integer.getInteger("ota.test.rounds", 3);
    private static final int PER_SECOND = 2500;
    private static final int NEW = 1000;
    private static final Duration LOAD = Duration.ofSeconds(2);
    /** Mosquitto saves every second at most; a save of a second's messages takes well under another. */
    private static final Duration UNSAVED = Duration.ofMillis(2500);

    @Test
    void everyMessageThatTheBrokerStillHasArrivesAndNothingHangs() throws Exception {
        try (Mosquitto broker = new Mosquitto().start();
             TransportUnderTest transport = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN);
             LoadGenerator devices = new LoadGenerator(broker.url())) {
            await().until(transport::ready);
            for (int round = 0; round < ROUNDS; round++) {
                restart(round, broker, transport, devices);
            }
        }
    }

    private static void restart(int round, Mosquitto broker, TransportUnderTest transport, LoadGenerator devices) {
        boolean kill = round % 2 == 1;
        devices.acknowledged.clear();
        LoadGenerator.Load load = devices.start("round-" + round, PER_SECOND);
        pause(LOAD);
        long down = System.nanoTime();
        if (kill) {
            broker.kill();
        } else {
            broker.terminate();
        }
        broker.start();
        long up = System.nanoTime();
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).until(transport::ready);
        long ready = System.nanoTime();
        pause(LOAD);
        int sent = load.stop();
        List<String> fresh = devices.sendAll("new-" + round, NEW);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(transport.stored).containsAll(fresh));
        await().atMost(Duration.ofSeconds(60)).until(() -> transport.state().exchanges() == 0);

        long saved = kill ? down - UNSAVED.toNanos() : Long.MAX_VALUE;
        List<String> missing = devices.acknowledged.keySet().stream().filter(message -> !transport.stored.contains(message)).toList();
        LOG.info("round {} {}: {} sent, {} acknowledged, {} missing, {} deliveries in all, ready {} ms after the broker", round,
                kill ? "KILL" : "TERM", sent, devices.acknowledged.size(), missing.size(), transport.deliveries, TimeUnit.NANOSECONDS.toMillis(ready - up));
        assertThat(missing).allSatisfy(message -> assertThat(devices.acknowledged.get(message))
                .as("message that the broker had and did not lose, or got after the restart").isBetween(saved, down));
    }

    private static void pause(Duration duration) {
        await().pollDelay(duration).atMost(duration.plusSeconds(5)).until(() -> true);
    }
}
