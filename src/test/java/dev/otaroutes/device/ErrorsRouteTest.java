package dev.otaroutes.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.RouteTestConfiguration;
import dev.otaroutes.download.DownloadLinks;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.mqtt.RefusingBroker;
import dev.otaroutes.store.Database;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.BeanInject;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Produce;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refuse or retry (errors.camel.yaml): with the shipped routes, a real database, and a publish that fails in every way. */
@CamelMainTest(configurationClasses = RouteTestConfiguration.class, properties = {
        "camel.main.routes-include-pattern=file:routes/errors.camel.yaml,file:routes/inform-to-upgrade.camel.yaml,file:routes/progress-to-event.camel.yaml",
        "ota.endpoint.inform=direct:device-inform", "ota.endpoint.progress=direct:device-progress", "ota.endpoint.upgrade=mock:upgrade"})
class ErrorsRouteTest {
    private static final String GOOD = "{\"id\":\"1\",\"params\":{\"version\":\"1.0\"}}";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Produce
    private ProducerTemplate devices;
    @EndpointInject("mock:upgrade")
    private MockEndpoint broker;
    @BeanInject("database")
    private Database database;
    @BeanInject("rejectedMessages")
    private RejectedMessages rejected;
    @BeanInject("rejections")
    private Rejections rejections;
    @BeanInject("meters")
    private MeterRegistry meters;
    @BeanInject
    private CamelContext context;

    @Test
    void aBrokerThatRefusesAnUpgradeIsTheTasksAffair() {
        giveTask(2, "kitchen");
        broker.whenAnyExchangeReceived(exchange -> exchange.setException(RefusingBroker.refusal("/ota/device/upgrade/lamp/kitchen", 0x87)));

        assertThat(inform("kitchen", GOOD).getException()).isNull();

        assertThat(broker.getReceivedCounter()).isEqualTo(1);
        assertThat(rejected.list(10, null)).isEmpty();
        assertThat(task("kitchen", "status")).isEqualTo("pending");
        assertThat(task("kitchen", "refusals")).isEqualTo("1");
        assertThat(meters.counter(MessageCounts.UPGRADES, "outcome", "push-failed").count()).isEqualTo(1);
    }

    @Test
    void whatPassesByItselfIsWaitedOutHoweverOften() {
        giveTask(2, "kitchen");
        failTimes(5, new IOException("connection reset"));

        assertThat(inform("kitchen", GOOD).getException()).isNull();

        assertThat(broker.getReceivedCounter()).isEqualTo(6);
        assertThat(counted("inform", "accepted")).as("once, though its route began six times").isEqualTo(1);
        assertThat(rejected.list(10, null)).isEmpty();
        assertThat(task("kitchen", "status")).isEqualTo("pushed");
    }

    @Test
    void whatTheBrokerWouldSendAgainNeedsNoLease() {
        giveTask(2, "kitchen");
        List<Optional<String>> due = dueWhenPushed();

        devices.send("direct:device-inform", exchange -> {
            fill(exchange, "kitchen", GOOD);
            exchange.getMessage().setHeader(PahoMqtt5Constants.MQTT_QOS, 1);
        });

        assertThat(due).containsExactly(Optional.empty());
        assertThat(task("kitchen", "status")).isEqualTo("pushed");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(ints = 0)
    void whatNobodyWouldSendAgainIsLeasedUntilItIsPushed(Integer qos) {
        giveTask(2, "kitchen");
        List<Optional<String>> due = dueWhenPushed();

        devices.send("direct:device-inform", exchange -> {
            fill(exchange, "kitchen", GOOD);
            exchange.getMessage().setHeader(PahoMqtt5Constants.MQTT_QOS, qos);
        });

        assertThat(due).singleElement().satisfies(time -> assertThat(time).isPresent());
        assertThat(dueOf("kitchen")).isEmpty();
    }

    @Test
    void anExtensionThatFailsOnceInAWhileIsTriedAgain() {
        giveTask(2, "kitchen");
        failTimes(4, new IllegalStateException("no such template"));

        assertThat(inform("kitchen", GOOD).getException()).isNull();

        assertThat(broker.getReceivedCounter()).isEqualTo(5);
        assertThat(rejected.list(10, null)).isEmpty();
        assertThat(task("kitchen", "status")).isEqualTo("pushed");
    }

    @Test
    void aFaultOfOursIsTried5TimesThenKeptCountedAndShown() {
        giveTask(2, "kitchen");
        broker.whenAnyExchangeReceived(exchange -> exchange.setException(new IllegalStateException("no such template")));

        assertThat(inform("kitchen", GOOD).getException()).as("acknowledged").isNull();

        assertThat(broker.getReceivedCounter()).isEqualTo(5);
        assertThat(rejected.list(10, null)).singleElement().satisfies(message -> {
            assertThat(message.topic()).isEqualTo("/ota/device/inform/lamp/kitchen");
            assertThat(message.text()).isEqualTo(GOOD);
            assertThat(message.reason()).isEqualTo("internal-error");
            assertThat(message.detail()).isEqualTo("IllegalStateException: no such template");
        });
        assertThat(counted("inform", "internal-error")).isEqualTo(1);
        HealthCheck.Result health = HealthCheckHelper.invoke(context).stream()
                .filter(result -> result.getCheck().getId().equals("internal-errors")).findFirst().orElseThrow();
        assertThat(health.getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health.getMessage().orElse("")).endsWith("IllegalStateException: no such template");
        assertThat(health.getCheck().isLiveness()).isFalse();
    }

    @Test
    void aPushThatWasGivenUpDoesNotAnswerTheNextInform() {
        giveTask(2, "kitchen");
        failTimes(5, new IllegalStateException("no such template"));
        inform("kitchen", GOOD);
        assertThat(task("kitchen", "status")).isEqualTo("pending");

        inform("kitchen", GOOD);

        assertThat(task("kitchen", "status")).isEqualTo("pushed");
    }

    @Test
    void aPackageThatCannotBeToldIsAFaultOfOurs() {
        giveTask(4, "kitchen"); // its package has no file

        inform("kitchen", GOOD);

        assertThat(rejected.list(10, null)).singleElement().satisfies(message -> {
            assertThat(message.reason()).isEqualTo("internal-error");
            assertThat(message.detail()).isEqualTo("IllegalStateException: batch [4] has no package with a file");
        });
        assertThat(broker.getReceivedCounter()).isZero();
    }

    @Test
    void aLinkToAnUploadedFileIsSigned() {
        giveTask(2, "kitchen");

        inform("kitchen", GOOD);

        DownloadLinks links = context.getRegistry().findSingleByType(DownloadLinks.class);
        assertThat(broker.getExchanges().get(0).getMessage().getBody(String.class))
                .contains("\"url\":\"" + links.link(12, "lamp.bin") + "\"");
    }

    @Test
    void aDeviceThatSendsNonsenseDoesNotHoldUpTheNext() {
        byte[] large = new byte[200 * 1024];

        assertThat(inform("kitchen", new String(large, StandardCharsets.US_ASCII)).getException()).isNull();
        assertThat(inform("hall", GOOD).getException()).isNull();

        assertThat(rejected.list(10, null)).singleElement().satisfies(message -> {
            assertThat(message.reason()).isEqualTo("too-large");
            assertThat(message.detail()).isEqualTo("a message is at most 65536 bytes, but this one was [204800]");
            assertThat(message.payload()).hasSize(65_536);
            assertThat(message.text()).as("a payload with NUL is not text").isNull();
        });
        assertThat(counted("inform", "too-large")).isEqualTo(1);
        assertThat(counted("inform", "accepted")).isEqualTo(1);
        assertThat(versions()).containsExactly("lamp/hall 1.0");
    }

    @Test
    void whatIsRefusedIsNotLostWhileThePoolIsFull() throws SQLException {
        List<Connection> all = takeAllConnections();
        CompletableFuture<Exchange> handled = devices.asyncSend("direct:device-inform", exchange -> fill(exchange, "kitchen", "{"));
        await().pollDelay(Duration.ofSeconds(6)).until(() -> !handled.isDone());

        for (Connection connection : all) {
            connection.close();
        }

        await().atMost(PATIENCE).until(handled::isDone);
        assertThat(handled.join().getException()).isNull();
        assertThat(rejected.list(10, null)).extracting(RejectedMessage::reason).containsExactly("not-json");
    }

    @Test
    void aMessageThatCannotEvenBeKeptIsAcknowledged() {
        database.jdbc().sql("DROP TABLE ota_rejected_message").update();

        assertThat(inform("kitchen", "{").getException()).isNull();
    }

    @Test
    void aMessageThatFailedBeforeOurRouteHadItIsKeptToo() {
        Exchange inBetween = new DefaultExchange(context);
        inBetween.getMessage().setBody(GOOD);

        rejections.record("/ota/device/inform/lamp/kitchen", null, new IllegalStateException("my own step"), inBetween);

        assertThat(rejected.list(10, null)).singleElement().satisfies(message -> {
            assertThat(message.reason()).isEqualTo("internal-error");
            assertThat(message.text()).isEqualTo(GOOD);
        });
    }

    @Test
    void aMessageIsReplayedOnceItsCauseIsMended() throws Exception {
        devices.send("direct:device-inform", exchange -> {
            exchange.getMessage().setHeader(PahoMqtt5Constants.MQTT_TOPIC, "/ota/device/inform/bell/door");
            exchange.getMessage().setBody(GOOD);
        });
        RejectedMessage message = rejected.list(10, null).get(0);
        assertThat(message.reason()).isEqualTo("unknown-product");
        assertThatThrownBy(() -> rejected.replay(message.id())).isInstanceOf(RefusedMessageException.class)
                .hasMessage("there is no product [bell]");
        assertThat(rejected.list(10, null)).as("a replay that is refused adds no message").hasSize(1);
        assertThat(rejected.list(10, null).get(0).replayedAt()).isNull();

        database.jdbc().sql("INSERT INTO ota_product (product_key, dialect, created_at, updated_at) VALUES ('bell', 'sagoo', NOW(), NOW())").update();

        assertThat(rejected.replay(message.id()).orElseThrow().replayedAt()).isNotNull();
        assertThat(versions()).containsExactly("bell/door 1.0");
        assertThat(rejected.replay(message.id() + 1)).isEmpty();
    }

    private Exchange inform(String deviceKey, String payload) {
        return devices.send("direct:device-inform", exchange -> fill(exchange, deviceKey, payload));
    }

    private static void fill(Exchange exchange, String deviceKey, String payload) {
        exchange.getMessage().setHeader(PahoMqtt5Constants.MQTT_TOPIC, "/ota/device/inform/lamp/" + deviceKey);
        exchange.getMessage().setBody(payload.getBytes(StandardCharsets.UTF_8));
    }

    private void failTimes(int times, Exception failure) {
        AtomicInteger left = new AtomicInteger(times);
        broker.whenAnyExchangeReceived(exchange -> {
            if (left.getAndDecrement() > 0) {
                exchange.setException(failure);
            }
        });
    }

    private List<Optional<String>> dueWhenPushed() {
        List<Optional<String>> due = new CopyOnWriteArrayList<>();
        broker.whenAnyExchangeReceived(exchange -> due.add(dueOf("kitchen")));
        return due;
    }

    private Optional<String> dueOf(String deviceKey) {
        return database.jdbc().sql("SELECT due_at FROM ota_task WHERE device_key = :key AND due_at IS NOT NULL")
                .param("key", deviceKey).query(String.class).optional();
    }

    private void giveTask(long batch, String deviceKey) {
        database.jdbc().sql("INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at)"
                + " VALUES (:device, 'lamp', :key, 0, 0, NOW())").param("device", "lamp/" + deviceKey).param("key", deviceKey).update();
        database.jdbc().sql("INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, to_version, status,"
                + " is_open, attempt, pushes, push_number, refusals, history_count, created_at, updated_at) SELECT id, package_id, :device,"
                + " 'lamp', :key, module, to_version, 'pending', 1, 1, 0, 0, 0, 0, NOW(), NOW() FROM ota_batch WHERE id = :batch")
                .param("device", "lamp/" + deviceKey).param("key", deviceKey).param("batch", batch).update();
    }

    private String task(String deviceKey, String column) {
        return database.jdbc().sql("SELECT " + column + " FROM ota_task WHERE device_key = :key").param("key", deviceKey)
                .query(String.class).single();
    }

    private List<String> versions() {
        return database.jdbc().sql("SELECT device || ' ' || version FROM ota_device_module ORDER BY device").query(String.class).list();
    }

    private double counted(String topic, String outcome) {
        return meters.counter(MessageCounts.METER, "topic", topic, "outcome", outcome).count();
    }

    private List<Connection> takeAllConnections() throws SQLException {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < RouteTestConfiguration.POOL_SIZE; i++) {
            all.add(database.dataSource().getConnection());
        }
        return all;
    }
}
