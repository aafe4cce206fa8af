package dev.otaroutes.webhook;

import dev.otaroutes.event.Event;
import java.time.Instant;

/**
 * An event that one subscription has not got yet.
 *
 * @param attempts     made so far
 * @param firstAttempt null before the first
 */
record WaitingDelivery(long id, String lane, int attempts, Instant firstAttempt, Event event) {
}
