package dev.otaroutes.webhook;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Events to platforms: from the outbox to the subscriptions (fan-out), and from there through the route {@code webhook} to
 * the receivers. Any number of instances may run on one database; each does its share.
 */
public final class Webhooks {
    private static final int LANES_AT_ONCE = 32;
    /** For what is on its way, and then to write down what came of it: together less than the process has for its stop. */
    private static final Duration STOP_SENDING = Duration.ofSeconds(2);
    private static final Duration STOP_WRITING = Duration.ofSeconds(1);

    private final ExecutorService workers;
    private final Subscriptions subscriptions;
    private final WebhookPost post;
    private final AccessKey accessKey;
    private final Replays replays;
    private final SecretRotation secretRotation;
    private final TestEvents testEvents;
    private final FanOut fanOut;
    private final Settlements settlements;
    private final WebhookDispatcher dispatcher;

    /**
     * Nothing here needs a connection; {@link #start()} begins the work.
     *
     * @param clientId as in {@code ota.mqtt.client-id}: one process at a time has it
     */
    public Webhooks(Database database, Sql sql, Clock clock, MeterRegistry metrics, CamelContext context, String clientId, Outgoing outgoing) {
        AtomicInteger number = new AtomicInteger();
        // Grows as it must: at most the lanes that are being sent, since a route of the integrator's may block.
        workers = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "ota-webhook-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        WebhookRoute route = new WebhookRoute(context);
        accessKey = new AccessKey(clock);
        post = new WebhookPost(new Targets(new DeviceTokens(database, sql)::find), clock, workers, outgoing);
        subscriptions = new Subscriptions(database, sql, clock, route::hasFormat, outgoing::check);
        DeliveryMeters meters = new DeliveryMeters(metrics);
        settlements = new Settlements(database, sql, clock, subscriptions, meters, this::lanesDue);
        dispatcher = new WebhookDispatcher(database, new LaneStore(database, sql), clock, subscriptions, settlements, route,
                new RetrySchedule(() -> ThreadLocalRandom.current().nextDouble()), meters, workers,
                UUID.nameUUIDFromBytes(clientId.getBytes(StandardCharsets.UTF_8)).toString(),
                LANES_AT_ONCE);
        fanOut = new FanOut(database, sql, clock, subscriptions, this::lanesDue);
        replays = new Replays(database, sql, clock, subscriptions, fanOut::wake, this::lanesDue);
        secretRotation = new SecretRotation(database, sql, clock, subscriptions);
        testEvents = new TestEvents(subscriptions, route, clock, workers);
        TimeGauge.builder("ota.outbox.age", () -> fanOut.age().toMillis(), TimeUnit.MILLISECONDS)
                .description("How long the oldest event has been waiting to be given to its subscriptions").register(metrics);
    }

    /** @return for the operator API, and for whoever asks whether {@code inform} events are wanted */
    public Subscriptions subscriptions() {
        return subscriptions;
    }

    /** @return for the operator API */
    public Replays replays() {
        return replays;
    }

    /** @return for the operator API */
    public SecretRotation secretRotation() {
        return secretRotation;
    }

    /** @return for the operator API */
    public TestEvents testEvents() {
        return testEvents;
    }

    /**
     * Adds what routes and operator API call by name, {@code webhookPost}, {@code accessKey} and {@code webhooks}, and runs as long as
     * the routes do.
     */
    public void addTo(CamelContext context) {
        context.getRegistry().bind("webhookPost", post);
        context.getRegistry().bind("accessKey", accessKey);
        context.getRegistry().bind("webhooks", this);
        HealthCheckRegistry.get(context).register(new WebhookHealth(this));
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStarted(CamelContext started) {
                start();
            }

            @Override
            public void onContextStopping(CamelContext stopping) {
                stop();
            }
        });
    }

    /** To be called when the routes are there. The database may be away still. */
    void start() {
        post.start();
        settlements.start();
        dispatcher.start();
        fanOut.start();
    }

    /** Says that events have been committed: they are on their way at once. Never blocks. */
    public void wake() {
        fanOut.wake();
    }

    /** To be called before the routes stop. Waits at most 4 s for what is on its way; the rest is sent again. */
    void stop() {
        fanOut.stop(STOP_WRITING);
        dispatcher.stop(STOP_SENDING);
        post.abort();
        settlements.stop(STOP_WRITING);
        workers.shutdown();
    }

    /** @return how long the oldest event has been waiting for its fan-out; zero if none waits */
    public Duration outboxAge() {
        return fanOut.age();
    }

    /** @return ids of the subscriptions whose latest delivery from this process failed, with the error */
    public Map<Long, String> failing() {
        return dispatcher.failing();
    }

    private void lanesDue() {
        dispatcher.wake();
    }
}
