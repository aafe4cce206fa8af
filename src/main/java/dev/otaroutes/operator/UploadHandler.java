package dev.otaroutes.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.http.ProblemJson;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code PUT /api/v1/packages/{id}/files/{name}}: takes the raw bytes of a package's file ({@code api.md}).
 * <p>
 * It is a handler on the server's router because a Camel route would be handed the whole file in memory.
 */
public final class UploadHandler {
    private static final int BLOCK_BYTES = 512 * 1024;
    private static final JsonMapper JSON = new JsonMapper();

    private final PackageUploads uploads;
    private final long maxBytes;

    /** @param maxBytes {@code ota.package.max-file-bytes} */
    public UploadHandler(PackageUploads uploads, long maxBytes) {
        this.uploads = uploads;
        this.maxBytes = maxBytes;
    }

    /** Mounts it behind the access handler. */
    public void mount(Router router) {
        router.route(HttpMethod.PUT, "/api/v1/packages/:id/files/:name").order(AccessHandler.ORDER + 10).handler(this::handle);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        // Nothing is read while the tables are asked.
        request.pause();
        try {
            long packageId = packageId(context.pathParam("id"));
            String name = context.pathParam("name");
            uploads.checkName(name);
            checkHeaders(request);
            ContentDigest digest = ContentDigest.parse(request.getHeader("Content-Digest"));
            context.vertx().executeBlocking(() -> new UploadSink(uploads.begin(packageId, name)), false)
                    .compose(sink -> new UploadReceiver(context, sink, BLOCK_BYTES, maxBytes).receive(() -> {
                        PackageUploads.Uploaded file = sink.finish(name);
                        check(file, digest);
                        uploads.finish(packageId, file, sink.path());
                        return file;
                    }))
                    .onSuccess(file -> context.response().putHeader("Content-Type", "application/json").end(json(file)))
                    .onFailure(failure -> ProblemJson.send(context, failure));
        } catch (ProblemException problem) {
            ProblemJson.send(context, problem);
        }
    }

    private void checkHeaders(HttpServerRequest request) {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new ProblemException(415, "[Content-Encoding] is [" + encoding + "]: an upload is the raw bytes of the file");
        }
        if (request.getHeader("Content-Range") != null) {
            throw new ProblemException(400, "[Content-Range] is [" + request.getHeader("Content-Range")
                    + "]: a file is uploaded whole");
        }
        String length = request.getHeader("Content-Length");
        if (length != null && Long.parseLong(length) > maxBytes) {
            throw UploadReceiver.tooLong(maxBytes, length);
        }
    }

    private static void check(PackageUploads.Uploaded file, ContentDigest digest) {
        if (file.size() == 0) {
            throw new ProblemException(400, "the file [" + file.name() + "] has no bytes");
        }
        digest.check(file.md5(), file.sha256());
    }

    private static long packageId(String id) {
        if (!id.matches("[0-9]{1,18}")) {
            throw new ProblemException(404, "there is no package [" + id + "]");
        }
        return Long.parseLong(id);
    }

    private static String json(PackageUploads.Uploaded file) {
        try {
            return JSON.writeValueAsString(file);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("[" + file + "] cannot be written as JSON", e);
        }
    }
}
