package dev.otaroutes.rollout;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
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
        return NumberedVersion.ORDER;
    }

    /**
     * A version that can be ordered.
     *
     * @param numbers at least two
     * @param suffix  what comes after the hyphen; null if there is none
     */
    record NumberedVersion(List<BigInteger> numbers, String suffix) {
        private static final VersionOrder ORDER = NumberedVersion::compare;
        private static final Pattern FORMAT = Pattern.compile("v?([0-9]+(?:\\.[0-9]+)+)(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?");
        private static final Pattern NUMBER = Pattern.compile("[0-9]+");
        /** A fleet runs a few versions, which are compared with each of its messages. */
        private static final LoadingCache<String, Optional<NumberedVersion>> READ = Caffeine.newBuilder().maximumSize(1_000).build(NumberedVersion::read);

        private static Optional<NumberedVersion> read(String version) {
            Matcher parts = FORMAT.matcher(version);
            return parts.matches()
                    ? Optional.of(new NumberedVersion(Arrays.stream(parts.group(1).split("\\.")).map(BigInteger::new).toList(), parts.group(2))) : Optional.empty();
        }

        private static OptionalInt compare(String a, String b) {
            NumberedVersion first = READ.get(a).orElse(null);
            NumberedVersion second = READ.get(b).orElse(null);
            if (first == null || second == null || first.numbers.size() != second.numbers.size()) {
                return OptionalInt.empty();
            }
            for (int i = 0; i < first.numbers.size(); i++) {
                int order = first.numbers.get(i).compareTo(second.numbers.get(i));
                if (order != 0) {
                    return OptionalInt.of(order);
                }
            }
            return OptionalInt.of(compareSuffixes(first.suffix, second.suffix));
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
