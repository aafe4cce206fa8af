package dev.otaroutes.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;

/**
 * Signs what a format made of an event, and posts it (Standard Webhooks; api.md, Events over webhooks). Redirects are not
 * followed; connection, answer and its body have 15 s together.
 * <p>
 * On Vert.x, one thread for all that is on its way: Java's own client hands a call over four times, on a small machine once
 * to a new thread.
 */
public final class WebhookPost {
    private static final String JSON_TYPE = "application/json";
    /** Firewalls turn away who has none. */
    private static final String USER_AGENT = "ota-routes";
    /** Of the answer's body only the beginning is read, for the error message. */
    private static final int BODY_BYTES = 4096;
    private static final int BODY_SHOWN = 160;
    /** Of an answer's headers: a platform behind a proxy sets cookies that are larger than Vert.x's 8 KiB. */
    private static final int HEADER_BYTES = 65_536;
    /** To one host: so many that the subscriptions of one platform do not wait for one of them that hangs. */
    private static final int CONNECTIONS = 4_096;

    private final Vertx vertx;
    private final HttpClient http;
    private final Clock clock;
    private final Executor workers;
    private final Duration timeout;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param workers runs what follows an answer; must never make anybody wait
     * @param timeout for all of a call
     */
    WebhookPost(Clock clock, Executor workers, Duration timeout) {
        this.clock = clock;
        this.workers = workers;
        this.timeout = timeout;
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(Math.toIntExact(timeout.toMillis()))
                .setMaxHeaderSize(HEADER_BYTES), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
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
        long timestamp = clock.instant().getEpochSecond();
        RequestOptions request = new RequestOptions().putHeader("User-Agent", USER_AGENT);
        webhook.headers().forEach(request::putHeader);
        request.putHeader("Content-Type", contentType == null ? JSON_TYPE : contentType)
                .putHeader("webhook-id", eventId)
                .putHeader("webhook-timestamp", Long.toString(timestamp))
                .putHeader("webhook-signature", WebhookSecret.parse(webhook.secret()).sign(eventId, timestamp, bytes));
        CompletableFuture<Answer> call = new CompletableFuture<>();
        try {
            address(request, URI.create(webhook.url()));
            send(request, bytes, call);
        } catch (UnknownHostException e) {
            call.complete(unanswered(e));
        }
        return call.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handleAsync((answer, failure) -> failure == null ? answer : unanswered(failure), workers);
    }

    /** The host's address and the proxy, if there is one, are those that this JVM knows, as with its own HTTP client. */
    private static void address(RequestOptions request, URI url) throws UnknownHostException {
        request.setMethod(HttpMethod.POST).setAbsoluteURI(url.toString());
        ProxySelector proxies = ProxySelector.getDefault();
        Proxy proxy = proxies == null ? Proxy.NO_PROXY : proxies.select(url).get(0);
        if (proxy.type() == Proxy.Type.HTTP && proxy.address() instanceof InetSocketAddress address) {
            request.setProxyOptions(new ProxyOptions().setHost(address.getHostString()).setPort(address.getPort()));
        } else {
            request.setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(InetAddress.getByName(url.getHost()), request.getPort())));
        }
    }

    private void send(RequestOptions options, byte[] bytes, CompletableFuture<Answer> call) {
        http.request(options).compose(request -> {
            // What is given up is not sent any more, also if its connection was late.
            call.whenComplete((answer, failure) -> {
                if (failure != null) {
                    request.reset();
                }
            });
            // In here, on the connection's thread: the answer's body is gone for whoever comes to listen later.
            return call.isDone() ? Future.failedFuture("given up") : request.send(Buffer.buffer(bytes))
                    .compose(response -> beginning(response).map(text -> answer(response, text)));
        }).onSuccess(call::complete).onFailure(call::completeExceptionally);
    }

    /** The rest of a body is not waited for, so an endless one costs nothing. */
    private static Future<String> beginning(HttpClientResponse response) {
        Promise<String> beginning = Promise.promise();
        Buffer read = Buffer.buffer();
        response.exceptionHandler(beginning::tryFail);
        response.endHandler(end -> beginning.tryComplete(read.toString()));
        response.handler(part -> {
            read.appendBuffer(part, 0, Math.min(part.length(), BODY_BYTES - read.length()));
            if (read.length() == BODY_BYTES && beginning.tryComplete(read.toString())) {
                response.request().reset();
            }
        });
        return beginning.future();
    }

    /** Gives up the calls that are on their way, for good. */
    void abort() {
        vertx.close();
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

    private Answer answer(HttpClientResponse response, String text) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return new Answer(status, null, null);
        }
        Instant retryAfter = status == 429 || status == 503
                ? RetryAfter.parse(response.getHeader("Retry-After"), clock.instant()) : null;
        return new Answer(status, retryAfter, "the receiver answered " + status
                + (status >= 300 && status < 400 ? "; redirects are not followed" : "")
                + (text.isBlank() ? "" : ": " + text.substring(0, Math.min(BODY_SHOWN, text.length()))));
    }

    private Answer unanswered(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return Answer.failed("the receiver did not answer within " + timeout.toMillis() + " ms");
        }
        String kind = cause instanceof IOException || cause instanceof VertxException ? "the connection failed" : "the call failed";
        while (cause instanceof SSLException && cause.getCause() != null) {
            // What is wrong with a certificate is said inside.
            cause = cause.getCause();
        }
        return Answer.failed(kind + ": " + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()));
    }
}
