package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.webhook.Subscription;
import dev.otaroutes.webhook.Subscriptions;
import dev.otaroutes.webhook.TestEvents;
import dev.otaroutes.webhook.Webhooks;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** The operations on subscriptions to events (api.md, Events over webhooks). Every refusal is a {@link ProblemException}. */
public final class WebhookOperations {
    private final Webhooks webhooks;
    private final Subscriptions subscriptions;

    public WebhookOperations(Webhooks webhooks) {
        this.webhooks = webhooks;
        this.subscriptions = webhooks.subscriptions();
    }

    /** Makes a subscription; the answer is the only one with its secret. */
    public OtaWebhook create(@Body OtaWebhook.Posted posted) {
        StorableText.checkLength("name", posted.name(), 128);
        Subscription made = checked(() -> subscriptions.create(posted.request()));
        return OtaWebhook.of(subscriptions.get(made.id()).orElse(made), made.secret());
    }

    /** Changes a subscription to what is posted; its secret only if there is one in it. */
    public OtaWebhook change(@Variable("id") String id, @Body OtaWebhook.Posted posted) {
        StorableText.checkLength("name", posted.name(), 128);
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
     * Gives a subscription a new secret; the answer is the only one with it.
     *
     * @param posted JSON with a secret, or null or nothing: then one is made
     */
    public OtaWebhook rotateSecret(@Variable("id") String id, @Body String posted) {
        String secret = posted == null || posted.isBlank() ? null : OperatorJson.read(posted).path("secret").textValue();
        try {
            Subscription rotated = checked(() -> webhooks.secretRotation().rotate(Long.parseLong(id), secret))
                    .orElseThrow(() -> unknown(id));
            return OtaWebhook.of(subscriptions.get(rotated.id()).orElse(rotated), rotated.secret());
        } catch (IllegalStateException e) {
            throw new ProblemException(409, e.getMessage());
        }
    }

    /** Sends a test event now and answers with what the receiver said. */
    public CompletionStage<TestEvents.Tried> test(@Variable("id") String id) {
        return webhooks.testEvents().send(Long.parseLong(id)).orElseThrow(() -> unknown(id));
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
