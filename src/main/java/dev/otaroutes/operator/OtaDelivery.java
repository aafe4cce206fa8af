package dev.otaroutes.operator;

import dev.otaroutes.store.Times;
import dev.otaroutes.webhook.Delivery;
import dev.otaroutes.webhook.KeptEvent;
import java.util.Optional;

/**
 * What became of one event for a subscription.
 *
 * @param id            decimal
 * @param eventId       the receiver's {@code webhook-id}
 * @param deviceKey     null for an event of a batch or a package
 * @param status        {@code waiting}, {@code delivered} or {@code dead}
 * @param answer        the latest HTTP status; null if there was none
 * @param error         what went wrong at the latest attempt; null if nothing did
 * @param latencyMs     of the latest attempt; null before the first
 * @param nextAttemptAt null if it waits for nothing
 */
public record OtaDelivery(String id, String eventId, String type, String deviceKey, String status, int attempts, Integer answer, String error,
                          Integer latencyMs, String createdAt, String updatedAt, String nextAttemptAt) {

    static OtaDelivery of(Delivery delivery) {
        return new OtaDelivery(Long.toString(delivery.id()), delivery.eventId(), delivery.type(), delivery.deviceKey(), delivery.status(),
                delivery.attempts(), delivery.answer(), delivery.error(), delivery.latencyMs(), Times.text(delivery.createdAt()),
                Times.text(delivery.updatedAt()), Times.text(delivery.nextAttempt()));
    }

    /** What is to be sent again, as posted: one of the two. */
    public record Replayed(String from, String status) {
    }

    /**
     * What is sent again.
     *
     * @param status   {@code dead}; null for all events that the subscription asks for
     * @param from     the first event's id; null if there is nothing to send
     * @param fromTime when it happened
     * @param events   how many events there are from there on, at most; null where only what is dead is sent
     */
    public record Replay(String webhookId, String status, String from, String fromTime, Long events) {
        static Replay of(String webhookId, String status, Optional<KeptEvent> first, Long events) {
            return new Replay(webhookId, status, first.map(KeptEvent::id).orElse(null), first.map(event -> Times.text(event.at())).orElse(null), events);
        }
    }
}
