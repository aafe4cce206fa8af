package dev.otaroutes.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;

/**
 * Signs what a format made of an event, and posts it (Standard Webhooks; api.md, Events over webhooks). Redirects are not
 * followed; connection, answer and its body have 15 s together.
 */
public final class WebhookPost {
    private static final String JSON_TYPE = "application/json";
    /** Of the answer's body only the beginning is read, for the error message. */
    private static final int BODY_BYTES = 4096;
    private static final int BODY_SHOWN = 160;

    private final HttpClient http;
    private final Clock clock;
    private final Duration timeout;
    private final ObjectMapper json = new ObjectMapper();
    private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();

    /**
     * @param workers runs what follows an answer; must never make anybody wait
     * @param timeout for all of a call
     */
    WebhookPost(Clock clock, Executor workers, Duration timeout) {
        this.clock = clock;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(workers)
                .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(timeout).build();
    }

    /**
     * @param body        text, bytes or a stream of them are posted as they are, anything else as JSON
     * @param contentType null: {@value #JSON_TYPE}
     * @param eventId     the same at every attempt
     * @return the receiver's answer, or why there is none; the stage does not fail
     * @throws IllegalArgumentException if the body cannot be written as JSON
     */
    public CompletionStage<Answer> post(@Body Object body, @Header("Content-Type") String contentType,
            @Variable("webhook") Subscription webhook, @Variable("eventId") String eventId) {
        byte[] bytes = bytes(body);
        Instant now = clock.instant();
        long timestamp = now.getEpochSecond();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(webhook.url())).timeout(timeout)
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
        webhook.headers().forEach(request::setHeader);
        request.setHeader("Content-Type", contentType == null ? JSON_TYPE : contentType)
                .setHeader("webhook-id", eventId)
                .setHeader("webhook-timestamp", Long.toString(timestamp))
                .setHeader("webhook-signature", WebhookSecret.parse(webhook.secret()).sign(eventId, timestamp, bytes));
        CompletableFuture<HttpResponse<byte[]>> call =
                http.sendAsync(request.build(), info -> new FirstBytes(BODY_BYTES));
        open.add(call);
        // The request's own time-out ends with the answer's headers.
        return call.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).handle((response, failure) -> {
            open.remove(call);
            if (failure != null) {
                call.cancel(true);
                return unanswered(failure);
            }
            return answer(response);
        });
    }

    /** Gives up the calls that are on their way. */
    void abort() {
        open.forEach(call -> call.cancel(true));
    }

    private byte[] bytes(Object body) {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            if (body instanceof InputStream stream) {
                // What Camel makes of bytes where a route caches streams.
                return stream.readAllBytes();
            }
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the format made what cannot be written as JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("what the format made cannot be read: " + e.getMessage(), e);
        }
    }

    private Answer answer(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return new Answer(status, null, null);
        }
        Instant retryAfter = status == 429 || status == 503
                ? RetryAfter.parse(response.headers().firstValue("Retry-After").orElse(null), clock.instant()) : null;
        String text = new String(response.body(), StandardCharsets.UTF_8);
        return new Answer(status, retryAfter, "the receiver answered " + status
                + (status >= 300 && status < 400 ? "; redirects are not followed" : "")
                + (text.isBlank() ? "" : ": " + text.substring(0, Math.min(BODY_SHOWN, text.length()))));
    }

    private Answer unanswered(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return Answer.failed("the receiver did not answer within " + timeout.toMillis() + " ms");
        }
        String kind = cause instanceof IOException ? "the connection failed" : "the call failed";
        return Answer.failed(kind + ": " + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()));
    }
}
