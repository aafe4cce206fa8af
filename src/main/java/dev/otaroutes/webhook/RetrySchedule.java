package dev.otaroutes.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * When a failed delivery is tried again (api.md, Events over webhooks): after 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, then
 * hourly until 3 days after its first attempt; each ± 10 %.
 */
final class RetrySchedule {
    static final Duration PATIENCE = Duration.ofDays(3);

    private static final List<Duration> DELAYS = List.of(Duration.ofSeconds(5), Duration.ofSeconds(30),
            Duration.ofMinutes(2), Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofHours(1));
    /** A receiver that says "at once" while it is unwell is not asked in a tight loop. */
    private static final Duration SOONEST = Duration.ofSeconds(1);
    private static final double JITTER = 0.1;

    private final DoubleSupplier random;

    /** @param random numbers from 0 to 1 */
    RetrySchedule(DoubleSupplier random) {
        this.random = random;
    }

    /**
     * @param attempts     made so far, at least 1
     * @param firstAttempt when the first was made
     * @param retryAfter   when the receiver wants to be asked again; null leaves it to the schedule
     * @return when to try again; null when it is given up
     */
    Instant next(int attempts, Instant firstAttempt, Instant retryAfter, Instant now) {
        Instant end = firstAttempt.plus(PATIENCE);
        if (!now.isBefore(end)) {
            return null;
        }
        if (retryAfter != null) {
            Instant soonest = now.plus(SOONEST);
            return retryAfter.isBefore(soonest) ? soonest : retryAfter;
        }
        Duration delay = DELAYS.get(Math.min(attempts, DELAYS.size()) - 1);
        double factor = 1 + JITTER * (2 * random.getAsDouble() - 1);
        return now.plusMillis(Math.round(delay.toMillis() * factor));
    }
}
