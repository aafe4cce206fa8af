package dev.otaroutes.operator;

import java.util.List;
import java.util.function.Function;

/**
 * One page of a list (api.md, Operator API).
 *
 * @param next what the next page starts after; null when this is the last
 */
public record Page<T>(List<T> items, String next) {
    private static final int DEFAULT_LIMIT = 100;

    /** Entries in a page: {@value #DEFAULT_LIMIT} for null. */
    static int limit(Integer asked) {
        return asked == null ? DEFAULT_LIMIT : asked;
    }

    /**
     * A page of the rows that a statement found with a limit of one more than the page has.
     *
     * @param limit  entries in the page
     * @param cursor where an entry stands in the order of the list
     */
    static <T> Page<T> of(List<T> rows, int limit, Function<T, String> cursor) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        return new Page<>(rows.subList(0, limit), cursor.apply(rows.get(limit - 1)));
    }

    /** The ID that a page starts after: 0, before the first, for null. */
    static long afterId(String after) {
        return after == null ? 0 : Long.parseLong(after);
    }

    /** The key that a page starts after: the empty text, before the first, for null. */
    static String afterKey(String after) {
        return after == null ? "" : after;
    }
}
