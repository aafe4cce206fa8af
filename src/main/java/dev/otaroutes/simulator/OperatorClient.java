package dev.otaroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The operator API as an operator's script calls it (api.md): over HTTP, JSON both ways. */
final class OperatorClient {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final URI api;
    private final String key;

    /**
     * @param server {@code http://host:port} of the service
     * @param key    operator key; null while the API is open to this machine
     */
    OperatorClient(HttpClient http, String server, String key) {
        this.http = http;
        this.api = URI.create(server + "/api/v1");
        this.key = key;
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return call("GET", path, null, BodyPublishers.noBody());
    }

    JsonNode put(String path, Object body) throws IOException, InterruptedException {
        return call("PUT", path, "application/json", json(body));
    }

    JsonNode post(String path, Object body) throws IOException, InterruptedException {
        return call("POST", path, "application/json", json(body));
    }

    JsonNode upload(String path, byte[] bytes) throws IOException, InterruptedException {
        return call("PUT", path, "application/octet-stream", BodyPublishers.ofByteArray(bytes));
    }

    private JsonNode call(String method, String path, String type, BodyPublisher body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api + path)).timeout(PATIENCE).method(method, body);
        if (type != null) {
            request.header("Content-Type", type);
        }
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + api.getPath() + path + " was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private static BodyPublisher json(Object body) throws IOException {
        return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    }
}
