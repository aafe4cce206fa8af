package dev.otaroutes.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Ordered;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Mounts our own handlers on the router of Camel's HTTP server, on the same port as Camel's REST routes.
 * <p>
 * It does so after the server is up and before the first route is: so no request reaches a route past the access handler,
 * not even in the first milliseconds. Add it with {@link #addTo}.
 */
public final class RouterSetup implements StartupListener, Ordered {
    private static final Map<Integer, String> FAULTS = Map.of(
            400, "the request cannot be read; it must be HTTP with one [Host]",
            404, "there is nothing at this path",
            405, "this path does not take this method",
            406, "the answer is JSON, and [Accept] does not take it",
            413, "the body is longer than is taken here",
            414, "the path is longer than is taken here",
            415, "[Content-Type] is none that is taken here");

    private final int port;
    private final String devicePrefix;
    private final List<Consumer<Router>> mounts;

    /**
     * @param port as in {@code camel.server.port}; the router is registered under it
     * @param devicePrefix as in {@code ota.device-api.prefix}: devices are answered in their own way below it
     * @param mounts each adds its handlers, with an order of its own
     */
    public RouterSetup(int port, String devicePrefix, List<Consumer<Router>> mounts) {
        this.port = port;
        this.devicePrefix = devicePrefix;
        this.mounts = List.copyOf(mounts);
    }

    /** Before the context is started. */
    public void addTo(CamelContext context) {
        try {
            context.addStartupListener(this);
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP server cannot be set up: " + e.getMessage(), e);
        }
    }

    /** Behind the listener that starts the server. */
    @Override
    public int getOrder() {
        return LOWEST;
    }

    /** A failure here ends the start; one of an event notifier would be passed over, and leave the API unguarded. */
    @Override
    public void onCamelContextStarting(CamelContext context, boolean alreadyStarted) {
        VertxPlatformHttpRouter router = VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
        if (router == null) {
            throw new IllegalStateException("no HTTP server at port [" + port + "]: camel.server.enabled must be true and"
                    + " camel.server.port must be ota.http.port");
        }
        answerWithProblems((Router) router.getServer().getServer().requestHandler());
        mounts.forEach(mount -> mount.accept(router));
    }

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // mounted before
    }

    /** What the server itself refuses (no Host, a body beyond the limit, an unknown path) is problem JSON too, and for devices what they know. */
    private void answerWithProblems(Router root) {
        FAULTS.forEach((status, detail) -> root.errorHandler(status, context -> refusal(context).send(context, status,
                "[" + context.request().method() + " " + context.request().path() + "]: " + detail)));
        root.errorHandler(500, context -> ProblemJson.send(context, context.failure(), refusal(context)));
    }

    private ProblemJson.Refusal refusal(RoutingContext context) {
        String path = context.request().path();
        return path != null && path.startsWith(devicePrefix + "/") ? CodeJson::send : ProblemJson::send;
    }
}
