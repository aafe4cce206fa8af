package dev.otaroutes.download;

import dev.otaroutes.download.ByteRanges.ByteRange;
import dev.otaroutes.download.PackageFiles.PackageFile;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;

/** Several ranges of one file in one answer, {@code multipart/byteranges} (RFC 9110 §14.6), a buffer at a time. */
final class MultiRangeAnswer {
    private final PackageFile file;
    private final List<ByteRange> ranges;
    private final String boundary = UUID.randomUUID().toString();

    MultiRangeAnswer(PackageFile file, List<ByteRange> ranges) {
        this.file = file;
        this.ranges = ranges;
    }

    /** Sends head and body; done when the last byte is handed to the connection, failed when the client went away. */
    Future<Void> send(RoutingContext context) {
        Buffer end = Buffer.buffer("\r\n--" + boundary + "--\r\n");
        long length = end.length() + ranges.stream().mapToLong(range -> head(range).length() + range.length()).sum();
        HttpServerResponse response = context.response().setStatusCode(206)
                .putHeader("Content-Type", "multipart/byteranges; boundary=" + boundary)
                .putHeader("Content-Length", String.valueOf(length));
        return context.vertx().fileSystem().open(file.path().toString(), new OpenOptions().setRead(true).setWrite(false).setCreate(false))
                .compose(opened -> {
                    Future<Void> sent = Future.succeededFuture();
                    for (ByteRange range : ranges) {
                        sent = sent.compose(before -> part(opened, range, response));
                    }
                    return sent.eventually(() -> opened.close());
                })
                .compose(sent -> response.end(end));
    }

    private Future<Void> part(AsyncFile opened, ByteRange range, HttpServerResponse response) {
        return response.write(head(range)).compose(written -> opened
                .setReadPos(range.start()).setReadLength(range.length())
                .pipe().endOnComplete(false).to(response));
    }

    private Buffer head(ByteRange range) {
        return Buffer.buffer("\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes "
                + range.start() + "-" + range.end() + "/" + file.size() + "\r\n\r\n");
    }
}
