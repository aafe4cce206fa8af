package dev.otaroutes.webhook;

import dev.otaroutes.event.EventTypes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who wants to hear of which events, and how.
 *
 * @param format      its route is {@code direct:webhook-<format>}
 * @param events      types, {@code task.*}, {@code *}
 * @param productKey  only this product's events; null for all
 * @param secret      what deliveries are signed with; null where it must not be shown
 * @param headers     sent with every delivery
 * @param paused      while it is, events are collected and nothing is sent
 * @param pauseReason null unless paused
 * @param afterEvent  the newest event when it was made: it gets later ones only
 */
public record Subscription(long id, String name, String url, String format, List<String> events, String productKey,
        String secret, Map<String, String> headers, boolean paused, String pauseReason, long afterEvent, Instant createdAt,
        Instant updatedAt) {
    /** Stands for a header's value where it must not be shown: it may be a password. */
    public static final String HIDDEN = "***";

    /** @return whether an event is one that it asks for */
    boolean wants(long eventId, String type, String product) {
        return eventId > afterEvent && (productKey == null || productKey.equals(product)) && asksFor(type);
    }

    boolean asksFor(String type) {
        return events.stream().anyMatch(pattern -> EventTypes.matches(pattern, type));
    }

    /** @return the same with nothing secret in it */
    Subscription shown() {
        Map<String, String> hidden = new TreeMap<>(headers);
        hidden.replaceAll((name, value) -> HIDDEN);
        return new Subscription(id, name, url, format, events, productKey, null, hidden, paused, pauseReason, afterEvent,
                createdAt, updatedAt);
    }

    /** For logs: no secret, no headers, and no URL, which may hold a token. */
    @Override
    public String toString() {
        return "webhook " + id + " [" + name + "]";
    }
}
