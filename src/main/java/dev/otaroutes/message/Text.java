package dev.otaroutes.message;

/** Text as devices send it, made fit for a database column and a log line. */
public final class Text {
    private static final char REPLACEMENT = '\uFFFD';

    private Text() {
    }

    /** Drops NUL and replaces half surrogate pairs: no PostgreSQL or MariaDB column takes either. */
    public static String clean(String text) {
        if (isStorable(text)) {
            return text;
        }
        StringBuilder kept = new StringBuilder(text.length());
        text.codePoints().filter(c -> c != 0).forEach(c -> kept.appendCodePoint(isHalfPair(c) ? REPLACEMENT : c));
        return kept.toString();
    }

    /** The first {@code max} code points; a surrogate pair is never torn apart. */
    public static String cut(String text, int max) {
        return text.codePointCount(0, text.length()) > max ? text.substring(0, text.offsetByCodePoints(0, max)) : text;
    }

    /** A code point that is half a surrogate pair: JSON can escape one ({@code \ud800}), UTF-8 cannot hold it. */
    static boolean isHalfPair(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static boolean isStorable(String text) {
        return text.codePoints().noneMatch(c -> c == 0 || isHalfPair(c));
    }
}
