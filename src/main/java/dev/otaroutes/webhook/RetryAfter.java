package dev.otaroutes.webhook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The header of RFC 9110 §10.2.3: seconds or an HTTP date. */
final class RetryAfter {
    /** Nobody means more; and a number of seconds must not leave the calendar. */
    private static final Duration LONGEST = Duration.ofDays(3);

    private RetryAfter() {
    }

    /** @return when to try again, at least now and at most three days on; null if the header is absent or neither form */
    static Instant parse(String header, Instant now) {
        if (header == null) {
            return null;
        }
        String text = header.strip();
        Instant latest = now.plus(LONGEST);
        if (text.matches("\\d+")) {
            return text.length() > 6 ? latest : earlier(latest, now.plusSeconds(Long.parseLong(text)));
        }
        try {
            Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return at.isBefore(now) ? now : earlier(latest, at);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
