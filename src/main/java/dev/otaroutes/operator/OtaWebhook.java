package dev.otaroutes.operator;

import dev.otaroutes.store.Times;
import dev.otaroutes.webhook.OldSecret;
import dev.otaroutes.webhook.Subscription;
import dev.otaroutes.webhook.SubscriptionRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A subscription to events as the API shows it.
 *
 * @param id          decimal
 * @param productKey  null for the events of all products
 * @param secret      only in the answer to its making or rotation, else null
 * @param oldSecretUntil deliveries are signed by a secret before it as well; null when they are not
 * @param headers     by name; their values are hidden, since one may be a password
 * @param status      {@code active} or {@code paused}
 * @param pauseReason null while it is active
 * @param replaying   {@code events} or {@code dead} while what is to be sent again is still being looked up; else null
 */
public record OtaWebhook(String id, String name, String url, String format, List<String> events, String productKey,
                         String secret, String oldSecretUntil, Map<String, String> headers, String status, String pauseReason,
                         String replaying, String createdAt, String updatedAt) {

    /** @param secret null where it must not be shown */
    static OtaWebhook of(Subscription shown, String secret) {
        return new OtaWebhook(Long.toString(shown.id()), shown.name(), shown.url(), shown.format(), shown.events(),
                shown.productKey(), secret, shown.oldSecrets().stream().map(OldSecret::until).max(Comparator.naturalOrder()).map(Times::text).orElse(null),
                shown.headers(), shown.paused() ? "paused" : "active", shown.pauseReason(), replaying(shown),
                Times.text(shown.createdAt()), Times.text(shown.updatedAt()));
    }

    private static String replaying(Subscription shown) {
        return !shown.replaying() ? null : shown.replayAfter() == null ? "dead" : "events";
    }

    /** A subscription as posted: null where nothing was. */
    public record Posted(String name, String url, String format, List<String> events, String productKey, String secret,
                         Map<String, String> headers) {

        SubscriptionRequest request() {
            return new SubscriptionRequest(name, url, format, events, productKey, secret, headers);
        }
    }
}
