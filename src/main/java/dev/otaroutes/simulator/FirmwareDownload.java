package dev.otaroutes.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** A download as a small device makes it: a piece at a time, and after a lost connection from where it was. */
final class FirmwareDownload {
    private static final int PIECES = 10;
    /** A device writes its flash slowly; without this a person could not follow. */
    private static final long PAUSE_MS = 60;
    private static final int PARTIAL_CONTENT = 206;
    private static final int OK = 200;

    private final HttpClient http;
    private final URI url;
    private final long size;
    private final MessageDigest digest;
    private final IntConsumer percent;
    private String entityTag;
    private long received;

    /**
     * @param size    bytes, as the upgrade says
     * @param digest  of the kind that the upgrade says
     * @param percent hears 10, 20 … 100
     */
    FirmwareDownload(HttpClient http, URI url, long size, MessageDigest digest, IntConsumer percent) {
        this.http = http;
        this.url = url;
        this.size = size;
        this.digest = digest;
        this.percent = percent;
    }

    /**
     * Fetches what is missing, or less.
     *
     * @param until bytes after which the connection is lost
     */
    void fetch(long until) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url);
        if (received > 0) {
            request.header("Range", "bytes=" + received + "-").header("If-Range", entityTag);
        }
        HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != (received > 0 ? PARTIAL_CONTENT : OK)) {
                throw new IOException("the download was answered with HTTP " + answer.statusCode());
            }
            entityTag = answer.headers().firstValue("ETag").orElseThrow(() -> new IOException("the download has no ETag"));
            while (received < until) {
                readPiece(body);
            }
        }
    }

    private void readPiece(InputStream body) throws IOException {
        long done = received * PIECES / size;
        long end = Math.max(received + 1, Math.min(size, ((done + 1) * size + PIECES - 1) / PIECES));
        byte[] piece = new byte[64 * 1024];
        while (received < end) {
            int length = body.read(piece, 0, (int) Math.min(piece.length, end - received));
            if (length < 0) {
                throw new IOException("the download ended after " + received + " of " + size + " bytes");
            }
            digest.update(piece, 0, length);
            received += length;
        }
        percent.accept((int) (received * 100 / size));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
    }

    /** @return bytes received so far */
    long received() {
        return received;
    }

    /** @return the digest of all that was received, lower-case hex; once only */
    String digest() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
