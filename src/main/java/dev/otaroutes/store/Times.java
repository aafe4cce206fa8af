package dev.otaroutes.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Calendar;
import java.util.Locale;
import java.util.TimeZone;

/** Instants as the tables keep them: UTC, milliseconds, no zone, so that no driver or session zone can shift them. */
public final class Times {
    private static final int NANOS_A_MILLI = 1_000_000;
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** One a thread: no driver keeps it, some change it, and a new one for each column is dear. */
    private static final ThreadLocal<Calendar> UTC = ThreadLocal.withInitial(() -> Calendar.getInstance(TimeZone.getTimeZone(ZoneOffset.UTC)));

    private Times() {
    }

    /** @return what to bind; null for null */
    public static LocalDateTime toDb(Instant instant) {
        if (instant == null) {
            return null;
        }
        // Not ofInstant: it has Java 17 make the rules of UTC anew for each value.
        return LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano() / NANOS_A_MILLI * NANOS_A_MILLI, ZoneOffset.UTC);
    }

    /** @return the instant in a row's column; null for SQL NULL */
    public static Instant get(ResultSet row, String column) throws SQLException {
        // MariaDB's driver takes even a LocalDateTime through this process's zone, which loses an hour where the clocks change.
        Timestamp time = row.getTimestamp(column, UTC.get());
        return time == null ? null : time.toInstant();
    }

    /** @return the instant as the API shows it, ISO 8601 in UTC with milliseconds; null for null */
    public static String text(Instant instant) {
        return instant == null ? null : ISO.format(instant);
    }

    /** @return as {@link #text(Instant)}, of a row's column; null for SQL NULL */
    public static String text(ResultSet row, String column) throws SQLException {
        return text(get(row, column));
    }

    /** @return whether the pause is over, also if the clock has been set back meanwhile */
    static boolean passed(Instant since, Duration pause, Instant now) {
        return !now.isBefore(since.plus(pause)) || now.isBefore(since);
    }
}
