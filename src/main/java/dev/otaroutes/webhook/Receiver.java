package dev.otaroutes.webhook;

import java.time.Instant;

/** What this process knows of a subscription's receiver: how much is on its way to it, and whether it wants a rest. */
final class Receiver {
    private final int lanesAtOnce;
    private int lanesInUse;
    private Instant restUntil = Instant.MIN;
    private String lastError;

    /** @param lanesAtOnce so that a receiver that hangs holds this many lanes, and none of anybody else's */
    Receiver(int lanesAtOnce) {
        this.lanesAtOnce = lanesAtOnce;
    }

    /** @return how many lanes may be claimed */
    synchronized int free(Instant now) {
        return resting(now) ? 0 : lanesAtOnce - lanesInUse;
    }

    synchronized void take(int lanes) {
        lanesInUse += lanes;
    }

    /** @return whether all were in use */
    synchronized boolean giveBack() {
        return lanesInUse-- == lanesAtOnce;
    }

    /** Nothing is sent to it until then: it answered 429 or 503 with Retry-After, or 410. */
    synchronized void rest(Instant until) {
        restUntil = until;
    }

    synchronized boolean resting(Instant now) {
        return now.isBefore(restUntil);
    }

    synchronized Instant restUntil() {
        return restUntil;
    }

    /** @param error of the latest delivery; null if it succeeded */
    synchronized void answered(String error) {
        lastError = error;
    }

    /** @return null unless the latest delivery failed */
    synchronized String lastError() {
        return lastError;
    }
}
