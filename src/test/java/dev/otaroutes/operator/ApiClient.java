package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An operator: sends a call, and holds each answer against the contract. */
final class ApiClient {
    private static final JsonMapper JSON = new JsonMapper();
    private static final OpenApiInteractionValidator CONTRACT = contract();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;
    private final String[] headers;

    /** @param headers names and values, sent with every call */
    ApiClient(String base, String... headers) {
        this.base = base;
        this.headers = headers;
    }

    ApiClient withHeader(String name, String value) {
        return new ApiClient(base, "X-Mine", "must not come back", name, value);
    }

    private static OpenApiInteractionValidator contract() {
        try {
            return OpenApiInteractionValidator.createForInlineApiSpecification(
                    Files.readString(Path.of("src/main/resources/openapi/ota.yaml"))).withBasePathOverride("/").build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param text ' stands for " */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    Answer get(String path) {
        return send("GET", path, null);
    }

    Answer put(String path, String body) {
        return send("PUT", path, body);
    }

    Answer post(String path, String body) {
        return send("POST", path, body);
    }

    Answer delete(String path) {
        return send("DELETE", path, null);
    }

    /** @param body JSON, or null for none; ' stands for " */
    Answer send(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                    .header("Content-Type", "application/json");
        }
        return exchange(request, method, path);
    }

    /** Uploads bytes as a file of a package. */
    Answer upload(String path, String bytes) {
        return exchange(HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/octet-stream").PUT(HttpRequest.BodyPublishers.ofString(bytes)), "PUT", path);
    }

    /** Adds the devices of a list to a batch. @param type of the list */
    Answer list(String batchId, String type, String list) {
        return exchange(HttpRequest.newBuilder(URI.create(base + "/batches/" + batchId + "/devices")).timeout(Duration.ofMinutes(5))
                .header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(list)), "POST", "/batches/" + batchId + "/devices");
    }

    private Answer exchange(HttpRequest.Builder request, String method, String path) {
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            Answer answer = Answer.of(http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
            answer.assertKeeps(method, path.replaceFirst("\\?.*", ""));
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What came back. @param json null for an empty body */
    record Answer(HttpResponse<String> response, JsonNode json) {

        private static Answer of(HttpResponse<String> response) throws JsonProcessingException {
            return new Answer(response, response.body().isEmpty() ? null : JSON.readTree(response.body()));
        }

        private void assertKeeps(String method, String path) {
            assertThat(response.headers().map()).doesNotContainKeys("x-mine", "user-agent");
            if (response.statusCode() == 204) {
                assertThat(response.body()).isEmpty();
                return;
            }
            SimpleResponse answer = SimpleResponse.Builder.status(response.statusCode())
                    .withContentType(response.headers().firstValue("Content-Type").orElse("none"))
                    .withBody(response.body()).build();
            assertThat(CONTRACT.validateResponse(path, Request.Method.valueOf(method), answer).getMessages())
                    .filteredOn(message -> !message.getKey().startsWith("validation.request")).isEmpty();
        }

        /** @param expected ' stands for " */
        void assertIs(int status, String expected) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            assertThat(json).isEqualTo(ApiClient.json(expected));
        }

        void assertGone() {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        }

        void assertProblem(int status, String detail) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(json.get("detail").textValue()).isEqualTo(detail);
        }

        /** The value of a field in each item of a list. */
        List<String> keys(String field) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return json.get("items").findValuesAsText(field);
        }

        String id() {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
            return json.get("id").textValue();
        }
    }
}
