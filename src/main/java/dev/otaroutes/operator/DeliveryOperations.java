package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.webhook.DeliveryFilter;
import dev.otaroutes.webhook.KeptEvent;
import dev.otaroutes.webhook.Replays;
import dev.otaroutes.webhook.Subscriptions;
import dev.otaroutes.webhook.Webhooks;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** The operations on what subscriptions were sent (api.md, Operator API). Every refusal is a {@link ProblemException}. */
public final class DeliveryOperations {
    private static final String EVENT_ID = "evt_";
    private static final String DEAD = "dead";

    private final Subscriptions subscriptions;
    private final Replays replays;

    public DeliveryOperations(Webhooks webhooks) {
        this.subscriptions = webhooks.subscriptions();
        this.replays = webhooks.replays();
    }

    /**
     * Deliveries of a subscription, those of the oldest events first.
     *
     * @param status null for all, as the other filters
     * @param asked  entries in the page; null for the default
     * @param after  null for the first page
     */
    public Page<OtaDelivery> list(@Variable("id") String id, @Variable("status") String status, @Variable("productKey") String productKey,
                                  @Variable("deviceKey") String deviceKey, @Variable("eventId") String eventId,
                                  @Variable("limit") Integer asked, @Variable("after") String after) {
        requireWebhook(id);
        int limit = Page.limit(asked);
        try {
            DeliveryFilter filter = new DeliveryFilter(status, productKey, deviceKey, eventId);
            return Page.of(subscriptions.find(Long.parseLong(id), filter, Page.afterId(after), limit + 1).stream()
                    .map(OtaDelivery::of).toList(), limit, OtaDelivery::id);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, e.getMessage());
        }
    }

    public OtaDelivery find(@Variable("id") String id, @Variable("deliveryId") String deliveryId) {
        requireWebhook(id);
        return subscriptions.delivery(Long.parseLong(id), Long.parseLong(deliveryId)).map(OtaDelivery::of)
                .orElseThrow(() -> unknown(id, deliveryId));
    }

    /** Sends one delivery again, or at once if it waits to be tried again. */
    public OtaDelivery deliver(@Variable("id") String id, @Variable("deliveryId") String deliveryId) {
        requireWebhook(id);
        return replays.deliver(Long.parseLong(id), Long.parseLong(deliveryId)).map(OtaDelivery::of)
                .orElseThrow(() -> unknown(id, deliveryId));
    }

    /** Remembers that events are to be sent again, and says from where on; they are sent behind the answer. */
    public OtaDelivery.Replay replay(@Variable("id") String id, @Body OtaDelivery.Replayed posted) {
        requireWebhook(id);
        if ((posted.from() == null) == (posted.status() == null)) {
            throw new ProblemException(400, "a replay is either {\"from\":\"<time or event's id>\"} or {\"status\":\"dead\"}");
        }
        long webhookId = Long.parseLong(id);
        if (posted.status() != null) {
            if (!DEAD.equals(posted.status())) {
                throw new ProblemException(400, "status must be dead, but was [" + posted.status() + "]");
            }
            Optional<KeptEvent> first = replays.firstDead(webhookId);
            first.ifPresent(event -> requireBegun(id, replays.beginDead(webhookId, event)));
            return OtaDelivery.Replay.of(id, DEAD, first, null);
        }
        Optional<KeptEvent> first = first(posted.from());
        first.ifPresent(event -> requireBegun(id, replays.begin(webhookId, event)));
        return OtaDelivery.Replay.of(id, null, first, first.map(replays::countFrom).orElse(0L));
    }

    /** @return empty if nothing has happened since */
    private Optional<KeptEvent> first(String from) {
        try {
            return from.startsWith(EVENT_ID) ? Optional.of(replays.find(from).orElseThrow(() -> new ProblemException(404, "there is no event [" + from
                    + "]; it may have been removed, see ota.keep.events-days"))) : replays.since(Instant.parse(from));
        } catch (DateTimeParseException e) {
            throw new ProblemException(400, "from must be a time such as 2026-11-23T15:04:05.123Z or an event's id, evt_…, but was [" + from + "]");
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, e.getMessage());
        }
    }

    private void requireWebhook(String id) {
        if (subscriptions.get(Long.parseLong(id)).isEmpty()) {
            throw new ProblemException(404, "there is no webhook [" + id + "]");
        }
    }

    private static void requireBegun(String id, boolean begun) {
        if (!begun) {
            throw new ProblemException(409, "webhook [" + id + "] is being replayed already; wait until its [replaying] is gone");
        }
    }

    private static ProblemException unknown(String id, String deliveryId) {
        return new ProblemException(404, "webhook [" + id + "] has no delivery [" + deliveryId + "]");
    }
}
