package dev.otaroutes.operator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** How the operator API reads and writes JSON: what is null is left out, and a number keeps the digits it was posted with. */
public final class OperatorJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS))
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    private OperatorJson() {
    }

    /** The mapper that the routes use by the name {@code operatorJson}. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** @return the JSON that a column holds; null for null */
    static JsonNode read(String column) {
        try {
            return column == null ? null : MAPPER.readTree(column);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column holds [" + column + "], which is not JSON", e);
        }
    }

    /** @return what a column takes; null for null */
    static String write(JsonNode json) {
        return json == null ? null : json.toString();
    }
}
