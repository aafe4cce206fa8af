package dev.otaroutes.rollout;

import java.time.Duration;
import java.time.Instant;

/**
 * Pushes that a batch may make at the moment, at so many a minute (domain.md, Rollout plan of a batch).
 *
 * @param tokens what was left at {@code at}
 */
public record TokenBucket(double tokens, Instant at) {
    /** The most that it saves up, in seconds of its rate: enough for a scheduler that looks twice a second. */
    private static final double SAVED_SECONDS = 2;
    private static final double SECONDS_PER_MINUTE = 60;

    /** @return the bucket as time has filled it; a clock that went back takes nothing away */
    public TokenBucket filled(int perMinute, Instant now) {
        double seconds = Math.max(0, Duration.between(at, now).toMillis() / 1_000.0);
        double most = Math.max(1, perMinute / SECONDS_PER_MINUTE * SAVED_SECONDS);
        return new TokenBucket(Math.min(most, tokens + seconds * perMinute / SECONDS_PER_MINUTE), now);
    }

    public int whole() {
        return (int) Math.floor(tokens);
    }

    public TokenBucket without(int taken) {
        return new TokenBucket(tokens - taken, at);
    }

    /** @return when there is a whole token, if none is taken */
    public Instant next(int perMinute) {
        double seconds = Math.max(0, 1 - tokens) / perMinute * SECONDS_PER_MINUTE;
        return at.plusMillis((long) Math.ceil(seconds * 1_000));
    }
}
