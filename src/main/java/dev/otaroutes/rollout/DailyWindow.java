package dev.otaroutes.rollout;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * The time of day at which devices are pushed to (domain.md, Rollout plan of a batch).
 *
 * @param to the first moment outside; before {@code from} where the window crosses midnight
 */
public record DailyWindow(LocalTime from, LocalTime to, ZoneId zone) {

    public boolean isOpen(Instant now) {
        LocalTime time = now.atZone(zone).toLocalTime();
        boolean begun = !time.isBefore(from);
        boolean over = !time.isBefore(to);
        return from.isBefore(to) ? begun && !over : begun || !over;
    }

    /** @return when it opens next after a moment at which it is closed; in a spring night without that hour, when the hour is over */
    public Instant opensAfter(Instant now) {
        ZonedDateTime today = now.atZone(zone).with(from);
        return (today.toInstant().isAfter(now) ? today : now.atZone(zone).toLocalDate().plusDays(1).atTime(from).atZone(zone)).toInstant();
    }
}
