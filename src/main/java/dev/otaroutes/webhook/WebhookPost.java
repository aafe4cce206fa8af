package dev.otaroutes.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.event.Event;
import dev.otaroutes.webhook.WebhookClient.Reply;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;

/**
 * Signs what a format made of an event, and posts it (Standard Webhooks; api.md, Events over webhooks). Redirects are not
 * followed; connection, answer and its body have 15 s together.
 */
public final class WebhookPost {
    private static final String JSON_TYPE = "application/json";
    /** Firewalls turn away who has none. */
    private static final String USER_AGENT = "ota-routes";
    /** Of the answer's body, in the error message. */
    private static final int BODY_SHOWN = 160;
    /** Of an event that the format has nothing to say about, or has sent itself. */
    private static final Answer NOT_POSTED = new Answer(null, null, null, false);

    private final Targets targets;
    private final Clock clock;
    private final Executor workers;
    private final Outgoing outgoing;
    private final ObjectMapper json = new ObjectMapper();
    /** Threads are its own: there are none before the start. */
    private volatile WebhookClient client;

    /**
     * @param targets knows what URL and headers are for an event
     * @param workers runs what follows an answer; must never make anybody wait
     */
    WebhookPost(Targets targets, Clock clock, Executor workers, Outgoing outgoing) {
        this.targets = targets;
        this.clock = clock;
        this.workers = workers;
        this.outgoing = outgoing;
    }

    /** Before the first {@link #post}; {@link #abort} ends it. */
    void start() {
        client = new WebhookClient(outgoing);
    }

    /**
     * @param body        text, bytes or a stream of them are posted as they are, anything else as JSON; null: nothing is posted, and
     *                    that counts as delivered
     * @param contentType null: {@value #JSON_TYPE}
     * @param further     headers that the format sets (a null leaves one of the subscription's out); null for none
     * @param query       parameters that the format adds to the URL; null for none
     * @param traceparent W3C Trace Context; null while nothing is traced
     * @return the receiver's answer, or why there is none; the stage does not fail
     * @throws IllegalArgumentException if the body cannot be written as JSON, or a placeholder of the subscription cannot be filled
     */
    public CompletionStage<Answer> post(@Body Object body, @Header("Content-Type") String contentType,
            @Variable("headers") Map<String, Object> further, @Variable("query") Map<String, Object> query,
            @Variable("webhook") Subscription webhook, @Variable("event") Event event, @Variable("traceparent") String traceparent) {
        if (body == null) {
            return CompletableFuture.completedFuture(NOT_POSTED);
        }
        byte[] bytes = bytes(body);
        String eventId = event.id();
        Target target = targets.of(webhook, event, further, query);
        long timestamp = clock.instant().getEpochSecond();
        Map<String, String> headers = target.headers();
        headers.putIfAbsent("User-Agent", USER_AGENT);
        if (traceparent != null) {
            headers.putIfAbsent("traceparent", traceparent);
        }
        headers.put("Content-Type", contentType == null ? JSON_TYPE : contentType);
        headers.put("webhook-id", eventId);
        headers.put("webhook-timestamp", Long.toString(timestamp));
        headers.put("webhook-signature", webhook.sign(eventId, timestamp, bytes));
        UnaryOperator<String> hide = text -> webhook.withoutSecrets(target.hideToken(text));
        return client.post(target.url(), headers, bytes)
                .handleAsync((reply, failure) -> failure == null ? answer(reply, hide) : unanswered(failure, hide), workers);
    }

    /** Gives up the calls that are on their way, for good; also where the start has not come so far. */
    void abort() {
        if (client != null) {
            client.close();
        }
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

    private Answer answer(Reply reply, UnaryOperator<String> hide) {
        int status = reply.status();
        if (status >= 200 && status < 300) {
            return new Answer(status, null, null);
        }
        Instant retryAfter = status == 429 || status == 503
                ? RetryAfter.parse(reply.retryAfter(), clock.instant()) : null;
        String text = hide.apply(reply.body());
        return new Answer(status, retryAfter, "the receiver answered " + status
                + (status >= 300 && status < 400 ? "; redirects are not followed" : "")
                + (text.isBlank() ? "" : ": " + text.substring(0, Math.min(BODY_SHOWN, text.length()))));
    }

    private Answer unanswered(Throwable failure, UnaryOperator<String> hide) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return Answer.failed("the receiver did not answer within " + outgoing.timeout().toMillis() + " ms");
        }
        String kind = cause instanceof IOException || cause instanceof VertxException ? "the connection failed" : "the call failed";
        while (cause instanceof SSLException && cause.getCause() != null) {
            // What is wrong with a certificate is said inside.
            cause = cause.getCause();
        }
        if (cause.getCause() instanceof CertPathBuilderException) {
            return Answer.failed(kind + ": the receiver's certificate is of no authority that is trusted here: name a file with that authority's in"
                    + " ota.webhook.ca-file");
        }
        return Answer.failed(kind + ": " + (cause.getMessage() == null ? cause.getClass().getSimpleName() : hide.apply(cause.getMessage())));
    }
}
