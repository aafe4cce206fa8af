package dev.otaroutes.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.http.ProblemException;

/** Refuses what JSON can escape but no PostgreSQL or MariaDB column takes: NUL, and half a surrogate pair. */
final class StorableText {
    private StorableText() {
    }

    /** @throws ProblemException 400, if a text or a name anywhere in the body cannot be stored */
    static void check(JsonNode body) {
        check("the body", body);
    }

    private static void check(String field, JsonNode node) {
        if (node.isTextual()) {
            check(field, node.textValue());
        } else if (node.isArray()) {
            node.forEach(item -> check(field, item));
        } else {
            node.properties().forEach(property -> {
                check("a name in " + field, property.getKey());
                check("[" + property.getKey() + "]", property.getValue());
            });
        }
    }

    private static void check(String field, String text) {
        if (text.codePoints().anyMatch(c -> c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new ProblemException(400, field + " must not have NUL or half a surrogate pair, but was ["
                    + text.codePoints().mapToObj(StorableText::shown).reduce("", String::concat) + "]");
        }
    }

    private static String shown(int c) {
        return c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE
                ? String.format("\\u%04x", c) : Character.toString(c);
    }
}
