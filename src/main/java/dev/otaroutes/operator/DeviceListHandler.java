package dev.otaroutes.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.http.ProblemJson;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * {@code POST /api/v1/batches/{id}/devices}: adds the devices of a list to a batch while the list comes in ({@code api.md}).
 * <p>
 * It is a handler on the server's router because a Camel route would be handed a million lines in memory.
 */
public final class DeviceListHandler {
    /** A thousand keys or so: what is at work when a client breaks off is soon done, and its list can come again. */
    private static final int BLOCK_BYTES = 16 * 1024;

    private final DeviceLists lists;

    public DeviceListHandler(DeviceLists lists) {
        this.lists = lists;
    }

    /** Mounts it behind the access handler, which has looked at the type of the body. */
    public void mount(Router router) {
        router.route(HttpMethod.POST, "/api/v1/batches/:id/devices").order(AccessHandler.ORDER + 10).handler(this::handle);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        // Nothing is read while the tables are asked.
        request.pause();
        try {
            String batchId = batchId(context.pathParam("id"));
            String type = type(request);
            context.vertx().executeBlocking(() -> lists.begin(batchId, type), false)
                    .compose(list -> new UploadReceiver(context, list, BLOCK_BYTES, Long.MAX_VALUE).receive(() -> json(lists.finish(list))))
                    .onSuccess(report -> context.response().putHeader("Content-Type", "application/json").end(report))
                    .onFailure(failure -> ProblemJson.send(context, failure));
        } catch (ProblemException problem) {
            ProblemJson.send(context, problem);
        }
    }

    private static String batchId(String id) {
        if (!id.matches("[0-9]{1,18}")) {
            throw new ProblemException(404, "there is no batch [" + id + "]");
        }
        return id;
    }

    private static String type(HttpServerRequest request) {
        String said = request.getHeader("Content-Type");
        if (said == null) {
            throw new ProblemException(415, "[Content-Type] must be one of " + DeviceListReader.TYPES + ", and the body a list of devices");
        }
        String[] type = said.toLowerCase(Locale.ROOT).split(";", 2);
        String parameters = type.length == 1 ? "" : type[1];
        if (parameters.contains("charset") && !parameters.contains("utf-8") && !parameters.contains("utf8")) {
            throw new ProblemException(415, "[Content-Type] is [" + said + "]: a list is in UTF-8");
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new ProblemException(415, "[Content-Encoding] is [" + encoding + "]: a list comes as it is");
        }
        return type[0].strip();
    }

    private static String json(DeviceListSink.Report report) {
        try {
            return OperatorJson.mapper().writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the report [" + report + "] cannot be written as JSON", e);
        }
    }
}
