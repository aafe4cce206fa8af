package dev.otaroutes.event;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Locale;

/**
 * The public id of an event: {@value #PREFIX} and a ULID of 26 characters, whose upper 48 bits are the event's time and
 * whose lower 80 bits are its row. So it sorts by time, is the same on every retry, and leads back to the row.
 */
public final class EventId {
    private static final String PREFIX = "evt_";
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 26;
    private static final int BITS_PER_DIGIT = 5;
    private static final int LOWEST_DIGIT = (1 << BITS_PER_DIGIT) - 1;
    private static final int ROW_BITS = 80;
    private static final int ROW_FROM = LENGTH - ROW_BITS / BITS_PER_DIGIT;

    private EventId() {
    }

    /**
     * @param at    when the event happened; milliseconds count
     * @param rowId of {@code ota_event}, not negative
     */
    public static String of(Instant at, long rowId) {
        if (rowId < 0) {
            throw new IllegalArgumentException("an event's row must not be negative, but was [" + rowId + "]");
        }
        char[] text = new char[LENGTH];
        write(at.toEpochMilli(), text, 0, ROW_FROM);
        write(rowId, text, ROW_FROM, LENGTH);
        return PREFIX + new String(text);
    }

    private static void write(long number, char[] text, int from, int to) {
        long rest = number;
        for (int i = to - 1; i >= from; i--) {
            text[i] = DIGITS.charAt((int) (rest & LOWEST_DIGIT));
            rest >>>= BITS_PER_DIGIT;
        }
    }

    /**
     * @param eventId as {@link #of} writes it
     * @return the row of {@code ota_event}
     * @throws IllegalArgumentException if it is none
     */
    public static long rowId(String eventId) {
        if (!eventId.startsWith(PREFIX) || eventId.length() != PREFIX.length() + LENGTH) {
            throw refused(eventId);
        }
        BigInteger value = BigInteger.ZERO;
        for (char digit : eventId.substring(PREFIX.length()).toUpperCase(Locale.ROOT).toCharArray()) {
            int number = DIGITS.indexOf(digit);
            if (number < 0) {
                throw refused(eventId);
            }
            value = value.shiftLeft(BITS_PER_DIGIT).or(BigInteger.valueOf(number));
        }
        BigInteger row = value.mod(BigInteger.ONE.shiftLeft(ROW_BITS));
        if (row.bitLength() >= Long.SIZE) {
            throw refused(eventId);
        }
        return row.longValue();
    }

    private static IllegalArgumentException refused(String eventId) {
        return new IllegalArgumentException(
                "an event id is " + PREFIX + " and " + LENGTH + " characters of " + DIGITS + ", but was [" + eventId + "]");
    }
}
