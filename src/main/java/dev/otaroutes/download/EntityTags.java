package dev.otaroutes.download;

import java.util.Arrays;

/** Compares a file's strong entity tag with what conditional headers carry (RFC 9110 §8.8.3 and §13.1). */
final class EntityTags {
    private EntityTags() {
    }

    /** {@code If-Match}: strong comparison; true if absent. */
    static boolean ifMatch(String header, String etag) {
        return header == null || any(header, etag, false);
    }

    /** {@code If-None-Match}: weak comparison; true if absent. */
    static boolean ifNoneMatch(String header, String etag) {
        return header == null || !any(header, etag, true);
    }

    /** {@code If-Range}: whether a range may be answered. We send no dates, so a date never matches; nor does a weak tag. */
    static boolean ifRange(String header, String etag) {
        return header == null || header.strip().equals(etag);
    }

    private static boolean any(String header, String etag, boolean weak) {
        // A tag of ours has no comma in it, so splitting at commas cannot make one match that should not.
        return Arrays.stream(header.split(","))
                .map(String::strip)
                .anyMatch(tag -> tag.equals("*") || tag.equals(etag) || weak && tag.equals("W/" + etag));
    }
}
