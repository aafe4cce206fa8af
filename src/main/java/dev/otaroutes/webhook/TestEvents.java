package dev.otaroutes.webhook;

import dev.otaroutes.event.Event;
import dev.otaroutes.event.EventId;
import dev.otaroutes.event.EventTypes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Tries subscriptions (api.md, Operator API): an event of type {@value EventTypes#TEST} goes at once the way of all events, through the
 * format's route and signed, but is never stored and not repeated. It belongs to no device.
 */
public final class TestEvents {
    /** For an event that must name a product, of a subscription for all of them. */
    private static final String NO_PRODUCT = "test";

    private final Subscriptions subscriptions;
    private final EventSender sender;
    private final Clock clock;
    private final Executor workers;
    private final SecureRandom random = new SecureRandom();

    /**
     * What the receiver made of it.
     *
     * @param eventId   the {@code webhook-id}
     * @param answer    HTTP status; null if there was none
     * @param error     null if it was delivered
     * @param latencyMs until it was answered or given up
     */
    public record Tried(boolean delivered, String eventId, Integer answer, String error, long latencyMs) {
    }

    /** @param workers runs what may block in a route of the integrator's */
    TestEvents(Subscriptions subscriptions, EventSender sender, Clock clock, Executor workers) {
        this.subscriptions = subscriptions;
        this.sender = sender;
        this.clock = clock;
        this.workers = workers;
    }

    /** Also to a paused subscription. @return within 30 s, without failing; empty if there is no such subscription */
    public Optional<CompletionStage<Tried>> send(long webhookId) {
        return subscriptions.load(webhookId).map(this::send);
    }

    private CompletionStage<Tried> send(Subscription subscription) {
        Instant now = clock.instant();
        // A row that no event will have: whoever drops what came before does not take it for another one.
        long row = random.nextLong() & Long.MAX_VALUE;
        Event event = new Event(row, EventTypes.TEST, now, null, subscription.productKey() == null ? NO_PRODUCT : subscription.productKey(),
                null, null, null, null, null, Map.of("webhookId", Long.toString(subscription.id()), "name", subscription.name()));
        long begun = System.nanoTime();
        EventSender onWorker = (to, what) -> CompletableFuture.supplyAsync(() -> sender.send(to, what), workers).thenCompose(stage -> stage);
        return onWorker.attempt(subscription, event, LaneSending.PATIENCE, workers)
                .thenApply(answer -> tried(subscription, EventId.of(now, row), answer, (System.nanoTime() - begun) / 1_000_000));
    }

    private static Tried tried(Subscription subscription, String eventId, Answer answer, long latencyMs) {
        if (answer.delivered() && answer.status() == null) {
            return new Tried(false, eventId, null, "nothing was posted: the format [" + subscription.format() + "] leaves events of type ["
                    + EventTypes.TEST + "] out", latencyMs);
        }
        return new Tried(answer.delivered(), eventId, answer.status(), answer.error(), latencyMs);
    }
}
