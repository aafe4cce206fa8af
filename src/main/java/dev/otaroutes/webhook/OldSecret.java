package dev.otaroutes.webhook;

import java.time.Instant;

/**
 * A secret that a rotation has replaced.
 *
 * @param secret null where it must not be shown
 * @param until  deliveries are signed with it as well
 */
public record OldSecret(String secret, Instant until) {
    OldSecret shown() {
        return new OldSecret(null, until);
    }

    /** For logs. */
    @Override
    public String toString() {
        return "a secret until " + until;
    }
}
