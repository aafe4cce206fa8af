package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.event.Event;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookDispatcherTest {
    private static final int LANES_AT_ONCE = 2;
    private static final String WORKER = "worker";
    private static final Answer DELIVERED = new Answer(204, null, null);
    private static final String[] DEVICES = {"a", "b", "c", "d"};
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Database database = new Database("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "", 5);
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> new Thread(work, WORKER));
    private final TestClock clock = new TestClock();
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failures = new AtomicInteger(2 * LANES_AT_ONCE);
    private Subscriptions subscriptions;
    private Settlements settlements;
    private FanOut fanOut;
    private WebhookDispatcher dispatcher;

    @BeforeEach
    void migrate() {
        database.migrate();
    }

    @AfterEach
    void stop() {
        fanOut.stop(PATIENCE);
        dispatcher.stop(PATIENCE);
        settlements.stop(PATIENCE);
        threads.shutdownNow();
        database.close();
    }

    @Test
    void lanesForWhichThereIsNoThreadAreSentWhenThereIsOne() {
        start((subscription, event) -> {
            sent.add(event.deviceKey());
            return CompletableFuture.completedFuture(DELIVERED);
        }, work -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            threads.execute(work);
        });

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(sent).containsExactlyInAnyOrder(DEVICES));
    }

    @Test
    void anErrorOfAFormatIsAFailedAttempt() {
        long id = start((subscription, event) -> {
            if (failures.getAndDecrement() > 0) {
                throw new StackOverflowError("a format that calls itself");
            }
            sent.add(event.deviceKey());
            return CompletableFuture.completedFuture(DELIVERED);
        }, threads);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(dispatcher.failing()).containsEntry(id, "a format that calls itself"));
        await().atMost(PATIENCE).until(() -> failures.get() <= 0);
        clock.advance(Duration.ofSeconds(6));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(sent).containsExactlyInAnyOrder(DEVICES));
    }

    @Test
    void aFormatThatBlocksIsAFailedAttemptAndKeepsItsPlaceUntilItReturns() {
        CountDownLatch unblocked = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        long id = start(impatient((subscription, event) -> {
            calls.incrementAndGet();
            try {
                unblocked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("the test is over", e);
            }
            sent.add(event.deviceKey());
            return CompletableFuture.completedFuture(DELIVERED);
        }), threads);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(subscriptions.deliveries(id, "waiting", 0, 10))
                .filteredOn(delivery -> delivery.attempts() == 1).hasSize(LANES_AT_ONCE)
                .allSatisfy(delivery -> assertThat(delivery.error()).startsWith("the format's route did not end within")));
        clock.advance(Duration.ofHours(1));
        await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> calls.get() == LANES_AT_ONCE);

        unblocked.countDown();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(subscriptions.deliveries(id, "delivered", 0, 10)).hasSize(DEVICES.length));
    }

    @Test
    void whatFollowsATimeOutIsTheWorkersToDo() {
        Set<String> callers = ConcurrentHashMap.newKeySet();
        long id = start(impatient((subscription, event) -> {
            callers.add(Thread.currentThread().getName());
            return new CompletableFuture<>();
        }), threads);
        new Outbox(database).write("task.progress", DEVICES);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(subscriptions.deliveries(id, "waiting", 0, 10))
                .filteredOn(delivery -> delivery.attempts() == 1).hasSize(DEVICES.length));

        clock.advance(Duration.ofDays(3));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(subscriptions.deliveries(id, "dead", 0, 10)).hasSize(DEVICES.length));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(subscriptions.deliveries(id, "waiting", 0, 10)).hasSize(DEVICES.length)
                .allSatisfy(delivery -> assertThat(delivery.attempts()).isPositive()));
        assertThat(callers).containsExactly(WORKER);
    }

    private static EventSender impatient(EventSender sender) {
        return new EventSender() {
            @Override
            public CompletionStage<Answer> send(Subscription subscription, Event event) {
                return sender.send(subscription, event);
            }

            @Override
            public <T> T attempt(Subscription subscription, Event event, Duration patience, Executor workers,
                    Function<CompletableFuture<Answer>, T> then) {
                return EventSender.super.attempt(subscription, event, Duration.ofMillis(200), workers, then);
            }
        };
    }

    private long start(EventSender sender, Executor workers) {
        Sql sql = new Sql(null, database.kind());
        DeliveryMeters meters = new DeliveryMeters(new SimpleMeterRegistry());
        subscriptions = new Subscriptions(database, sql, clock, format -> true, url -> { });
        settlements = new Settlements(database, sql, clock, subscriptions, meters, () -> dispatcher.wake());
        dispatcher = new WebhookDispatcher(database, new LaneStore(database, sql), clock, subscriptions, settlements, sender,
                new RetrySchedule(() -> 0.5), meters, workers, "test", LANES_AT_ONCE);
        fanOut = new FanOut(database, sql, clock, subscriptions, dispatcher::wake);
        settlements.start();
        dispatcher.start();
        fanOut.start();
        long id = subscriptions.create(new SubscriptionRequest("platform", "http://127.0.0.1", null, List.of("*"), null, null, null)).id();
        new Outbox(database).write("task.progress", DEVICES);
        return id;
    }
}
