package dev.otaroutes.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * What this process knows of a subscription's receiver: how much is on its way to it, whether it wants a rest, and whether it is unwell.
 * <p>
 * It is unwell after {@value #FAILURES} failures in a row, of whichever lanes. Then it is not asked by every lane that is due but by one,
 * and if that fails too, by the next one {@value #PAUSE_SECONDS} s later. Always so much later: the longer a lane has failed, the more
 * seldom it is due, and what others have waiting must not wait long for a receiver that is well again.
 */
final class Receiver {
    private static final Duration QUIET = Duration.ofMinutes(1);
    static final int FAILURES = 10;
    static final int PAUSE_SECONDS = 10;
    static final Duration PAUSE = Duration.ofSeconds(PAUSE_SECONDS);

    /** Answers of one that is well, to an event that it cannot use: they say nothing about the next event. */
    private static final Set<Integer> ABOUT_THE_EVENT = Set.of(400, 409, 413, 415, 422);

    private final int lanesAtOnce;
    private int lanesInUse;
    private Instant restUntil = Instant.MIN;
    private int failures;
    private Instant nextProbe = Instant.MIN;
    private String lastError;
    private boolean errorIsReceivers;
    private Instant saidAt = Instant.MIN;
    private Instant subscriptionChanged;

    /** @param lanesAtOnce so that a receiver that hangs holds this many lanes, and none of anybody else's */
    Receiver(int lanesAtOnce) {
        this.lanesAtOnce = lanesAtOnce;
    }

    /** @return how many lanes may be claimed; none if not positive */
    synchronized int free(Instant now) {
        return resting(now) ? 0 : (unwell() ? 1 : lanesAtOnce) - lanesInUse;
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

    /** Forgets that it wanted a rest or was unwell: its subscription is paused, and begins anew. */
    synchronized void reset() {
        restUntil = Instant.MIN;
        nextProbe = Instant.MIN;
        failures = 0;
    }

    /** Begins anew as well when its subscription has been changed or resumed: what it said may have been another one's word. */
    synchronized void ofSubscription(Instant changed) {
        if (subscriptionChanged != null && !subscriptionChanged.equals(changed)) {
            reset();
        }
        subscriptionChanged = changed;
    }

    /** Its subscription is deleted: it is nobody's. */
    synchronized void ofNobody() {
        subscriptionChanged = null;
    }

    /** @return whether it is this subscription's still: it has not been changed since */
    synchronized boolean isOf(Subscription subscription) {
        return subscription.updatedAt().equals(subscriptionChanged);
    }

    synchronized boolean resting(Instant now) {
        return now.isBefore(restUntil());
    }

    synchronized Instant restUntil() {
        return nextProbe.isAfter(restUntil) ? nextProbe : restUntil;
    }

    /**
     * What came of a delivery; one that could not be made, or had nothing to be posted, says nothing about the receiver.
     *
     * @return whether it begins to fail, and somebody should hear so: not again within a minute, where it takes some and not others
     */
    synchronized boolean answered(Answer answer, Instant now) {
        if (answer.delivered() && !answer.asked() && errorIsReceivers) {
            return false;
        }
        boolean begins = !answer.delivered() && lastError == null && saidAt.isBefore(now.minus(QUIET));
        errorIsReceivers = answer.asked();
        lastError = answer.error();
        saidAt = begins ? now : saidAt;
        if (answer.asked() && answer.delivered()) {
            failures = 0;
            nextProbe = Instant.MIN;
        } else if (answer.asked() && (answer.status() == null || !ABOUT_THE_EVENT.contains(answer.status()))) {
            failures++;
            if (unwell()) {
                nextProbe = now.plus(PAUSE);
            }
        }
        return begins;
    }

    /** @return null unless the latest delivery failed */
    synchronized String lastError() {
        return lastError;
    }

    private boolean unwell() {
        return failures >= FAILURES;
    }
}
