package dev.otaroutes.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** An operator's script: JSON over HTTP, as api.md has it. */
public final class OperatorApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;

    /** @param url of the process, without a path */
    public OperatorApi(String url) {
        base = url + "/api/v1";
    }

    public JsonNode get(String path) {
        return answer(send("GET", path, null), 200);
    }

    public JsonNode put(String path, String json) {
        return answer(send("PUT", path, json), 200, 201);
    }

    public JsonNode post(String path, String json) {
        return answer(send("POST", path, json), 200, 201, 202, 204);
    }

    /** @param json null for a call without a body */
    public HttpResponse<String> send(String method, String path, String json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
        if (json == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(method, HttpRequest.BodyPublishers.ofString(json)).header("Content-Type", "application/json");
        }
        return exchange(request.build());
    }

    /** Uploads a package's file. */
    public JsonNode upload(String packageId, String name, byte[] bytes) {
        return answer(exchange(HttpRequest.newBuilder(URI.create(base + "/packages/" + packageId + "/files/" + name)).timeout(PATIENCE)
                .header("Content-Type", "application/octet-stream").PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)).build()), 200, 201);
    }

    /**
     * Makes a product if need be, and a package of one uploaded file.
     *
     * @return the package's ID
     */
    public String packageOf(String productKey, String version, byte[] bytes) {
        put("/products/" + productKey, "{\"name\":\"" + productKey + "\",\"dialect\":\"sagoo\"}");
        String id = post("/packages", "{\"productKey\":\"" + productKey + "\",\"version\":\"" + version + "\"}").get("id").asText();
        upload(id, "firmware.bin", bytes);
        return id;
    }

    /** @return the ID of a batch over these devices */
    public String batch(String packageId, Collection<String> devices, String rollout) {
        return post("/packages/" + packageId + "/batches", "{\"select\":{\"devices\":[" + String.join(",",
                devices.stream().map(device -> "\"" + device + "\"").toList()) + "]},\"rollout\":" + rollout + "}").get("id").asText();
    }

    /** @return all items of a list, over all its pages */
    public List<JsonNode> list(String path) {
        List<JsonNode> items = new ArrayList<>();
        String after = null;
        do {
            JsonNode page = get(path + (path.contains("?") ? "&" : "?") + "limit=100" + (after == null ? "" : "&after=" + after));
            page.get("items").forEach(items::add);
            after = page.path("next").asText(null);
        } while (after != null);
        return items;
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + request.uri(), e);
        }
    }

    private static JsonNode answer(HttpResponse<String> response, Integer... expected) {
        if (!List.of(expected).contains(response.statusCode())) {
            throw new IllegalStateException(response.request().method() + " " + response.uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
