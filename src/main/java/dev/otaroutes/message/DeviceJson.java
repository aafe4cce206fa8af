package dev.otaroutes.message;

import static dev.otaroutes.message.RefusedMessageException.shown;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A message from a device, {@code {"id":…,"params":{…}}}, read with the tolerance that inform and progress share:
 * unknown fields are ignored, of a repeated field the last one counts, a byte order mark is skipped.
 *
 * @param id     null when absent, null or empty
 * @param numericId whether it was sent as a number and is one still: an echo must not change its type
 * @param params never null; empty when absent
 */
record DeviceJson(String id, boolean numericId, JsonNode params) {
    /** The largest message, in bytes (domain.md, Bad input). */
    static final int MAX_BYTES = 64 * 1024;
    /** The longest id and strategy that are kept, in code points: SDKs send a counter or a UUID. */
    static final int MAX_TOKEN = 64;
    /** The deepest nesting that is read; ours has two levels. */
    static final int MAX_DEPTH = 64;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    // Numbers keep their digits: an id 1.50 is not 1.5.
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build()).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** @throws RefusedMessageException {@code too-large}, {@code not-json}, {@code not-an-object} or {@code bad-id} */
    static DeviceJson parse(byte[] json) {
        JsonNode root = root(json);
        JsonNode params = root.path("params");
        String id = token(root, "id");
        return new DeviceJson(id, root.path("id").isNumber() && root.path("id").asText().equals(id),
                isAbsent(params) ? JsonNodeFactory.instance.objectNode() : object("params", params));
    }

    /**
     * The whole message, for those that are no {@code {"id":…,"params":…}}.
     *
     * @throws RefusedMessageException {@code too-large}, {@code not-json} or {@code not-an-object}
     */
    static JsonNode root(byte[] json) {
        int length = json == null ? 0 : json.length;
        if (length > MAX_BYTES) {
            throw new RefusedMessageException("too-large",
                    "a message is at most " + MAX_BYTES + " bytes, but this one was [" + length + "]");
        }
        if (length == 0) {
            throw new RefusedMessageException("not-json", "a message must be a JSON object, but was empty []");
        }
        return object("message", read(text(json)));
    }

    /** The module that the message is about; {@code default} when it names none (protocol.md §2). */
    String module() {
        String module = string("module", "bad-key");
        return module == null || module.isEmpty() ? Keys.DEFAULT_MODULE : Keys.check("params.module", module);
    }

    /**
     * A text of params, as it was sent; null when absent or null.
     *
     * @throws RefusedMessageException {@code reason}, if it is something else than text
     */
    String string(String field, String reason) {
        JsonNode value = params.path(field);
        if (isAbsent(value)) {
            return null;
        }
        if (!value.isTextual()) {
            throw new RefusedMessageException(reason, "params." + field + " must be a string, but was " + shown(value));
        }
        return value.textValue();
    }

    /**
     * What some devices send as a string and others as a number: its text, fit for a column; null when absent or empty.
     *
     * @throws RefusedMessageException {@code bad-<field>}, if it is neither
     */
    static String token(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (isAbsent(value)) {
            return null;
        }
        if (!value.isTextual() && !value.isNumber()) {
            throw new RefusedMessageException("bad-" + field,
                    field + " must be a string or a number, but was " + shown(value));
        }
        String text = Text.cut(Text.clean(value.asText()), MAX_TOKEN);
        return text.isEmpty() ? null : text;
    }

    static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static JsonNode object(String what, JsonNode value) {
        if (!value.isObject()) {
            throw new RefusedMessageException("not-an-object", what + " must be a JSON object, but was " + shown(value));
        }
        return value;
    }

    // Jackson would guess UTF-16 or UTF-32 from the bytes and let broken UTF-8 through in places: JSON is UTF-8.
    private static String text(byte[] json) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
        } catch (CharacterCodingException e) {
            throw new RefusedMessageException("not-json", "a message must be UTF-8, but began with the bytes ["
                    + hexOfFirst(json, 16) + "]");
        }
    }

    private static JsonNode read(String text) {
        String json = text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw notJson(e.getOriginalMessage(), json);
        } catch (NumberFormatException e) {
            throw notJson("a number is out of bounds", json); // an exponent of more than ten digits
        }
        if (root.isMissingNode()) {
            throw new RefusedMessageException("not-json", "a message must be a JSON object, but was blank " + shown(json));
        }
        return root;
    }

    private static RefusedMessageException notJson(String why, String json) {
        return new RefusedMessageException("not-json", "a message must be JSON: " + why + ", but was " + shown(json));
    }

    private static String hexOfFirst(byte[] bytes, int count) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(count, bytes.length));
    }
}
