package dev.otaroutes.operator;

import dev.otaroutes.store.Times;
import dev.otaroutes.webhook.Delivery;
import dev.otaroutes.webhook.Subscription;
import dev.otaroutes.webhook.SubscriptionRequest;
import java.util.List;
import java.util.Map;

/**
 * A subscription to events as the API shows it.
 *
 * @param id          decimal
 * @param productKey  null for the events of all products
 * @param secret      only in the answer to its making, else null
 * @param headers     by name; their values are hidden, since one may be a password
 * @param status      {@code active} or {@code paused}
 * @param pauseReason null while it is active
 */
public record OtaWebhook(String id, String name, String url, String format, List<String> events, String productKey,
                         String secret, Map<String, String> headers, String status, String pauseReason, String createdAt,
                         String updatedAt) {

    /** @param secret null where it must not be shown */
    static OtaWebhook of(Subscription shown, String secret) {
        return new OtaWebhook(Long.toString(shown.id()), shown.name(), shown.url(), shown.format(), shown.events(),
                shown.productKey(), secret, shown.headers(), shown.paused() ? "paused" : "active", shown.pauseReason(),
                Times.text(shown.createdAt()), Times.text(shown.updatedAt()));
    }

    /** A subscription as posted: null where nothing was. */
    public record Posted(String name, String url, String format, List<String> events, String productKey, String secret,
                         Map<String, String> headers) {

        SubscriptionRequest request() {
            return new SubscriptionRequest(name, url, format, events, productKey, secret, headers);
        }
    }

    /**
     * What became of one event for a subscription.
     *
     * @param id            decimal
     * @param eventId       the receiver's {@code webhook-id}
     * @param deviceKey     null for an event of a batch or a package
     * @param status        {@code waiting}, {@code delivered} or {@code dead}
     * @param answer        the latest HTTP status; null if there was none
     * @param error         what went wrong at the latest attempt; null if nothing did
     * @param nextAttemptAt null if it waits for nothing
     */
    public record Sent(String id, String eventId, String type, String deviceKey, String status, int attempts,
                           Integer answer, String error, String createdAt, String updatedAt, String nextAttemptAt) {

        static Sent of(Delivery delivery) {
            return new Sent(Long.toString(delivery.id()), delivery.eventId(), delivery.type(), delivery.deviceKey(),
                    delivery.status(), delivery.attempts(), delivery.answer(), delivery.error(),
                    Times.text(delivery.createdAt()), Times.text(delivery.updatedAt()), Times.text(delivery.nextAttempt()));
        }
    }
}
