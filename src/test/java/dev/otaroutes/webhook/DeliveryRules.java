package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.webhook.TestReceiver.Behaviour;
import dev.otaroutes.webhook.TestReceiver.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/** What holds for deliveries, whatever the database. */
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class DeliveryRules {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofMillis(1_500);

    private final List<AutoCloseable> open = new ArrayList<>();
    String url;
    TestInstance instance;
    Outbox outbox;
    TestReceiver receiver;

    /** @return JDBC URL of an empty database */
    abstract String newDatabase();

    abstract String username();

    abstract String password();

    @BeforeEach
    void startInstance() throws Exception {
        url = newDatabase();
        instance = newInstance();
        outbox = new Outbox(instance.database());
        receiver = newReceiver();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    TestInstance newInstance() throws Exception {
        return newInstance("ota-" + open.size());
    }

    TestInstance newInstance(String clientId) throws Exception {
        TestInstance made = new TestInstance(url, username(), password(), clientId);
        open.add(made);
        return made.start();
    }

    TestReceiver newReceiver() {
        TestReceiver made = new TestReceiver();
        open.add(made);
        return made;
    }

    Subscription subscribe(TestReceiver to, String... events) {
        return instance.subscriptions().create(new SubscriptionRequest("platform", to.url(), null, List.of(events), null, null,
                Map.of("Authorization", "Bearer platform")));
    }

    Delivery onlyDelivery(Subscription subscription) {
        List<Delivery> all = instance.subscriptions().deliveries(subscription.id(), null, 0, 10);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    static void eventually(Runnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion::run);
    }

    static void forAWhile(Runnable assertion) {
        await().during(QUIET).atMost(PATIENCE).untilAsserted(assertion::run);
    }

    static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    static String[] devices(int count) {
        return IntStream.range(0, count).mapToObj(i -> "device-" + i).toArray(String[]::new);
    }

    @Test
    void anEventIsPostedAsDocumentedAndSigned() throws Exception {
        Subscription subscription = subscribe(receiver, "task.*");

        outbox.write("task.progress", "dk");
        eventually(() -> assertThat(receiver.accepted()).hasSize(1));

        Call call = receiver.accepted().get(0);
        assertThat(call.json()).isEqualTo(new ObjectMapper().readTree("""
                {"id":"%s","type":"task.progress","time":"2026-11-23T15:04:05.123Z","sequence":1,
                 "productKey":"pk","deviceKey":"dk","module":"MCU","batchId":"3","taskId":"42","packageId":"7",
                 "data":{"status":"upgrading","step":60,"desc":"","fromVersion":"1.0.1","toVersion":"2.0.0","attempt":1}}
                """.formatted(call.webhookId())));
        assertThat(call.webhookId()).startsWith("evt_");
        assertThat(call.contentType()).isEqualTo("application/json");
        assertThat(call.authorization()).isEqualTo("Bearer platform");
        assertThat(call.signature()).isEqualTo(WebhookSecret.parse(subscription.secret())
                .sign(call.webhookId(), Long.parseLong(call.timestamp()), call.body().getBytes(StandardCharsets.UTF_8)));
        eventually(() -> assertThat(onlyDelivery(subscription)).returns("delivered", Delivery::status)
                .returns(200, Delivery::answer).returns(1, Delivery::attempts).returns(null, Delivery::error)
                .returns(call.webhookId(), Delivery::eventId).returns(null, Delivery::nextAttempt));
    }

    @Test
    void aSubscriptionGetsWhatItAsksForFromItsMakingOn() {
        outbox.write("task.progress", "dk");
        Subscription ofProduct = instance.subscriptions().create(new SubscriptionRequest("one product", receiver.url(), "standard",
                List.of("batch.*", "task.succeeded"), "other", null, null));
        TestReceiver all = newReceiver();
        subscribe(all, "*");

        outbox.writeOfBatch("batch.paused", "other");
        outbox.writeOfBatch("batch.paused", "pk");
        outbox.write("task.succeeded", "dk");

        eventually(() -> assertThat(all.accepted()).hasSize(3));
        assertThat(all.sequences("pk/dk")).as("not the one from before").containsExactly(2L);
        assertThat(receiver.accepted()).singleElement()
                .satisfies((ThrowingConsumer<Call>) call -> assertThat(call.json()).isEqualTo(new ObjectMapper().readTree("""
                        {"id":"%s","type":"batch.paused","time":"2026-11-23T15:04:05.123Z","productKey":"other",
                         "batchId":"3","packageId":"7","data":{}}
                        """.formatted(call.webhookId()))));
        assertThat(instance.subscriptions().delete(ofProduct.id())).isTrue();
        assertThat(instance.subscriptions().get(ofProduct.id())).isEmpty();
    }

    @Test
    void aDevicesEventsArriveInOrderAndOnce() {
        subscribe(receiver, "task.*");
        String[] devices = devices(30);

        for (int i = 0; i < 50; i++) {
            outbox.write("task.progress", devices);
            instance.webhooks().wake();
        }

        eventually(() -> assertThat(receiver.accepted().size()).isEqualTo(1_500));
        for (String device : devices) {
            assertThat(receiver.sequences("pk/" + device)).isEqualTo(upTo(50));
        }
        eventually(() -> assertThat(instance.deliveries("delivered")).isEqualTo(1_500));
    }

    @Test
    void twoInstancesShareTheWorkInOrder() throws Exception {
        TestInstance second = newInstance();
        subscribe(receiver, "task.*");
        // Which it looks for once a second: by then a warm process would have delivered everything.
        eventually(() -> assertThat(second.subscriptions().current()).hasSize(1));
        String[] devices = devices(100);
        receiver.behave(Behaviour.answersAfter(Duration.ofMillis(5), 204));

        for (int i = 0; i < 20; i++) {
            outbox.write("task.progress", devices);
        }

        eventually(() -> assertThat(receiver.accepted().size()).isEqualTo(2_000));
        for (String device : devices) {
            assertThat(receiver.sequences("pk/" + device)).isEqualTo(upTo(20));
        }
        eventually(() -> assertThat(instance.deliveries("delivered") + second.deliveries("delivered")).isEqualTo(2_000));
        assertThat(instance.deliveries("delivered")).as("share of the one").isPositive();
        assertThat(second.deliveries("delivered")).as("share of the other").isPositive();
    }

    @Test
    void aFailedEventIsTriedAgainBeforeTheNextOfItsDevice() {
        Subscription subscription = subscribe(receiver, "task.*");
        receiver.behave((exchange, call) -> call.device().equals("pk/sick") ? 500 : 200);

        outbox.write("task.pushed", "sick", "well");
        outbox.write("task.progress", "sick", "well");

        eventually(() -> assertThat(receiver.sequences("pk/well")).isEqualTo(upTo(2)));
        assertThat(receiver.calls()).hasSize(3);
        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "waiting", 0, 10)).hasSize(2)
                .first().satisfies(delivery -> assertThat(delivery).returns(1, Delivery::attempts).returns(500, Delivery::answer)
                        .returns("the receiver answered 500", Delivery::error)));
        assertThat(instance.webhooks().failing()).hasSizeLessThanOrEqualTo(1);
        receiver.behave(Behaviour.answers(200));
        forAWhile(() -> assertThat(receiver.calls()).hasSize(3));
        instance.clock().advance(Duration.ofSeconds(6));

        eventually(() -> assertThat(receiver.sequences("pk/sick")).isEqualTo(upTo(2)));
        List<Call> sick = receiver.calls().stream().filter(call -> call.device().equals("pk/sick")).toList();
        assertThat(sick.get(1).webhookId()).as("the same id on the retry").isEqualTo(sick.get(0).webhookId());
        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "delivered", 0, 10)).hasSize(4));
    }

    @Test
    void aDeviceWithoutATokenWaitsForItAndWhatAFormatSaysNothingOfIsDelivered() throws Exception {
        instance.addRoute("file:routes/webhooks/thingsboard.camel.yaml");
        Subscription subscription = instance.subscriptions().create(new SubscriptionRequest("platform", receiver.url() + "/{token}", "thingsboard",
                List.of("*"), null, null, null));
        outbox.write("task.progress", "dk");
        outbox.writeOfBatch("batch.started", "pk");

        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "waiting", 0, 10)).singleElement()
                .returns("{token} cannot be filled: webhook/find-token.sql finds none for [pk/dk]", Delivery::error).returns(1, Delivery::attempts));
        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "delivered", 0, 10)).singleElement()
                .returns("batch.started", Delivery::type).returns(null, Delivery::answer));
        assertThat(receiver.calls()).isEmpty();
        instance.database().jdbc().sql("INSERT INTO ota_device_tag (device, name, tag_value) VALUES ('pk/dk', 'token', 'A1')").update();
        instance.clock().advance(Duration.ofSeconds(6));

        eventually(() -> assertThat(receiver.accepted()).singleElement().returns("/hook/A1", Call::uri));
    }

    @Test
    void afterThreeDaysAnEventIsDeadAndTheNextOneGoes() {
        Subscription subscription = subscribe(receiver, "task.*");
        receiver.behave((exchange, call) -> call.sequence() == 1 ? 500 : 200);
        outbox.write("task.pushed", "dk");
        outbox.write("task.progress", "dk");
        eventually(() -> assertThat(instance.deliveries("failed")).isEqualTo(1));

        instance.clock().advance(Duration.ofDays(3));

        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(2L));
        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "dead", 0, 10))
                .singleElement().returns(2, Delivery::attempts));
    }

    @Test
    void aReceiverThatHangsOrClosesIsAFailedAttempt() {
        Subscription hanging = subscribe(receiver, "task.*");
        receiver.behave(Behaviour.hangs());
        TestReceiver cutting = newReceiver();
        cutting.behave(Behaviour.closes());
        Subscription cut = subscribe(cutting, "task.*");
        TestReceiver away = newReceiver();
        Subscription refused = subscribe(away, "task.*");
        away.close();

        outbox.write("task.progress", "dk");

        eventually(() -> assertThat(onlyDelivery(hanging).error()).isEqualTo("the receiver did not answer within 5000 ms"));
        eventually(() -> assertThat(onlyDelivery(cut).error()).startsWith("the connection failed"));
        eventually(() -> assertThat(onlyDelivery(refused).error()).startsWith("the connection failed"));
        assertThat(instance.webhooks().failing()).containsOnlyKeys(hanging.id(), cut.id(), refused.id());
        receiver.behave(Behaviour.answers(200));
        cutting.behave(Behaviour.answers(200));
        instance.clock().advance(Duration.ofSeconds(6));
        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(1L));
        eventually(() -> assertThat(cutting.sequences("pk/dk")).containsExactly(1L));
    }

    @Test
    void aReceiverThatHangsHoldsUpNobodyElse() {
        receiver.behave(Behaviour.hangs());
        subscribe(receiver, "task.*");
        List<TestReceiver> others = IntStream.range(0, 4).mapToObj(i -> newReceiver()).toList();
        others.forEach(other -> subscribe(other, "task.*"));
        long begin = System.nanoTime();

        for (int i = 0; i < 5; i++) {
            outbox.write("task.progress", devices(100));
        }

        others.forEach(other -> eventually(() -> assertThat(
                other.accepted().stream().map(Call::webhookId).distinct().count()).isEqualTo(500)));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        assertThat(receiver.accepted()).isEmpty();
    }

    @ParameterizedTest(name = "that {0}")
    @ValueSource(strings = {"answers 500", "closes", "hangs"})
    void aReceiverThatIsUnwellIsAskedOnceInAWhileHoweverManyLanesWait(String how) {
        subscribe(receiver, "task.*");
        receiver.behave(switch (how) {
            case "closes" -> Behaviour.closes();
            case "hangs" -> Behaviour.hangs();
            default -> Behaviour.answers(500);
        });
        outbox.write("task.pushed", devices(1_000));

        eventually(() -> assertThat(instance.deliveries("failed")).isGreaterThanOrEqualTo(Receiver.FAILURES));
        forAWhile(() -> assertThat(receiver.calls().size()).isBetween(Receiver.FAILURES, Receiver.FAILURES + 32));
        int first = receiver.calls().size();
        eventually(() -> assertThat(instance.deliveries("failed")).isEqualTo(first));
        for (int probe = 1; probe <= 3; probe++) {
            int calls = first + probe;
            instance.clock().advance(Receiver.PAUSE);
            eventually(() -> assertThat(instance.deliveries("failed")).isEqualTo(calls));
            forAWhile(() -> assertThat(receiver.calls().size()).isEqualTo(calls));
        }

        receiver.behave(Behaviour.answers(200));
        instance.clock().advance(Receiver.PAUSE);
        eventually(() -> assertThat(receiver.accepted().size()).isEqualTo(1_000));
        assertThat(receiver.accepted().stream().map(Call::device).distinct().count()).isEqualTo(1_000);
    }

    @Test
    void aReceiverThatRefusesSomeEventsIsSentTheOthers() {
        subscribe(receiver, "task.*");
        receiver.behave((exchange, call) -> call.device().equals("pk/well") ? 200 : 422);
        outbox.write("task.pushed", devices(100));
        eventually(() -> assertThat(instance.deliveries("failed")).isEqualTo(100));

        outbox.write("task.pushed", "well");

        eventually(() -> assertThat(receiver.sequences("pk/well")).isEqualTo(upTo(1)));
    }

    @Test
    void aReceiverThatIsGonePausesItsSubscriptionWhichCollectsUntilItIsResumed() {
        Subscription subscription = subscribe(receiver, "task.*");
        receiver.behave(Behaviour.answers(410));
        outbox.write("task.pushed", "dk");
        eventually(() -> assertThat(instance.subscriptions().get(subscription.id())).get()
                .returns(true, Subscription::paused)
                .returns("the receiver answered 410: it wants no more events", Subscription::pauseReason));

        receiver.behave(Behaviour.answers(200));
        outbox.write("task.progress", "dk", "other");
        instance.clock().advance(Duration.ofHours(2));
        forAWhile(() -> assertThat(receiver.accepted()).isEmpty());
        assertThat(instance.subscriptions().deliveries(subscription.id(), "waiting", 0, 10)).hasSize(3);

        assertThat(instance.subscriptions().resume(subscription.id())).get().returns(false, Subscription::paused);
        eventually(() -> assertThat(receiver.sequences("pk/dk")).isEqualTo(upTo(2)));
        eventually(() -> assertThat(receiver.sequences("pk/other")).isEqualTo(upTo(1)));
    }

    @Test
    void howeverMuchHasGatheredItsScheduleStartsAnew() {
        Subscription subscription = subscribe(receiver, "task.*");
        MapSqlParameterSource[] gathered = IntStream.rangeClosed(1, 2 * Subscriptions.AT_ONCE + 1).mapToObj(event ->
                new MapSqlParameterSource("webhook", subscription.id()).addValue("event", event)).toArray(MapSqlParameterSource[]::new);
        instance.database().transaction(() -> instance.database().named().batchUpdate("""
                INSERT INTO ota_delivery (webhook_id, event_id, lane, status, is_open, attempts, created_at, updated_at)
                VALUES (:webhook, :event, 'pk/dk', 'waiting', 1, 3, '2026-11-23 08:00:00', '2026-11-23 08:00:00')""", gathered));

        instance.subscriptions().resume(subscription.id());

        assertThat(instance.database().jdbc().sql("SELECT COUNT(*) FROM ota_delivery WHERE attempts = 0").query(Integer.class).single())
                .isEqualTo(2 * Subscriptions.AT_ONCE + 1);
    }

    @ParameterizedTest(name = "that answers {0}")
    @ValueSource(ints = {410, 429})
    void whatTheReceiverOfAFormerUrlSaysDoesNotStopTheNewOne(int status) {
        Subscription subscription = subscribe(receiver, "task.*");
        CountDownLatch changed = new CountDownLatch(1);
        receiver.behave((exchange, call) -> {
            awaitOpen(changed);
            exchange.getResponseHeaders().set("Retry-After", "7200");
            return status;
        });
        outbox.write("task.pushed", "dk");
        eventually(() -> assertThat(receiver.calls()).hasSize(1));

        TestReceiver next = newReceiver();
        change(subscription, next);
        changed.countDown();
        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "waiting", 0, 10)).singleElement()
                .returns(status, Delivery::answer));

        instance.clock().advance(Duration.ofSeconds(6));
        // Sooner than a receiver that is gone, or wants a rest, would be asked again.
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(next.sequences("pk/dk")).containsExactly(1L));
        assertThat(instance.subscriptions().get(subscription.id())).get().returns(false, Subscription::paused);
    }

    @Test
    void aChangeSendsWhatWaitsToTheNewUrlInOrder() {
        Subscription subscription = subscribe(receiver, "task.*");
        CountDownLatch changed = new CountDownLatch(1);
        receiver.behave((exchange, call) -> {
            awaitOpen(changed);
            return 200;
        });
        // At once: they are claimed together.
        outbox.write("task.progress", "dk", "dk", "dk", "dk", "dk");
        eventually(() -> assertThat(receiver.calls()).hasSize(1));

        TestReceiver next = newReceiver();
        change(subscription, next);
        changed.countDown();

        eventually(() -> assertThat(next.sequences("pk/dk")).containsExactly(2L, 3L, 4L, 5L));
        assertThat(receiver.calls()).hasSize(1);
        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "delivered", 0, 10)).hasSize(6));
    }

    @Test
    void ofADeletedSubscriptionNothingMoreIsSent() {
        Subscription subscription = subscribe(receiver, "task.*");
        CountDownLatch deleted = new CountDownLatch(1);
        receiver.behave((exchange, call) -> {
            if (call.device().equals("pk/dk")) {
                awaitOpen(deleted);
            }
            return call.device().equals("pk/dk") ? 200 : 500;
        });
        // At once: they are claimed together.
        outbox.write("task.progress", "dk", "dk", "dk", "dk", "dk");
        outbox.write("task.pushed", "failing");
        eventually(() -> assertThat(receiver.calls()).hasSize(2));
        eventually(() -> assertThat(instance.webhooks().failing()).containsOnlyKeys(subscription.id()));

        instance.subscriptions().delete(subscription.id());
        eventually(() -> assertThat(instance.webhooks().failing()).isEmpty());
        deleted.countDown();

        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(1L));
        forAWhile(() -> assertThat(receiver.calls()).hasSize(2));
    }

    @Test
    void aReceiverThatAsksForARestGetsIt() {
        subscribe(receiver, "task.*");
        receiver.behave(Behaviour.answers(429, "Retry-After", "600"));
        outbox.write("task.pushed", "dk");
        eventually(() -> assertThat(instance.deliveries("failed")).isEqualTo(1));

        receiver.behave(Behaviour.answers(200));
        outbox.write("task.progress", "dk", "other");
        instance.clock().advance(Duration.ofSeconds(590));
        forAWhile(() -> assertThat(receiver.accepted()).isEmpty());
        instance.clock().advance(Duration.ofSeconds(11));

        eventually(() -> assertThat(receiver.sequences("pk/dk")).isEqualTo(upTo(2)));
        eventually(() -> assertThat(receiver.sequences("pk/other")).isEqualTo(upTo(1)));
    }

    @Test
    void aRedirectIsNotFollowed() {
        TestReceiver elsewhere = newReceiver();
        Subscription subscription = subscribe(receiver, "task.*");
        receiver.behave(Behaviour.answers(307, "Location", elsewhere.url()));

        outbox.write("task.progress", "dk");

        eventually(() -> assertThat(onlyDelivery(subscription).error())
                .isEqualTo("the receiver answered 307; redirects are not followed"));
        assertThat(elsewhere.calls()).isEmpty();
    }

    @Test
    void anInstanceKilledBeforeItWroteDownADeliveryLosesNothing() throws Exception {
        subscribe(receiver, "task.*");
        TestInstance killed = instance;
        deliverOneAndKill(killed);
        instance = newInstance();
        outbox = new Outbox(instance.database());

        forAWhile(() -> assertThat(receiver.sequences("pk/dk")).as("while the lease holds").containsExactly(1L));
        instance.clock().advance(Duration.ofSeconds(61));

        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(1L, 1L));
        assertThat(receiver.accepted().get(1).webhookId()).isEqualTo(receiver.accepted().get(0).webhookId());
        forAWhile(() -> assertThat(receiver.accepted()).hasSize(2));
    }

    @Test
    void aKilledInstanceThatStartsAgainSendsAtOnceWhatItHadClaimed() throws Exception {
        TestInstance killed = newInstance("ota-a");
        instance.close();
        instance = killed;
        outbox = new Outbox(killed.database());
        subscribe(receiver, "task.*");
        deliverOneAndKill(killed);

        newInstance("ota-a");

        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(1L, 1L));
    }

    @Test
    void aStopWaitsNotLongAndWhatWasOnItsWayIsSentAgain() throws Exception {
        subscribe(receiver, "task.*");
        receiver.behave(Behaviour.hangs());
        outbox.write("task.progress", "dk");
        eventually(() -> assertThat(receiver.calls()).hasSize(1));
        long begin = System.nanoTime();

        instance.camel().stop();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
        receiver.behave(Behaviour.answers(200));
        newInstance().clock().advance(Duration.ofSeconds(6));
        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(1L));
    }

    /** Gives the subscription another receiver, and returns when that is where events go. */
    private void change(Subscription subscription, TestReceiver to) {
        instance.subscriptions().update(subscription.id(), new SubscriptionRequest("platform", to.url(), null, subscription.events(), null, null, null));
        outbox.write("task.pushed", "witness");
        eventually(() -> assertThat(to.sequences("pk/witness")).containsExactly(1L));
    }

    private static void awaitOpen(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException("the test is over", e);
        }
    }

    /** The receiver has the event, and the instance did not live to write it down. */
    private void deliverOneAndKill(TestInstance killed) {
        receiver.behave((exchange, call) -> {
            killed.kill();
            return 200;
        });
        outbox.write("task.progress", "dk");
        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(1L));
        receiver.behave(Behaviour.answers(200));
    }
}
