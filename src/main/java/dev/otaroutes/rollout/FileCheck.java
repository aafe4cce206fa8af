package dev.otaroutes.rollout;

import java.time.Duration;

/**
 * What follows from looking at a file that is elsewhere while batches of its package are under way.
 *
 * @param failures    times in a row that it could not be downloaded, this one included
 * @param again       when it is looked at next: after so long
 * @param pauseReason why its batches pause; null: they go on
 */
public record FileCheck(int failures, Duration again, String pauseReason) {
    static final Duration EVERY = Duration.ofMinutes(10);
    static final Duration AFTER_A_FAILURE = Duration.ofMinutes(1);
    /** A server that restarts, or one lost packet, pauses nothing. */
    static final int FAILURES = 3;

    /**
     * Other bytes are a fact at once; a file that cannot be downloaded is one at the third time within some minutes. After a pause it
     * is looked at as soon as the operator goes on, and counted anew.
     *
     * @param before times in a row that it could not be downloaded before
     */
    public static FileCheck of(Finding finding, int before) {
        if (finding.fine()) {
            return new FileCheck(0, EVERY, null);
        }
        if (finding.mismatch()) {
            return new FileCheck(0, Duration.ZERO, "package-mismatch");
        }
        return before + 1 < FAILURES ? new FileCheck(before + 1, AFTER_A_FAILURE, null) : new FileCheck(0, Duration.ZERO, "package-unreachable");
    }
}
