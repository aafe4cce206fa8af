package dev.otaroutes.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** Renders a refusal as devices know it from the device HTTP API (protocol.md §7): {@code code}, which is the HTTP status, and {@code message}. */
public final class CodeJson {
    public static final String MEDIA_TYPE = "application/json";

    private static final JsonMapper JSON = new JsonMapper();

    private CodeJson() {
    }

    /** The document for a status and its words. */
    public static String of(int code, String message) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("code", code);
        answer.put("message", message);
        try {
            return JSON.writeValueAsString(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("answer [" + message + "] cannot be written as JSON", e);
        }
    }

    /** As {@link ProblemJson#send(RoutingContext, int, String)}. */
    static void send(RoutingContext context, int status, String message) {
        ProblemJson.send(context, status, MEDIA_TYPE, of(status, message));
    }
}
