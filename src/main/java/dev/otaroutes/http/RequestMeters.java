package dev.otaroutes.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.AsyncResult;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Set;

/** Counts and times what the HTTP server is asked, by what for: never by path, which has as many as there are devices and packages. */
public final class RequestMeters {
    /** Before everybody else. */
    static final int ORDER = -1_000;
    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

    private final MeterRegistry meters;
    private final String devicePrefix;

    /** @param devicePrefix as in {@code ota.device-api.prefix} */
    public RequestMeters(MeterRegistry meters, String devicePrefix) {
        this.meters = meters;
        this.devicePrefix = devicePrefix;
    }

    public void mount(Router router) {
        router.route().order(ORDER).handler(this::measure);
    }

    private void measure(RoutingContext context) {
        long began = System.nanoTime();
        context.addEndHandler(end -> record(context, Duration.ofNanos(System.nanoTime() - began), end));
        context.next();
    }

    private void record(RoutingContext context, Duration took, AsyncResult<Void> end) {
        String area = area(context.request().path());
        HttpMethod method = context.request().method();
        Timer.builder("ota.http.requests").description("HTTP requests, by what they are for; status cut: the client went away")
                .tags("area", area, "method", METHODS.contains(method) ? method.name() : "other",
                        "status", end.failed() ? "cut" : String.valueOf(context.response().getStatusCode()))
                .register(meters).record(took);
        Counter.builder("ota.http.sent").baseUnit("bytes").description("Bytes of answers that were sent, also of those that were cut").tag("area", area)
                .register(meters).increment(context.response().bytesWritten());
    }

    private String area(String path) {
        if (path == null) {
            return "other";
        }
        if (path.startsWith(devicePrefix + "/")) {
            return "device-api";
        }
        return path.startsWith("/api/") ? "operator-api" : path.startsWith("/download/") ? "download" : path.startsWith("/observe/") ? "observe" : "other";
    }
}
