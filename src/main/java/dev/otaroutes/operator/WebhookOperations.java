package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.webhook.Subscription;
import dev.otaroutes.webhook.Subscriptions;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** The operations on subscriptions to events (api.md, Events over webhooks). Every refusal is a {@link ProblemException}. */
public final class WebhookOperations {
    private final Subscriptions subscriptions;

    public WebhookOperations(Subscriptions subscriptions) {
        this.subscriptions = subscriptions;
    }

    /** Makes a subscription; the answer is the only one with its secret. */
    public OtaWebhook create(@Body OtaWebhook.Posted posted) {
        Subscription made = checked(() -> subscriptions.create(posted.request()));
        return OtaWebhook.of(subscriptions.get(made.id()).orElse(made), made.secret());
    }

    /** Changes a subscription to what is posted; its secret only if there is one in it. */
    public OtaWebhook change(@Variable("id") String id, @Body OtaWebhook.Posted posted) {
        return shown(id, checked(() -> subscriptions.update(Long.parseLong(id), posted.request())));
    }

    public OtaWebhook find(@Variable("id") String id) {
        return shown(id, subscriptions.get(Long.parseLong(id)));
    }

    /**
     * Subscriptions in the order of their making.
     *
     * @param asked entries in the page; null for the default
     * @param after null for the first page
     */
    public Page<OtaWebhook> list(@Variable("limit") Integer asked, @Variable("after") String after) {
        int limit = Page.limit(asked);
        return Page.of(subscriptions.list(Page.afterId(after), limit + 1).stream()
                .map(subscription -> OtaWebhook.of(subscription, null)).toList(), limit, OtaWebhook::id);
    }

    public void remove(@Variable("id") String id) {
        if (!subscriptions.delete(Long.parseLong(id))) {
            throw unknown(id);
        }
    }

    /** Sends again what a paused subscription has waiting, at once. */
    public OtaWebhook resume(@Variable("id") String id) {
        find(id);
        return shown(id, subscriptions.resume(Long.parseLong(id)));
    }

    /**
     * Deliveries of a subscription, the oldest first.
     *
     * @param status null for all
     * @param asked  entries in the page; null for the default
     * @param after  null for the first page
     */
    public Page<OtaWebhook.Sent> listDeliveries(@Variable("id") String id, @Variable("status") String status,
                                                    @Variable("limit") Integer asked, @Variable("after") String after) {
        find(id);
        int limit = Page.limit(asked);
        return Page.of(subscriptions.deliveries(Long.parseLong(id), status, Page.afterId(after), limit + 1).stream()
                .map(OtaWebhook.Sent::of).toList(), limit, OtaWebhook.Sent::id);
    }

    private static <T> T checked(Supplier<T> call) {
        try {
            return call.get();
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, e.getMessage());
        }
    }

    private static OtaWebhook shown(String id, Optional<Subscription> found) {
        return OtaWebhook.of(found.orElseThrow(() -> unknown(id)), null);
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(404, "there is no webhook [" + id + "]");
    }
}
