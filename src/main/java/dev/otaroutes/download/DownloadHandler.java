package dev.otaroutes.download;

import dev.otaroutes.download.ByteRanges.ByteRange;
import dev.otaroutes.download.PackageFiles.PackageFile;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.http.ProblemJson;
import io.netty.channel.epoll.EpollSocketChannel;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves uploaded package files to devices ({@code api.md}, Downloads; RFC 9110 ranges and conditions, RFC 9530 digests).
 * <p>
 * It is a handler on the server's own router, not a Camel route: there the kernel copies file to socket
 * ({@code sendfile}), no thread waits for a slow device and memory does not grow with size or number of downloads.
 */
public final class DownloadHandler {
    private static final Logger LOG = LoggerFactory.getLogger("ota.download");

    private final DownloadLinks links;
    private final SigningKey key;
    private final PackageFiles files;

    /** @param key the one that the links are signed with */
    public DownloadHandler(DownloadLinks links, SigningKey key, PackageFiles files) {
        this.links = links;
        this.key = key;
        this.files = files;
    }

    /** Mounts {@code /download/} on a router. */
    public void mount(Router router) {
        // Ahead of every Camel route, so that none can shadow it.
        router.route("/download/:packageId/:name").order(-10).handler(this::handle);
        router.route("/download/*").order(-9).handler(context -> notFound(context));
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            context.response().putHeader("Allow", "GET, HEAD");
            ProblemJson.send(context, 405, "a download takes GET or HEAD, but the method was [" + request.method() + "]");
            return;
        }
        String id = context.pathParam("packageId");
        String name = context.pathParam("name");
        if (!id.matches("[1-9][0-9]{0,17}") || !FileName.isGood(name)) {
            notFound(context);
            return;
        }
        long packageId = Long.parseLong(id);
        checkLink(context, packageId, name)
                .compose(held -> open(context, packageId, name))
                .onSuccess(file -> file.ifPresentOrElse(found -> answer(context, name, found), () -> notFound(context)))
                .onFailure(failure -> ProblemJson.send(context, failure));
    }

    /** Fails with 403 if the link does not hold. Only the first of all may have to wait, for the key. */
    private Future<Void> checkLink(RoutingContext context, long packageId, String name) {
        Future<byte[]> ready = key.known() ? Future.succeededFuture() : context.vertx().executeBlocking(key::get, false);
        return ready.map(known -> {
            String fault = links.fault(packageId, name, context.request().getParam("expires"), context.request().getParam("token"));
            if (fault != null) {
                throw new ProblemException(403, fault);
            }
            return null;
        });
    }

    /** Finds the file and makes sure that the disk still holds what the tables say, before a byte or a digest is sent. */
    private Future<Optional<PackageFile>> open(RoutingContext context, long packageId, String name) {
        return Future.fromCompletionStage(files.find(packageId, name), context.vertx().getOrCreateContext())
                .compose(found -> found.isEmpty() ? Future.succeededFuture(found) : context.vertx().fileSystem()
                        .props(found.get().path().toString())
                        .map(disk -> disk.isRegularFile() && disk.size() == found.get().size())
                        .otherwise(false)
                        .map(whole -> {
                            if (!whole) {
                                files.forget(packageId, name);
                                LOG.warn("file [{}] is missing or has not the {} bytes that were uploaded: restore ota.download.dir;"
                                        + " its download was answered 503", found.get().path(), found.get().size());
                                throw new ProblemException(503, "the bytes of this file are not at hand; try again later");
                            }
                            return found;
                        }));
    }

    private static void answer(RoutingContext context, String name, PackageFile file) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        String etag = '"' + file.sha256() + '"';
        String digest = "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(file.sha256())) + ":";
        response.putHeader("ETag", etag).putHeader("Accept-Ranges", "bytes").putHeader("Cache-Control", "private");
        if (!EntityTags.ifMatch(request.getHeader("If-Match"), etag)) {
            ProblemJson.send(context, 412, "[If-Match] names none but other bytes: the file's tag is " + etag);
            return;
        }
        if (!EntityTags.ifNoneMatch(request.getHeader("If-None-Match"), etag)) {
            response.setStatusCode(304).end();
            return;
        }
        boolean ranged = request.method() == HttpMethod.GET && EntityTags.ifRange(request.getHeader("If-Range"), etag);
        String range = ranged ? request.getHeader("Range") : null;
        ByteRanges asked = ByteRanges.parse(range, file.size());
        if (asked.unsatisfiable()) {
            response.putHeader("Content-Range", "bytes */" + file.size());
            ProblemJson.send(context, 416, "[Range] " + range + " lies beyond the file's " + file.size() + " bytes");
            return;
        }
        response.putHeader("Repr-Digest", digest)
                .putHeader("Content-Type", "application/octet-stream")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Disposition", "attachment; filename*=UTF-8''"
                        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A"));
        if (asked.ranges().size() > 1) {
            watch(context, new MultiRangeAnswer(file, asked.ranges()).send(context));
            return;
        }
        ByteRange sent = asked.ranges().isEmpty() ? new ByteRange(0, file.size() - 1) : asked.ranges().get(0);
        response.putHeader("Content-Length", String.valueOf(sent.length()));
        if (asked.ranges().isEmpty()) {
            response.putHeader("Content-Digest", digest);
        } else {
            response.setStatusCode(206)
                    .putHeader("Content-Range", "bytes " + sent.start() + "-" + sent.end() + "/" + file.size());
        }
        if (request.method() == HttpMethod.HEAD || sent.length() == 0) {
            response.end();
        } else {
            fillPackets(request, true);
            watch(context, response.sendFile(file.path().toString(), sent.start(), sent.length())
                    .onComplete(done -> fillPackets(request, false)));
        }
    }

    /**
     * Whether packets wait until they are full (TCP_CORK): a single fast client gets nearly half as much again. What is left goes when it
     * ends, so that nothing else waits for it. Nothing happens where the sockets are Java's, which have no such option.
     */
    private static void fillPackets(HttpServerRequest request, boolean full) {
        if (request.connection() instanceof ConnectionBase connection && connection.channel() instanceof EpollSocketChannel channel && channel.isOpen()) {
            channel.config().setTcpCork(full);
        }
    }

    /** A device that goes away in the middle is everyday life; it comes back with a range. */
    private static void watch(RoutingContext context, Future<Void> sending) {
        sending.onFailure(cut -> {
            LOG.debug("download {} ended early: {}", context.request().path(), cut.getMessage());
            ProblemJson.cut(context);
        });
    }

    private static void notFound(RoutingContext context) {
        ProblemJson.send(context, 404, "there is no download at [" + context.request().path() + "]");
    }
}
