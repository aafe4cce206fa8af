package dev.otaroutes.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.http.ProblemException;

/**
 * Refuses what not every database takes: NUL and half a surrogate pair, which JSON can escape, and what is too long for H2, whose columns count
 * a character beyond U+FFFF as two where the contract counts one.
 */
final class StorableText {
    private static final int SHOWN = 50;

    private StorableText() {
    }

    /** @throws ProblemException 400, if a text or a name anywhere in the body cannot be stored */
    static void check(JsonNode body) {
        check("the body", body);
    }

    /**
     * @param text null for none
     * @param most what its column takes; the contract has seen to the rest
     * @throws ProblemException 400, if it is longer
     */
    static void checkLength(String field, String text, int most) {
        if (text != null && text.length() > most) {
            throw new ProblemException(400, field + " may have " + most + " characters, of which those beyond U+FFFF, such as emoji, count as two, but ["
                    + text.substring(0, text.offsetByCodePoints(0, Math.min(SHOWN, text.codePointCount(0, text.length())))) + "…] has " + text.length());
        }
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
