package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Loopback;
import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages whose exchange stays open, as while the database is away, on a connection that comes and goes. */
class SlowRouteIT {
    private static final int RECEIVE_MAXIMUM = 50;

    private final Mosquitto broker = new Mosquitto().start();
    private final TcpProxy proxy = new TcpProxy(broker.port());
    private final LoadGenerator devices = new LoadGenerator(broker.url());
    private final TransportUnderTest transport = new TransportUnderTest("tcp://" + Loopback.HOST + ":" + proxy.port());
    private final CompletableFuture<Void> database = new CompletableFuture<>();
    private final Set<String> stored = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void limit() {
        transport.options().setReceiveMaximum(RECEIVE_MAXIMUM);
    }

    @AfterEach
    void stop() {
        database.complete(null);
        transport.close();
        devices.close();
        proxy.close();
        broker.close();
    }

    /** HiveMQ client issue 796: messages of a former connection that are never acknowledged must not stall the next. */
    @Test
    void connectionLostAgainAndAgainWhileNothingIsAcknowledgedStallsNothing() throws Exception {
        start(new Waiting());
        List<String> sent = devices.sendAll("waiting", 10 * RECEIVE_MAXIMUM);
        for (int i = 0; i < 5; i++) {
            await().until(() -> transport.state().exchanges() == RECEIVE_MAXIMUM && transport.ready());
            proxy.cut();
            await().until(() -> !transport.state().connected());
            await().until(transport::ready);
        }
        assertThat(stored).isEmpty();

        database.complete(null);
        await().atMost(Duration.ofSeconds(30)).until(() -> stored.size() == sent.size());
        assertThat(stored).containsExactlyInAnyOrderElementsOf(sent);
        await().until(() -> transport.state().exchanges() == 0);
    }

    @Test
    void messageWhoseRouteFailsIsTriedAgainAndAcknowledgedOnlyThen() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("paho-mqtt5:" + TransportUnderTest.IN).process(exchange -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("not yet");
                    }
                    stored.add(exchange.getMessage().getBody(String.class));
                });
            }
        });
        devices.sendAll("failing", 1);
        await().until(() -> transport.state().failing() == 1);
        await().untilAsserted(() -> assertThat(stored).containsExactly("failing-0"));
        await().until(() -> transport.state().exchanges() == 0);
    }

    @Test
    void whatIsUnfinishedAtTheStopIsNotAcknowledgedAndComesAgain() throws Exception {
        transport.context.getShutdownStrategy().setTimeout(1);
        start(new Waiting());
        List<String> sent = devices.sendAll("unfinished", 20);
        await().until(() -> transport.state().exchanges() == 20);
        transport.close();

        try (TransportUnderTest next = new TransportUnderTest(broker.url()).start(TransportUnderTest.IN)) {
            await().untilAsserted(() -> assertThat(next.stored).containsExactlyInAnyOrderElementsOf(sent));
        }
    }

    private void start(RouteBuilder route) throws Exception {
        transport.context.addRoutes(route);
        transport.context.start();
        await().until(transport::ready);
    }

    private final class Waiting extends RouteBuilder {
        @Override
        public void configure() {
            from("paho-mqtt5:" + TransportUnderTest.IN).bean(this, "await(${body})")
                    .process(exchange -> stored.add(exchange.getMessage().getBody(String.class)));
        }

        @SuppressWarnings("unused") // the route's step
        public CompletableFuture<String> await(String message) {
            return database.thenApply(done -> message);
        }
    }
}
