package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Mosquitto;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes that go and come in a running process. */
class ReloadIT {
    private static final int RELOADS = 5;

    private final Mosquitto broker = new Mosquitto().start();
    private final LoadGenerator devices = new LoadGenerator(broker.url());
    private final TransportUnderTest transport = new TransportUnderTest(broker.url());

    @AfterEach
    void stop() {
        transport.close();
        devices.close();
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        transport.mqtt.setHold(Duration.ofSeconds(10));
        transport.start(TransportUnderTest.IN);
        await().until(transport::ready);
    }

    @Test
    void routeThatIsReplacedUnderLoadLosesNothing() throws Exception {
        LoadGenerator.Load load = devices.start("reload", 2000);
        for (int i = 0; i < RELOADS; i++) {
            remove();
            transport.context.addRoutes(transport.route(TransportUnderTest.IN));
            await().pollDelay(Duration.ofMillis(200)).until(transport::ready);
        }
        int sent = load.stop();
        assertThat(sent).isGreaterThan(1000);
        await().atMost(Duration.ofSeconds(20)).until(() -> transport.stored.containsAll(devices.acknowledged.keySet()));
        assertThat(transport.state().unroutable()).isZero();
    }

    @Test
    void messageOfARemovedRouteWaitsForItsNewVersion() throws Exception {
        remove();
        List<String> sent = devices.sendAll("between", 100);
        await().until(() -> transport.state().held() == 100);
        assertThat(transport.stored).isEmpty();

        transport.context.addRoutes(transport.route(TransportUnderTest.IN));
        await().untilAsserted(() -> assertThat(transport.stored).containsExactlyInAnyOrderElementsOf(sent));
    }

    @Test
    void messageThatNoRouteComesToWantIsDroppedAndItsFilterUnsubscribed() throws Exception {
        remove();
        devices.sendAll("unwanted", 10);
        // Not before the hold of 10 s has ended.
        await().atMost(Duration.ofSeconds(30)).until(() -> transport.state().unroutable() == 10);
        assertThat(transport.state().held()).isZero();
        devices.sendAll("unheard", 10);
        await().during(1, TimeUnit.SECONDS).until(() -> transport.state().unroutable() == 10);
    }

    private void remove() throws Exception {
        transport.context.getRouteController().stopRoute("store");
        assertThat(transport.context.removeRoute("store")).isTrue();
    }
}
