package dev.otaroutes.operator;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A path of the contract, such as {@code /packages/{id}/batches}. */
record PathTemplate(List<String> segments) {
    static PathTemplate of(String template) {
        return new PathTemplate(split(template));
    }

    /** The candidate whose template fits a path; of several the one with fewer parameters. */
    static <T> Optional<T> best(Collection<T> candidates, Function<T, PathTemplate> template, String path) {
        List<String> parts = split(path);
        return candidates.stream()
                .filter(candidate -> template.apply(candidate).fits(parts))
                .min(Comparator.comparingLong(candidate -> template.apply(candidate).parameterCount()));
    }

    boolean fits(String path) {
        return fits(split(path));
    }

    /** @return what a path that fits has in place of the parameters, percent-decoded as UTF-8 */
    Map<String, String> parameters(String path) {
        List<String> parts = split(path);
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            if (isParameter(segments.get(i))) {
                // Not URLDecoder, which takes a plus for a space.
                values.put(name(segments.get(i)), QueryStringDecoder.decodeComponent(parts.get(i).replace("+", "%2B")));
            }
        }
        return values;
    }

    private boolean fits(List<String> parts) {
        if (parts.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).isEmpty() || !isParameter(segments.get(i)) && !segments.get(i).equals(parts.get(i))) {
                return false;
            }
        }
        return true;
    }

    private long parameterCount() {
        return segments.stream().filter(PathTemplate::isParameter).count();
    }

    private static List<String> split(String path) {
        String inner = path.startsWith("/") ? path.substring(1) : path;
        return Arrays.asList((inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner).split("/", -1));
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{") && segment.endsWith("}");
    }

    private static String name(String segment) {
        return segment.substring(1, segment.length() - 1);
    }
}
