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
    private volatile CompletableFuture<Void> database = new CompletableFuture<>();
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

    /** Mosquitto sends without end here and would repeat packet identifiers: TCP has to hold it back, and keep-alive must not mind. */
    @Test
    void moreMessagesThanMqttHasPacketIdentifiersWaitOnOneConnection() throws Exception {
        int keepAliveSeconds = 3;
        transport.options().setReceiveMaximum(ConnectionOptions.MOST_RECEIVE_MAXIMUM);
        transport.options().setKeepAliveInterval(keepAliveSeconds);
        start(new Waiting());
        int connections = proxy.accepted();
        // Mosquitto 2.0.11 keeps to Receive Maximum until the first acknowledgement.
        devices.sendAll("first", 1);
        await().until(() -> transport.state().exchanges() == 1);
        database.complete(null);
        await().until(() -> stored.size() == 1);
        database = new CompletableFuture<>();
        List<String> sent = devices.sendAll("flood", 100_000);
        await().untilAsserted(() -> assertThat(transport.state().queued()).as("%s", transport.state()).isGreaterThan(DeliveryWindow.MOST_MESSAGES - DeliveryWindow.MOST_EXCHANGES - 1));
        await().during(Duration.ofSeconds(3 * keepAliveSeconds)).atMost(Duration.ofSeconds(4 * keepAliveSeconds))
                .until(() -> transport.ready() && transport.state().queued() < ConnectionOptions.MOST_RECEIVE_MAXIMUM - DeliveryWindow.MOST_EXCHANGES);

        database.complete(null);
        await().atMost(Duration.ofSeconds(60)).until(() -> stored.size() == 1 + sent.size());
        assertThat(proxy.accepted()).as("connections").isEqualTo(connections);
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
