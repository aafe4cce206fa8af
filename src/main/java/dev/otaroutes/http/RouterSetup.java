package dev.otaroutes.http;

import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.CamelContextRoutesStartingEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;

/**
 * Mounts our own handlers on the router of Camel's HTTP server, on the same port as Camel's REST routes.
 * <p>
 * It does so after the server is up and before the first route is: so no request reaches a route past the access handler,
 * not even in the first milliseconds. Add it with {@link #addTo}.
 */
public final class RouterSetup extends SimpleEventNotifierSupport {
    private static final Map<Integer, String> FAULTS = Map.of(
            400, "the request cannot be read; it must be HTTP with one [Host]",
            404, "there is nothing at this path",
            405, "this path does not take this method",
            406, "the answer is JSON, and [Accept] does not take it",
            413, "the body is longer than is taken here",
            414, "the path is longer than is taken here",
            415, "[Content-Type] is none that is taken here");

    private final int port;
    private final List<Consumer<Router>> mounts;
    private volatile RuntimeException failure;

    /**
     * @param port as in {@code camel.server.port}; the router is registered under it
     * @param mounts each adds its handlers, with an order of its own
     */
    public RouterSetup(int port, List<Consumer<Router>> mounts) {
        this.port = port;
        this.mounts = List.copyOf(mounts);
    }

    /** Before the context is started. */
    public void addTo(CamelContext context) {
        context.getManagementStrategy().addEventNotifier(this);
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event instanceof CamelContextRoutesStartingEvent;
    }

    @Override
    public void notify(CamelEvent event) {
        try {
            mount(event);
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    /**
     * Camel only logs what a notifier throws and goes on, here without a guard at the API: to be asked after the start.
     *
     * @throws RuntimeException why the handlers are not mounted
     */
    public void requireMounted() {
        if (failure != null) {
            throw failure;
        }
    }

    private void mount(CamelEvent event) {
        CamelContext context = ((CamelContextRoutesStartingEvent) event).getContext();
        VertxPlatformHttpRouter router = VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
        if (router == null) {
            throw new IllegalStateException("no HTTP server at port [" + port + "]: camel.server.port must be ota.http.port");
        }
        answerWithProblems((Router) router.getServer().getServer().requestHandler());
        mounts.forEach(mount -> mount.accept(router));
    }

    /** What the server itself refuses (no Host, a body beyond the limit, an unknown path) is problem JSON too. */
    private static void answerWithProblems(Router root) {
        FAULTS.forEach((status, detail) -> root.errorHandler(status, context -> ProblemJson.send(context, status,
                "[" + context.request().method() + " " + context.request().path() + "]: " + detail)));
        root.errorHandler(500, context -> ProblemJson.send(context, context.failure()));
    }
}
