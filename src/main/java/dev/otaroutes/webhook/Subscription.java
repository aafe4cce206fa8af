package dev.otaroutes.webhook;

import dev.otaroutes.event.EventTypes;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who wants to hear of which events, and how.
 *
 * @param format      its route is {@code direct:webhook-<format>}
 * @param events      types, {@code task.*}, {@code *}
 * @param productKey  only this product's events; null for all
 * @param secret      what deliveries are signed with; null where it must not be shown
 * @param oldSecrets  what a rotation has replaced and deliveries are signed with as well for a while, the latest first
 * @param headers     sent with every delivery
 * @param paused      while it is, events are collected and nothing is sent
 * @param pauseReason null unless paused
 * @param afterEvent  the newest event when it was made, or before a replay: it gets later ones only
 * @param replayAfter up to this event all that it asks for is being sent again, and later ones are held back; null: there is no such replay
 * @param deadAfter   up to this event what was dead is being sent again; null: there is no such replay
 */
public record Subscription(long id, String name, String url, String format, List<String> events, String productKey,
        String secret, List<OldSecret> oldSecrets, Map<String, String> headers, boolean paused, String pauseReason, long afterEvent,
        Long replayAfter, Long deadAfter, Instant createdAt, Instant updatedAt) {
    /** Stands for a header's value where it must not be shown: it may be a password. */
    public static final String HIDDEN = "***";

    /** Shorter values of headers are no passwords, and would be found in any text. */
    private static final int SHORTEST_HIDDEN = 6;

    /** @return whether an event of now is to be given to it; while a replay has not got so far, it is left to that */
    boolean wants(long eventId, String type, String product) {
        return eventId > afterEvent && (replayAfter == null || eventId <= replayAfter) && asksFor(type, product);
    }

    boolean asksFor(String type, String product) {
        return (productKey == null || productKey.equals(product)) && asksFor(type);
    }

    boolean asksFor(String type) {
        return events.stream().anyMatch(pattern -> EventTypes.matches(pattern, type));
    }

    /** @return whether something is still to be opened that an operator wants sent again */
    public boolean replaying() {
        return replayAfter != null || deadAfter != null;
    }

    /**
     * @param timestamp Unix seconds, as in {@code webhook-timestamp}
     * @return the value of {@code webhook-signature}: by the secret, and by those that it replaced of late, separated by blanks
     */
    String sign(String webhookId, long timestamp, byte[] body) {
        return Stream.concat(Stream.of(secret), oldSecrets.stream().filter(old -> old.until().getEpochSecond() > timestamp).map(OldSecret::secret))
                .map(text -> WebhookSecret.parse(text).sign(webhookId, timestamp, body)).collect(Collectors.joining(" "));
    }

    /** As {@link #withoutSecrets(String)}. */
    Answer withoutSecrets(Answer answer) {
        return answer.error() == null ? answer : answer.saying(withoutSecrets(answer.error()));
    }

    /** A receiver may repeat in its answer what it was sent. @param text not cut yet: part of a secret is not found. @return the text without it */
    String withoutSecrets(String text) {
        String error = text;
        // "Bearer word" may come back as "word".
        List<String> secrets = headers.values().stream().flatMap(value -> Stream.of(value, value.substring(value.lastIndexOf(' ') + 1)))
                .filter(value -> value.length() >= SHORTEST_HIDDEN).sorted(Comparator.comparing(String::length).reversed()).toList();
        for (String hidden : secrets) {
            error = error.replace(hidden, HIDDEN);
        }
        return error;
    }

    /** @return the same with nothing secret in it */
    Subscription shown() {
        Map<String, String> hidden = new TreeMap<>(headers);
        hidden.replaceAll((name, value) -> HIDDEN);
        return new Subscription(id, name, url, format, events, productKey, null, oldSecrets.stream().map(OldSecret::shown).toList(), hidden, paused,
                pauseReason, afterEvent, replayAfter, deadAfter, createdAt, updatedAt);
    }

    /** For logs: no secret, no headers, and no URL, which may hold a token. */
    @Override
    public String toString() {
        return "webhook " + id + " [" + name + "]";
    }
}
