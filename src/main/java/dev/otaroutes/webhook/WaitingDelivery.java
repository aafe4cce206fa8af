package dev.otaroutes.webhook;

import dev.otaroutes.event.Event;
import java.time.Instant;

/**
 * An event that one subscription has not got yet.
 *
 * @param attempts     made so far
 * @param firstAttempt null before the first
 * @param replays      how often it was opened again: what comes of this attempt counts only while that is so
 */
record WaitingDelivery(long id, String lane, int attempts, Instant firstAttempt, int replays, Event event) {
}
