package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Loopback;
import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.Rounds;
import dev.otaroutes.support.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAwayIT {
    private static final int ROUNDS = 10;
    private static final Duration AWAY = Duration.ofSeconds(Rounds.full() ? 30 : 4);
    /** The longest pause between attempts, its jitter, and the time to connect. */
    private static final Duration NOTICED = Duration.ofSeconds(4);

    @Test
    void brokerThatComesAfterTheStartIsFoundInSeconds() throws Exception {
        try (Mosquitto broker = new Mosquitto();
             TransportUnderTest transport = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN)) {
            await().pollDelay(AWAY).atMost(AWAY.plusSeconds(5)).until(() -> true);
            assertThat(transport.health().getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(transport.health().getMessage().orElseThrow())
                    .contains("[transport-under-test]", "[" + broker.url() + "]", "Connection refused");

            broker.start();
            await().atMost(NOTICED).until(transport::ready);
            assertThat(transport.health().getState()).isEqualTo(HealthCheck.State.UP);
        }
    }

    @Test
    void publishWaitsForTheBroker() throws Exception {
        try (Mosquitto broker = new Mosquitto();
             TransportUnderTest transport = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN)) {
            var published = transport.context.createProducerTemplate().asyncSendBody("paho-mqtt5:/in/product/1", "early");
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            assertThat(published).isNotDone();

            broker.start();
            await().atMost(NOTICED).until(published::isDone);
            await().untilAsserted(() -> assertThat(transport.stored).containsExactly("early"));
        }
    }

    @Test
    void whatIsPublishedToABrokerThatLostItsSessionsIsHeardByTheRoutes() throws Exception {
        try (Mosquitto broker = new Mosquitto("persistence false").start();
             TransportUnderTest transport = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN)) {
            // Which of the two connections is there first differs.
            for (int round = 0; round < ROUNDS; round++) {
                await().until(transport::ready);
                broker.kill();
                await().until(() -> transport.mqtt.states().stream().noneMatch(MqttState::connected));
                String body = "round " + round;
                var published = transport.context.createProducerTemplate().asyncSendBody("paho-mqtt5:/in/product/1", body);
                broker.start();
                await().atMost(NOTICED).until(published::isDone);
                await().untilAsserted(() -> assertThat(transport.stored).contains(body));
            }
        }
    }

    @ParameterizedTest(name = "the broker loses its sessions: {0}")
    @ValueSource(booleans = {false, true})
    void filterOfARouteThatWentWhileTheBrokerWasAwayIsUnsubscribed(boolean sessionsLost) throws Exception {
        try (Mosquitto broker = new Mosquitto("persistence false").start(); TcpProxy proxy = new TcpProxy(broker.port());
             TransportUnderTest transport = new TransportUnderTest("tcp://" + Loopback.HOST + ":" + proxy.port())) {
            transport.mqtt.setHold(Duration.ofMillis(100));
            transport.start(TransportUnderTest.IN);
            Set<String> last = ConcurrentHashMap.newKeySet();
            transport.context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("paho-mqtt5:/last").process(exchange -> last.add(exchange.getMessage().getBody(String.class)));
                }
            });
            await().until(transport::ready);

            proxy.refuse();
            await().until(() -> !transport.state().connected());
            transport.context.getRouteController().stopRoute("store");
            assertThat(transport.context.removeRoute("store")).isTrue();
            if (sessionsLost) {
                broker.kill();
                broker.start();
            }
            // The hold has to end meanwhile.
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            proxy.resume();
            await().atMost(NOTICED).until(transport::ready);
            try (LoadGenerator devices = new LoadGenerator(broker.url())) {
                devices.sendAll("unheard", 10);
            }
            transport.context.createProducerTemplate().sendBody("paho-mqtt5:/last", "last");
            await().untilAsserted(() -> assertThat(last).containsExactly("last"));
            assertThat(transport.state().unroutable()).isZero();
        }
    }

    @Test
    void connectionThatStaysOpenButAnswersNothingIsNoticedByKeepAlive() throws Exception {
        try (Mosquitto broker = new Mosquitto().start(); TcpProxy proxy = new TcpProxy(broker.port());
             TransportUnderTest transport = new TransportUnderTest("tcp://" + Loopback.HOST + ":" + proxy.port());
             LoadGenerator devices = new LoadGenerator(broker.url())) {
            transport.options().setKeepAliveInterval(2);
            transport.options().setConnectionTimeout(2);
            transport.start(TransportUnderTest.IN);
            await().until(transport::ready);

            proxy.dropBytes();
            List<String> sent = devices.sendAll("unheard", 500);
            await().atMost(Duration.ofSeconds(6)).until(() -> !transport.state().connected());
            assertThat(transport.state().lastError()).contains("not connected");
            proxy.resume();
            await().atMost(NOTICED.plusSeconds(2)).until(transport::ready);
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(transport.stored).containsAll(sent));
        }
    }
}
