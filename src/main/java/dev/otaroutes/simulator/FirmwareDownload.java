package dev.otaroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/** A download as a small device makes it: a piece at a time, by Range, and after a lost connection from where it was. */
final class FirmwareDownload {
    private static final int PARTIAL_CONTENT = 206;
    private static final int OK = 200;
    private static final int SERVER_ERROR = 500;
    /** So often in a row the connection may be lost without a byte received. */
    private static final int TRIES = 5;
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final HttpClient http;
    private final URI url;
    private final long size;
    private final MessageDigest digest;
    private final int every;
    private final IntFunction<CompletableFuture<Void>> percent;
    private final LongConsumer lost;
    private long loseAt;
    private String entityTag;
    private long received;
    private int tries;

    private FirmwareDownload(HttpClient http, JsonNode data, int every, IntFunction<CompletableFuture<Void>> percent, LongConsumer lost) throws IOException {
        this.http = http;
        this.url = URI.create(data.path("url").asText());
        this.size = data.path("size").asLong();
        this.digest = Download.digest(data);
        this.every = every;
        this.percent = percent;
        this.lost = lost;
        loseAt = lost == null ? Long.MAX_VALUE : size / 2;
    }

    /**
     * Over HTTP or HTTPS, from the URL in the upgrade.
     *
     * @param every percent of the file in a piece
     */
    static Download over(HttpClient http, int every) {
        return (data, percent, lost) -> {
            try {
                FirmwareDownload download = new FirmwareDownload(http, data, every, percent, lost);
                return download.rest().thenApply(done -> HexFormat.of().formatHex(download.digest.digest()));
            } catch (IOException | IllegalArgumentException e) {
                return CompletableFuture.failedFuture(e);
            }
        };
    }

    private CompletableFuture<Void> rest() {
        if (received >= size) {
            return CompletableFuture.completedFuture(null);
        }
        long done = received * 100 / size / every * every;
        long end = Math.max(received + 1, Math.min(size, ((done + every) * size + 99) / 100));
        return piece(end).thenCompose(came -> received < end ? CompletableFuture.<Void>completedFuture(null)
                : percent.apply((int) (received * 100 / size))).thenCompose(told -> rest());
    }

    /** @return completes when the piece has come, or a part of it */
    private CompletableFuture<Void> piece(long end) {
        long before = received;
        HttpRequest.Builder request = HttpRequest.newBuilder(url).header("Range", "bytes=" + received + "-" + (end - 1));
        if (entityTag != null) {
            request.header("If-Range", entityTag);
        }
        return http.sendAsync(request.build(), this::body).handle((answer, failure) -> {
            tries = received > before ? 0 : tries + 1;
            if (failure != null) {
                return failed(failure);
            }
            int status = answer.statusCode();
            if (status == PARTIAL_CONTENT || status == OK && before == 0) {
                entityTag = answer.headers().firstValue("ETag").orElse(null);
                return CompletableFuture.<Void>completedFuture(null);
            }
            IOException refused = new IOException("the download was answered with HTTP " + status);
            return status >= SERVER_ERROR ? failed(refused) : CompletableFuture.<Void>failedFuture(refused);
        }).thenCompose(Function.identity());
    }

    private HttpResponse.BodySubscriber<Void> body(HttpResponse.ResponseInfo info) {
        // The whole file, from a server that knows no ranges, is as good at the beginning.
        boolean wanted = info.statusCode() == PARTIAL_CONTENT || info.statusCode() == OK && received == 0;
        return wanted ? new FirmwareBody(this::take) : BodySubscribers.discarding();
    }

    /** @return whether the connection holds */
    private boolean take(ByteBuffer bytes) {
        int length = (int) Math.min(bytes.remaining(), loseAt - received);
        boolean holds = length == bytes.remaining();
        digest.update(bytes.limit(bytes.position() + length));
        received += length;
        if (!holds) {
            loseAt = Long.MAX_VALUE;
            lost.accept(received);
        }
        return holds;
    }

    private CompletableFuture<Void> failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof IOException) || tries >= TRIES) {
            return CompletableFuture.failedFuture(cause);
        }
        return tries == 0 ? CompletableFuture.completedFuture(null) : CompletableFuture.runAsync(() -> { }, LATER);
    }
}
