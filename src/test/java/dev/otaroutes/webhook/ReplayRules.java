package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.store.Times;
import dev.otaroutes.webhook.TestReceiver.Behaviour;
import dev.otaroutes.webhook.TestReceiver.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for what is sent again, whatever the database. */
abstract class ReplayRules extends DeliveryRules {
    private Replays replays() {
        return instance.webhooks().replays();
    }

    private KeptEvent event(int number) {
        return replays().find(receiver.accepted().get(number).webhookId()).orElseThrow();
    }

    private KeptEvent oldest() {
        return replays().since(Instant.EPOCH).orElseThrow();
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void aReplayFromAnEventSendsItAndAllLaterOnesAgainInOrderWithTheirIds() {
        Subscription subscription = subscribe(receiver, "task.*");
        String[] devices = devices(20);
        for (int i = 0; i < 50; i++) {
            outbox.write("task.progress", devices);
        }
        eventually(() -> assertThat(receiver.accepted()).hasSize(1_000));
        List<Call> before = List.copyOf(receiver.accepted());
        KeptEvent first = before.stream().filter(call -> call.device().equals("pk/" + devices[0]) && call.sequence() == 11)
                .map(call -> replays().find(call.webhookId()).orElseThrow()).findFirst().orElseThrow();

        assertThat(replays().countFrom(first)).as("at most: MariaDB leaves ids out").isGreaterThanOrEqualTo(800);
        assertThat(replays().begin(subscription.id(), first)).isTrue();

        eventually(() -> assertThat(receiver.accepted()).hasSize(1_800));
        for (String device : devices) {
            assertThat(receiver.sequences("pk/" + device)).isEqualTo(Stream.concat(upTo(50).stream(), range(11, 50).stream()).toList());
        }
        assertThat(receiver.accepted()).extracting(Call::webhookId).containsOnlyElementsOf(before.stream().map(Call::webhookId).toList());
        eventually(() -> assertThat(instance.subscriptions().get(subscription.id())).get().returns(false, Subscription::replaying));
        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "delivered", 0, 2_000)).hasSize(1_000)
                .allMatch(delivery -> delivery.attempts() == 1 && delivery.latencyMs() >= 0));
        forAWhile(() -> assertThat(receiver.accepted()).hasSize(1_800));
    }

    @Test
    void aReplayGivesASubscriptionWhatHappenedBeforeItsMakingAndNothingThatItDoesNotAskFor() {
        TestReceiver other = newReceiver();
        subscribe(other, "*");
        outbox.write("task.progress", "dk");
        outbox.writeOfBatch("batch.paused", "pk");
        outbox.write("version.changed", "dk");
        outbox.write("task.succeeded", "dk");
        eventually(() -> assertThat(other.accepted()).hasSize(4));
        Subscription late = subscribe(receiver, "task.*");
        forAWhile(() -> assertThat(receiver.accepted()).isEmpty());

        assertThat(replays().begin(late.id(), oldest())).isTrue();

        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(1L, 3L));
        forAWhile(() -> assertThat(receiver.accepted()).hasSize(2));
        assertThat(other.accepted()).as("of the other subscription").hasSize(4);
    }

    @Test
    void whatHappensDuringAReplayComesAfterIt() {
        Subscription subscription = subscribe(receiver, "task.*");
        String[] devices = devices(50);
        for (int i = 0; i < 40; i++) {
            outbox.write("task.progress", devices);
        }
        eventually(() -> assertThat(receiver.accepted()).hasSize(2_000));
        eventually(() -> assertThat(instance.deliveries("delivered")).isEqualTo(2_000));

        assertThat(replays().begin(subscription.id(), oldest())).isTrue();
        assertThat(replays().begin(subscription.id(), oldest())).as("a second one beside it").isFalse();
        for (int i = 0; i < 20; i++) {
            outbox.write("task.progress", devices);
            instance.webhooks().wake();
        }

        eventually(() -> assertThat(receiver.accepted()).hasSize(5_000));
        for (String device : devices) {
            assertThat(receiver.sequences("pk/" + device)).isEqualTo(Stream.concat(upTo(40).stream(), upTo(60).stream()).toList());
        }
        forAWhile(() -> assertThat(receiver.accepted()).hasSize(5_000));
    }

    @Test
    void whatIsOnItsWayArrivesAndIsSentAgainInItsTurn() throws Exception {
        Subscription subscription = subscribe(receiver, "task.*");
        CountDownLatch asked = new CountDownLatch(1);
        receiver.behave((exchange, call) -> {
            await(asked);
            return 200;
        });
        for (int i = 0; i < 5; i++) {
            outbox.write("task.progress", "dk");
        }
        eventually(() -> assertThat(receiver.calls()).hasSize(1));

        assertThat(replays().begin(subscription.id(), oldest())).isTrue();
        eventually(() -> assertThat(instance.subscriptions().get(subscription.id())).get().returns(false, Subscription::replaying));
        asked.countDown();

        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "delivered", 0, 10)).hasSize(5));
        List<Long> arrived = receiver.sequences("pk/dk");
        assertThat(arrived.subList(0, arrived.size() - 5)).isNotEmpty().isEqualTo(upTo(arrived.size() - 5));
        assertThat(arrived.subList(arrived.size() - 5, arrived.size())).isEqualTo(upTo(5));
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aReplayMakesWhatWaitsToBeTriedAgainDueAtOnce() {
        Subscription subscription = subscribe(receiver, "task.*");
        receiver.behave(Behaviour.answers(500));
        outbox.write("task.pushed", "dk");
        outbox.write("task.progress", "dk");
        eventually(() -> assertThat(instance.deliveries("failed")).isEqualTo(1));
        receiver.behave(Behaviour.answers(200));
        forAWhile(() -> assertThat(receiver.accepted()).isEmpty());

        assertThat(replays().begin(subscription.id(), oldest())).isTrue();

        eventually(() -> assertThat(receiver.sequences("pk/dk")).isEqualTo(upTo(2)));
    }

    @Test
    void aPausedSubscriptionIsReplayedWhenItIsResumed() {
        Subscription subscription = subscribe(receiver, "task.*");
        outbox.write("task.pushed", "dk");
        eventually(() -> assertThat(receiver.accepted()).hasSize(1));
        receiver.behave(Behaviour.answers(410));
        outbox.write("task.progress", "dk");
        eventually(() -> assertThat(instance.subscriptions().get(subscription.id())).get().returns(true, Subscription::paused));
        receiver.behave(Behaviour.answers(200));

        assertThat(replays().begin(subscription.id(), oldest())).isTrue();
        forAWhile(() -> assertThat(receiver.accepted()).hasSize(1));
        instance.subscriptions().resume(subscription.id());

        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(1L, 1L, 2L));
    }

    @Test
    void aTimeLeadsToTheFirstEventThatHappenedThenOrLater() {
        Instant noon = Instant.parse("2026-11-24T12:00:00Z");
        assertThat(replays().since(noon)).as("there is none").isEmpty();
        for (int minute = 0; minute < 300; minute++) {
            // Some are a little early, as where another instance's clock is behind.
            outbox.setTime(noon.plus(Duration.ofMinutes(minute)).minusSeconds(minute % 7 == 3 ? 2 : 0));
            outbox.write("task.progress", "dk");
            if (minute % 10 == 9) {
                // What housekeeping or a rollback leaves.
                instance.database().jdbc().sql("DELETE FROM ota_event WHERE sequence = :sequence").param("sequence", minute).update();
            }
        }

        assertThat(replays().since(Instant.EPOCH).orElseThrow().at()).isEqualTo(noon);
        for (int minute = 0; minute < 300; minute += 5) {
            Instant time = noon.plus(Duration.ofMinutes(minute)).minusSeconds(30);
            KeptEvent first = replays().since(time).orElseThrow();
            assertThat(first.at()).as("since %s", time).isAfterOrEqualTo(time);
            assertThat(instance.database().jdbc().sql("SELECT COUNT(*) FROM ota_event WHERE id < :id AND at >= :time").param("id", first.rowId())
                    .param("time", Times.toDb(time)).query(Integer.class).single()).as("left out").isZero();
        }
        assertThat(replays().since(noon.plus(Duration.ofHours(6)))).isEmpty();
        Instant tomorrow = instance.clock().instant().plus(Duration.ofDays(1));
        assertThatThrownBy(() -> replays().since(tomorrow)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from must not be later than now");
    }

    @Test
    void whatIsDeadIsListedAndSentAgainAllOfItInOrder() {
        Subscription subscription = subscribe(receiver, "task.*");
        receiver.behave((exchange, call) -> call.sequence() <= 3 ? 503 : 200);
        for (int i = 0; i < 4; i++) {
            outbox.write("task.progress", "dk");
        }
        giveUp(subscription, 3);
        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(4L));
        receiver.behave(Behaviour.answers(200));

        KeptEvent first = replays().firstDead(subscription.id()).orElseThrow();
        assertThat(replays().beginDead(subscription.id(), first)).isTrue();

        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(4L, 1L, 2L, 3L));
        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "delivered", 0, 10)).hasSize(4));
        assertThat(replays().firstDead(subscription.id())).isEmpty();
        forAWhile(() -> assertThat(receiver.accepted()).hasSize(4));
    }

    @Test
    void oneDeliveryIsSentAgainWhateverItsStatus() {
        Subscription subscription = subscribe(receiver, "task.*");
        receiver.behave((exchange, call) -> call.sequence() == 1 ? 500 : 200);
        outbox.write("task.pushed", "dk");
        outbox.write("task.progress", "dk");
        giveUp(subscription, 1);
        eventually(() -> assertThat(receiver.sequences("pk/dk")).containsExactly(2L));
        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "delivered", 0, 10)).hasSize(1));
        Delivery dead = instance.subscriptions().deliveries(subscription.id(), "dead", 0, 10).get(0);
        Delivery delivered = instance.subscriptions().deliveries(subscription.id(), "delivered", 0, 10).get(0);

        assertThat(replays().deliver(subscription.id(), dead.id())).get().returns(0, Delivery::attempts);
        eventually(() -> assertThat(instance.subscriptions().delivery(subscription.id(), dead.id())).get().returns(1, Delivery::attempts)
                .returns("waiting", Delivery::status).returns(500, Delivery::answer).satisfies(delivery -> assertThat(delivery.latencyMs()).isNotNull()));
        receiver.behave(Behaviour.answers(200));
        replays().deliver(subscription.id(), dead.id());
        eventually(() -> assertThat(receiver.sequences("pk/dk")).as("the dead one, at once").containsExactly(2L, 1L));
        replays().deliver(subscription.id(), delivered.id());
        eventually(() -> assertThat(receiver.sequences("pk/dk")).as("and the delivered one").containsExactly(2L, 1L, 2L));

        assertThat(replays().deliver(subscription.id(), 4711)).isEmpty();
        assertThat(replays().deliver(4711, dead.id())).as("of another subscription").isEmpty();
    }

    /** So many are given up, one after the other. */
    private void giveUp(Subscription subscription, int deliveries) {
        for (int dead = 0; dead < deliveries; dead++) {
            double failed = dead + 1.0;
            eventually(() -> assertThat(instance.deliveries("failed")).isEqualTo(failed));
            instance.clock().advance(Duration.ofDays(3));
            int given = dead + 1;
            eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "dead", 0, 10)).hasSize(given));
        }
    }

    @Test
    void aReplayWhoseInstanceIsKilledInTheMiddleIsFinishedByAnother() throws Exception {
        Subscription subscription = subscribe(receiver, "task.*");
        String[] devices = devices(100);
        for (int i = 0; i < 60; i++) {
            outbox.write("task.progress", devices);
        }
        eventually(() -> assertThat(receiver.accepted()).hasSize(6_000));
        eventually(() -> assertThat(instance.deliveries("delivered")).isEqualTo(6_000));
        int before = receiver.accepted().size();
        TestInstance killed = instance;
        CountDownLatch dead = new CountDownLatch(1);
        receiver.behave((exchange, call) -> {
            killed.kill();
            dead.countDown();
            throw new IOException("killed");
        });

        try (Connection connection = DriverManager.getConnection(url, username(), password())) {
            // Else a fast database is through before the first call is answered.
            lockLastDelivery(connection);
            assertThat(replays().begin(subscription.id(), oldest())).isTrue();
            assertThat(dead.await(30, TimeUnit.SECONDS)).isTrue();
        }
        receiver.behave(Behaviour.answers(200));
        TestInstance next = new TestInstance(url, username(), password(), "ota-next");
        assertThat(next.subscriptions().load(subscription.id())).get().returns(true, Subscription::replaying);
        next.close();
        instance = newInstance();
        instance.clock().advance(Duration.ofSeconds(61));

        eventually(() -> assertThat(distinctAfter(before)).hasSize(6_000));
        for (String device : devices) {
            assertThat(firstOccurrences(receiver.sequences("pk/" + device).subList(60, receiver.sequences("pk/" + device).size()))).isEqualTo(upTo(60));
        }
        eventually(() -> assertThat(instance.subscriptions().get(subscription.id())).get().returns(false, Subscription::replaying));
    }

    /** Until the connection is closed, a replay that comes to it waits. */
    private static void lockLastDelivery(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            long last;
            try (ResultSet row = statement.executeQuery("SELECT MAX(id) FROM ota_delivery")) {
                row.next();
                last = row.getLong(1);
            }
            statement.executeQuery("SELECT id FROM ota_delivery WHERE id = " + last + " FOR UPDATE").close();
        }
    }

    private Set<String> distinctAfter(int calls) {
        List<Call> all = List.copyOf(receiver.accepted());
        return new HashSet<>(all.subList(calls, all.size()).stream().map(Call::webhookId).toList());
    }

    private static List<Long> firstOccurrences(List<Long> sequences) {
        return new ArrayList<>(new LinkedHashSet<>(sequences));
    }

    @Test
    void deliveriesAreFoundByDeviceAndByEvent() {
        Subscription subscription = subscribe(receiver, "*");
        outbox.write("task.progress", "a", "b");
        outbox.write("task.progress", "a", "b");
        outbox.writeOfBatch("batch.paused", "pk");
        eventually(() -> assertThat(instance.subscriptions().deliveries(subscription.id(), "delivered", 0, 10)).hasSize(5));
        String eventId = event(2).id();

        assertThat(find(subscription, new DeliveryFilter(null, "pk", "b", null), 0)).hasSize(2).allMatch(delivery -> delivery.deviceKey().equals("b"));
        assertThat(find(subscription, new DeliveryFilter("dead", "pk", "b", null), 0)).isEmpty();
        assertThat(find(subscription, new DeliveryFilter(null, null, null, eventId), 0)).singleElement().returns(eventId, Delivery::eventId);
        List<Delivery> all = find(subscription, new DeliveryFilter(null, null, null, null), 0);
        assertThat(find(subscription, new DeliveryFilter("delivered", null, null, null), all.get(1).id())).isEqualTo(all.subList(2, 5));
        assertThat(find(subscription, new DeliveryFilter(null, null, null, eventId), all.get(4).id())).as("the page after the only one").isEmpty();
    }

    private List<Delivery> find(Subscription subscription, DeliveryFilter filter, long after) {
        return instance.subscriptions().find(subscription.id(), filter, after, 10);
    }

    @Test
    void aTestEventIsPostedAtOnceAndNotStored() throws Exception {
        Subscription subscription = subscribe(receiver, "task.*");
        receiver.behave(Behaviour.answers(410));
        outbox.write("task.pushed", "dk");
        eventually(() -> assertThat(instance.subscriptions().get(subscription.id())).get().returns(true, Subscription::paused));
        receiver.behave(Behaviour.answers(204));

        TestEvents.Tried tried = instance.webhooks().testEvents().send(subscription.id()).orElseThrow().toCompletableFuture().get(30, TimeUnit.SECONDS);

        Call call = receiver.accepted().get(0);
        assertThat(tried).returns(true, TestEvents.Tried::delivered).returns(204, TestEvents.Tried::answer).returns(null, TestEvents.Tried::error)
                .returns(call.webhookId(), TestEvents.Tried::eventId);
        assertThat(call.json().get("type").asText()).isEqualTo("webhook.test");
        assertThat(call.json().get("data")).isEqualTo(new ObjectMapper().readTree("{\"webhookId\":\"" + subscription.id() + "\",\"name\":\"platform\"}"));
        assertThat(call.signature()).isEqualTo(WebhookSecret.parse(subscription.secret())
                .sign(call.webhookId(), Long.parseLong(call.timestamp()), call.body().getBytes(StandardCharsets.UTF_8)));
        assertThat(instance.database().jdbc().sql("SELECT COUNT(*) FROM ota_event").query(Integer.class).single()).isEqualTo(1);
        assertThat(instance.subscriptions().get(subscription.id())).get().returns(true, Subscription::paused);
        assertThat(instance.webhooks().testEvents().send(4711)).isEmpty();
    }

    @Test
    void aTestEventsAnswerSaysWhatWentWrongWithoutTheSubscriptionsSecrets() throws Exception {
        Subscription subscription = instance.subscriptions().create(new SubscriptionRequest("platform", receiver.url(), null, List.of("*"), null, null,
                Map.of("Authorization", "Bearer letmein-4711")));
        receiver.behave((exchange, call) -> {
            byte[] body = ("unknown user " + exchange.getRequestHeaders().getFirst("Authorization").split(" ")[1]).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(401, body.length);
            exchange.getResponseBody().write(body);
            return 401;
        });

        TestEvents.Tried tried = instance.webhooks().testEvents().send(subscription.id()).orElseThrow().toCompletableFuture().get(30, TimeUnit.SECONDS);

        assertThat(tried).returns(false, TestEvents.Tried::delivered).returns(401, TestEvents.Tried::answer)
                .returns("the receiver answered 401: unknown user ***", TestEvents.Tried::error);
        receiver.behave(Behaviour.hangs());
        assertThat(instance.webhooks().testEvents().send(subscription.id()).orElseThrow().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .returns(false, TestEvents.Tried::delivered).returns(null, TestEvents.Tried::answer)
                .returns("the receiver did not answer within 5000 ms", TestEvents.Tried::error)
                .satisfies(late -> assertThat(late.latencyMs()).isBetween(4_900L, 20_000L));
    }

    @Test
    void aRotatedSecretGoesOnForADay() {
        Subscription subscription = subscribe(receiver, "task.*");
        Subscription rotated = instance.webhooks().secretRotation().rotate(subscription.id(), null).orElseThrow();
        outbox.write("task.pushed", "dk");
        eventually(() -> assertThat(receiver.accepted()).hasSize(1));
        assertSignedBy(receiver.accepted().get(0), rotated.secret(), subscription.secret());

        instance.clock().advance(Duration.ofHours(23));
        Subscription again = instance.webhooks().secretRotation().rotate(subscription.id(), null).orElseThrow();
        outbox.write("task.progress", "dk");
        eventually(() -> assertThat(receiver.accepted()).hasSize(2));
        assertSignedBy(receiver.accepted().get(1), again.secret(), rotated.secret(), subscription.secret());

        instance.clock().advance(Duration.ofHours(2));
        outbox.write("task.progress", "dk");
        eventually(() -> assertThat(receiver.accepted()).hasSize(3));
        assertSignedBy(receiver.accepted().get(2), again.secret(), rotated.secret());
        instance.clock().advance(Duration.ofHours(23));
        outbox.write("task.progress", "dk");
        eventually(() -> assertThat(receiver.accepted()).hasSize(4));
        assertSignedBy(receiver.accepted().get(3), again.secret());
    }

    private static void assertSignedBy(Call call, String... secrets) {
        assertThat(call.signature().split(" ")).containsExactly(Stream.of(secrets).map(secret -> WebhookSecret.parse(secret)
                .sign(call.webhookId(), Long.parseLong(call.timestamp()), call.body().getBytes(StandardCharsets.UTF_8))).toArray(String[]::new));
    }
}
