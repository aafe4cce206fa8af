package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.EmbeddedBrokerServer;
import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.Rounds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A broker that goes and comes back under load, with a publish in the route: where Paho's engine hangs. */
class BrokerRestartIT {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerRestartIT.class);
    private static final int ROUNDS = Rounds.of(10);
    private static final int PER_SECOND = 2500;
    private static final int NEW = 1000;
    private static final Duration LOAD = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Mosquitto saves every second at most; a save of a second's messages takes well under another. */
    private static final Duration UNSAVED_BY_MOSQUITTO = Duration.ofMillis(2500);

    @Test
    void mosquitto() throws Exception {
        try (Mosquitto broker = new Mosquitto().start()) {
            restartUnderLoad(new Broker(broker.url(), broker::start, broker::terminate, broker::kill, UNSAVED_BY_MOSQUITTO), TransportUnderTest.IN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TransportUnderTest.IN, "$share/ota/" + TransportUnderTest.IN})
    void embeddedBrokerInAProcessOfItsOwn(String filter) throws Exception {
        try (EmbeddedBrokerServer broker = new EmbeddedBrokerServer().start()) {
            restartUnderLoad(new Broker(broker.url(), broker::start, broker::terminate, broker::kill, Duration.ZERO), filter);
        }
    }

    private static void restartUnderLoad(Broker broker, String filter) throws Exception {
        try (TransportUnderTest transport = new TransportUnderTest(broker.url).start(filter);
             LoadGenerator devices = new LoadGenerator(broker.url())) {
            await().until(transport::ready);
            for (int round = 0; round < ROUNDS; round++) {
                restart(round, broker, transport, devices);
            }
        }
    }

    private static void restart(int round, Broker broker, TransportUnderTest transport, LoadGenerator devices) {
        boolean kill = round % 2 == 1;
        devices.acknowledged.clear();
        long deliveries = transport.deliveries.get();
        int stored = transport.stored.size();
        LoadGenerator.Load load = devices.start("round-" + round, PER_SECOND);
        pause(LOAD);
        int before = devices.acknowledged.size();
        long down = System.nanoTime();
        (kill ? broker.kill : broker.terminate).run();
        broker.start.run();
        long up = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(transport::ready);
        long ready = System.nanoTime();
        pause(LOAD);
        load.stop();
        List<String> fresh = devices.sendAll("new-" + round, NEW);
        await().atMost(PATIENCE).until(() -> transport.stored.containsAll(fresh));
        await().atMost(PATIENCE).until(() -> transport.state().exchanges() == 0 && transport.hasPublishedAll());

        List<String> missing = devices.acknowledged.keySet().stream().filter(message -> !transport.stored.contains(message)).toList();
        LOG.info("{} round {} {}: {} msg/s before, {} acknowledged, {} missing, {} came twice, all {} new arrived, subscribed {} ms after the broker",
                broker.unsaved.isZero() ? "embedded" : "Mosquitto", round, kill ? "KILL" : "TERM", before / LOAD.toSeconds(),
                devices.acknowledged.size(), missing.size(), transport.deliveries.get() - deliveries - (transport.stored.size() - stored), NEW,
                TimeUnit.NANOSECONDS.toMillis(ready - up));
        long saved = down - (kill ? broker.unsaved.toNanos() : 0);
        // What the old broker acknowledged last is still read while the new one starts.
        long last = kill ? up : Long.MIN_VALUE;
        assertThat(missing.stream().filter(message -> devices.acknowledged.get(message) < saved || devices.acknowledged.get(message) > last))
                .as("messages that the broker had saved, or got after the restart").isEmpty();
    }

    private static void pause(Duration duration) {
        await().pollDelay(duration).atMost(duration.plusSeconds(5)).until(() -> true);
    }

    /** @param unsaved how old a message may be that the broker acknowledged and a kill takes from it all the same */
    private record Broker(String url, Runnable start, Runnable terminate, Runnable kill, Duration unsaved) {
    }
}
