package dev.otaroutes.download;

import dev.otaroutes.rollout.ExternalFile;
import dev.otaroutes.rollout.Finding;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The bytes of a file as they come, of which only length and digests are kept; and what they say in the end. */
final class DigestedBody {
    private final ExternalFile file;
    private final String where;
    private final Duration patience;
    private final Duration most;
    private final long begun = System.nanoTime();
    private final MessageDigest md5;
    private final MessageDigest sha256;
    private final CompletableFuture<Finding> finding = new CompletableFuture<>();
    private volatile long received;

    /**
     * @param patience between one piece and the next
     * @param most     for all of them
     */
    DigestedBody(ExternalFile file, String where, Duration patience, Duration most) {
        this.file = file;
        this.where = where;
        this.patience = patience;
        this.most = most;
        md5 = file.md5() == null ? null : digest("MD5");
        sha256 = file.sha256() == null ? null : digest("SHA-256");
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }

    /** To be asked once, on the connection's thread, before anything of the body has come. */
    CompletionStage<Finding> of(HttpClientResponse answer) {
        answer.handler(this::take);
        answer.exceptionHandler(finding::completeExceptionally);
        answer.endHandler(end -> finish());
        // What is known already is not downloaded to its end.
        finding.whenComplete((found, failure) -> answer.request().reset());
        watch(-1);
        return finding;
    }

    private void watch(long before) {
        if (finding.isDone()) {
            return;
        }
        long now = received;
        boolean late = System.nanoTime() - begun > most.toNanos();
        if (now == before || late) {
            finding.completeExceptionally(new IOException(late ? now + " bytes came in " + most.toSeconds() + " s, which is too slow"
                    : "nothing came for " + patience.toSeconds() + " s after " + now + " bytes"));
            return;
        }
        CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS).execute(() -> watch(now));
    }

    private void take(Buffer piece) {
        if (finding.isDone()) {
            return;
        }
        byte[] bytes = piece.getBytes();
        received += bytes.length;
        if (md5 != null) {
            md5.update(bytes);
        }
        if (sha256 != null) {
            sha256.update(bytes);
        }
        if (received > file.size()) {
            finding.complete(Finding.mismatch(where + " has more bytes than the size declared, [" + file.size() + "]"));
        }
    }

    private void finish() {
        if (received != file.size()) {
            finding.complete(RemoteAnswer.wrongSize(file, where, received));
            return;
        }
        Finding found = compare("md5", md5, file.md5());
        finding.complete(found.fine() ? compare("sha256", sha256, file.sha256()) : found);
    }

    private Finding compare(String name, MessageDigest digest, String declared) {
        String found = digest == null ? null : HexFormat.of().formatHex(digest.digest());
        return found == null || found.equals(declared) ? Finding.FINE
                : Finding.mismatch(where + " has the " + name + " [" + found + "], but [" + declared + "] was declared");
    }
}
