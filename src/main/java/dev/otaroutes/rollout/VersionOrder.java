package dev.otaroutes.rollout;

import java.math.BigInteger;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Tells which of two versions is the newer one, where that can be told (domain.md, Versions). */
@FunctionalInterface
public interface VersionOrder {

    /** @return negative if a comes before b, positive if after, 0 if they rank the same; empty if they are merely different */
    OptionalInt compare(String a, String b);

    /**
     * Orders {@code [v]n(.n)+[-suffix]} with equally many numbers: numbers by value, a suffix before none, suffixes as semantic
     * versioning does (dot-separated parts, numbers before words). Anything else is merely different.
     */
    static VersionOrder numbers() {
        return NumberedVersion::compare;
    }

    /** A version that can be ordered. */
    final class NumberedVersion {
        private static final Pattern FORMAT = Pattern.compile("v?([0-9]+(?:\\.[0-9]+)+)(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?");
        private static final Pattern NUMBER = Pattern.compile("[0-9]+");

        private NumberedVersion() {
        }

        private static OptionalInt compare(String a, String b) {
            var first = FORMAT.matcher(a);
            var second = FORMAT.matcher(b);
            if (!first.matches() || !second.matches()) {
                return OptionalInt.empty();
            }
            String[] left = first.group(1).split("\\.");
            String[] right = second.group(1).split("\\.");
            if (left.length != right.length) {
                return OptionalInt.empty();
            }
            for (int i = 0; i < left.length; i++) {
                int order = new BigInteger(left[i]).compareTo(new BigInteger(right[i]));
                if (order != 0) {
                    return OptionalInt.of(order);
                }
            }
            return OptionalInt.of(compareSuffixes(first.group(2), second.group(2)));
        }

        private static int compareSuffixes(String a, String b) {
            if (a == null || b == null) {
                return Boolean.compare(a == null, b == null);
            }
            String[] left = a.split("\\.");
            String[] right = b.split("\\.");
            for (int i = 0; i < Math.min(left.length, right.length); i++) {
                int order = compareParts(left[i], right[i]);
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(left.length, right.length);
        }

        private static int compareParts(String a, String b) {
            boolean aIsNumber = NUMBER.matcher(a).matches();
            boolean bIsNumber = NUMBER.matcher(b).matches();
            if (aIsNumber && bIsNumber) {
                return new BigInteger(a).compareTo(new BigInteger(b));
            }
            return aIsNumber != bIsNumber ? (aIsNumber ? -1 : 1) : a.compareTo(b);
        }
    }
}
