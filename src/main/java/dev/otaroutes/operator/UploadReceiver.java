package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one request's body to where it goes, a block at a time: while a block is taken care of on a worker thread the
 * client is not read from, so memory is bounded and the event loop is free. Lives on the request's event loop.
 */
final class UploadReceiver {
    private static final Logger LOG = LoggerFactory.getLogger("ota.upload");
    /** A client that sends nothing for so long is gone. */
    private static final long SILENCE_MS = 60_000;

    private final HttpServerRequest request;
    private final RoutingContext context;
    private final Vertx vertx;
    private final UploadTarget target;
    private final int blockBytes;
    private final long maxBytes;
    private final Promise<Void> arrived = Promise.promise();
    private Buffer block = Buffer.buffer();
    private Future<Void> writing = Future.succeededFuture();
    private long received;
    private long watchdog;

    /**
     * @param blockBytes how much is gathered before it is handed on
     * @param maxBytes   a longer body is refused
     */
    UploadReceiver(RoutingContext context, UploadTarget target, int blockBytes, long maxBytes) {
        this.context = context;
        this.request = context.request();
        this.vertx = context.vertx();
        this.target = target;
        this.blockBytes = blockBytes;
        this.maxBytes = maxBytes;
    }

    static ProblemException tooLong(long maxBytes, Object length) {
        return new ProblemException(413, "a file may have " + maxBytes + " bytes (ota.package.max-file-bytes), but this one has " + length);
    }

    /**
     * @param whole runs on a worker thread once all bytes have been given to the target
     * @return what that returns; failed if the body broke off or was refused, and then the target has been told to discard it
     */
    <T> Future<T> receive(Callable<T> whole) {
        request.exceptionHandler(cut -> arrived.tryFail(new ProblemException(400, "the upload broke off after " + received + " bytes")));
        request.endHandler(end -> arrived.tryComplete());
        request.handler(this::take);
        watch();
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect")) && request.version() != HttpVersion.HTTP_1_0) {
            context.response().writeContinue();
        }
        request.resume();
        return arrived.future()
                .onComplete(end -> vertx.cancelTimer(watchdog))
                .compose(end -> flush())
                .compose(end -> vertx.executeBlocking(whole, false))
                .recover(failure -> discard().transform(done -> Future.failedFuture(failure)));
    }

    private void take(Buffer chunk) {
        if (arrived.future().isComplete()) {
            return;
        }
        received += chunk.length();
        if (received > maxBytes) {
            arrived.tryFail(tooLong(maxBytes, "more"));
            return;
        }
        block.appendBuffer(chunk);
        if (block.length() >= blockBytes) {
            request.pause();
            // Now it is we who are slow.
            vertx.cancelTimer(watchdog);
            flush().onComplete(written -> {
                if (written.failed()) {
                    arrived.tryFail(written.cause());
                }
                watch();
                request.resume();
            });
        }
    }

    private Future<Void> flush() {
        byte[] bytes = block.getBytes();
        block = Buffer.buffer();
        writing = writing.compose(before -> vertx.executeBlocking(() -> {
            target.write(bytes);
            return null;
        }, false));
        return writing;
    }

    /** Only after a write that is under way. */
    private Future<Void> discard() {
        return writing.transform(done -> vertx.executeBlocking(() -> {
            target.discard();
            return (Void) null;
        }, false)).onFailure(left -> LOG.warn("what is left of an upload, [{}], cannot be cleared: {}", target, left.getMessage()));
    }

    private void watch() {
        vertx.cancelTimer(watchdog);
        if (arrived.future().isComplete()) {
            return;
        }
        long before = received;
        watchdog = vertx.setTimer(SILENCE_MS, id -> {
            if (received == before) {
                arrived.tryFail(new ProblemException(408, "nothing came for " + SILENCE_MS / 1_000 + " s; " + received + " bytes did"));
            } else {
                watch();
            }
        });
    }
}
