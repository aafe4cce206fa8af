package dev.otaroutes.webhook;

import dev.otaroutes.http.NextHop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Posts bytes and reads the beginning of the answer.
 * <p>
 * On Vert.x, one thread for all that is on its way: Java's own client hands a call over four times, on a small machine once
 * to a new thread.
 */
final class WebhookClient {
    /** Of the answer's body; enough for an error message. */
    private static final int BODY_BYTES = 4096;
    /** Of an answer's headers: a platform behind a proxy sets cookies that are larger than Vert.x's 8 KiB. */
    private static final int HEADER_BYTES = 65_536;
    /** To one host: so many that the subscriptions of one platform do not wait for one of them that hangs. */
    private static final int CONNECTIONS = 4_096;

    private final Vertx vertx;
    private final HttpClient http;
    private final Outgoing outgoing;

    /** @param retryAfter the header; null if there was none */
    record Reply(int status, String retryAfter, String body) {
    }

    WebhookClient(Outgoing outgoing) {
        this.outgoing = outgoing;
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        HttpClientOptions options = new HttpClientOptions().setConnectTimeout(Math.toIntExact(outgoing.timeout().toMillis()))
                .setMaxHeaderSize(HEADER_BYTES);
        if (outgoing.trust() != null) {
            options.setTrustOptions(TrustOptions.wrap(outgoing.trust()));
        }
        http = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    /** @return fails if there was no answer in time; completes on the client's thread, which nothing may hold up */
    CompletableFuture<Reply> post(URI url, Map<String, String> headers, byte[] body) {
        try {
            return post(url, outgoing.nextHop(url), headers, body);
        } catch (UnknownHostException | IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** As above. @param hop where the URL's host is at this moment */
    CompletableFuture<Reply> post(URI url, NextHop hop, Map<String, String> headers, byte[] body) {
        CompletableFuture<Reply> call = new CompletableFuture<>();
        RequestOptions request = new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(url.toString());
        headers.forEach(request::putHeader);
        hop.address(request);
        send(request, body, call);
        return call.orTimeout(outgoing.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void send(RequestOptions options, byte[] body, CompletableFuture<Reply> call) {
        http.request(options).compose(request -> {
            // What is given up is not sent any more, also if its connection was late.
            call.whenComplete((reply, failure) -> {
                if (failure != null) {
                    request.reset();
                }
            });
            // In here, on the connection's thread: the answer's body is gone for whoever comes to listen later.
            return call.isDone() ? Future.<Reply>failedFuture("given up") : request.send(Buffer.buffer(body)).compose(WebhookClient::reply);
        }).onSuccess(call::complete).onFailure(call::completeExceptionally);
    }

    private static Future<Reply> reply(HttpClientResponse response) {
        return beginning(response).map(body -> new Reply(response.statusCode(), response.getHeader("Retry-After"), body));
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
    void close() {
        vertx.close();
    }
}
