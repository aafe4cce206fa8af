package dev.otaroutes.webhook;

import java.time.Instant;

/**
 * What became of one event for one subscription.
 *
 * @param eventId     the event's public id, the receiver's {@code webhook-id}
 * @param deviceKey   null for an event of a batch or package
 * @param status      {@code waiting}, {@code delivered} or {@code dead}
 * @param answer      the latest HTTP status; null if there was none
 * @param error       what went wrong at the latest attempt; null if nothing did
 * @param latencyMs   how long the latest attempt took until it was answered or given up; null before the first
 * @param nextAttempt when its lane is sent again; null if it waits for nothing
 */
public record Delivery(long id, String eventId, String type, String deviceKey, String status, int attempts, Integer answer,
        String error, Integer latencyMs, Instant createdAt, Instant updatedAt, Instant nextAttempt) {
}
