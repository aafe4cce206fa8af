package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.spi.RestRegistry.RestService;

/**
 * Serves the contract of the operator API, and answers a path or a method that it does not have with a problem.
 * Camel would answer those with an empty body, or with the request's.
 */
public final class ContractPaths {
    private static final String BASE = "/api/v1";
    private static final String DOCUMENT = "openapi/ota.yaml";

    private final Supplier<? extends Collection<RestService>> services;

    /** @param services what Camel serves now; a reload of the routes may change it */
    public ContractPaths(Supplier<? extends Collection<RestService>> services) {
        this.services = services;
    }

    /**
     * Mounts {@code /api/v1/openapi.yaml}, which needs no key, and the check of every other path below {@code /api/v1}. What else is below
     * {@code /api} is an integrator's.
     */
    public void mount(Router router) {
        router.get(BASE + "/openapi.yaml").order(AccessHandler.ORDER - 1).handler(ContractPaths::document);
        router.route(BASE + "/*").order(AccessHandler.ORDER + 20).handler(this::check);
    }

    private static void document(RoutingContext context) {
        try (InputStream in = ContractPaths.class.getClassLoader().getResourceAsStream(DOCUMENT)) {
            if (in == null) {
                ProblemJson.send(context, 404, "this build has no [" + DOCUMENT + "]");
                return;
            }
            context.response().putHeader("Content-Type", "application/yaml").end(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("[" + DOCUMENT + "] cannot be read", e);
        }
    }

    private void check(RoutingContext context) {
        String path = context.normalizedPath();
        String method = context.request().method().name();
        var fitting = services.get().stream().filter(service -> template(service).fits(path)).toList();
        if (fitting.isEmpty()) {
            ProblemJson.send(context, 404, "there is nothing at [" + path + "]; " + BASE + "/openapi.yaml says what there is");
        } else if (fitting.stream().noneMatch(service -> service.getMethod().equals(method))) {
            String allowed = fitting.stream().map(RestService::getMethod).distinct().sorted().collect(Collectors.joining(", "));
            context.response().putHeader("Allow", allowed);
            ProblemJson.send(context, 405, "[" + path + "] takes " + allowed + ", but the method was [" + method + "]");
        } else {
            context.next();
        }
    }

    /** Camel's absolute URL without scheme and host. */
    private static PathTemplate template(RestService service) {
        return PathTemplate.of(service.getUrl().replaceFirst("^[a-z]+://[^/]+", ""));
    }
}
