package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookDispatcherTest {
    private static final int LANES_AT_ONCE = 2;
    private static final Answer DELIVERED = new Answer(204, null, null);
    private static final String[] DEVICES = {"a", "b", "c", "d"};
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Database database = new Database("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "", 5);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TestClock clock = new TestClock();
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failures = new AtomicInteger(2 * LANES_AT_ONCE);
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

    private long start(EventSender sender, Executor workers) {
        Sql sql = new Sql(null, database.kind());
        DeliveryMeters meters = new DeliveryMeters(new SimpleMeterRegistry());
        Subscriptions subscriptions = new Subscriptions(database, sql, clock, format -> true, url -> { });
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
