package dev.otaroutes.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;

/**
 * Takes the body of a device's POST as JSON, whatever type it names: many a modem and plain {@code curl -d} say that it is a form, and it would
 * be read as one and be lost (protocol.md §7).
 */
public final class JsonBodies {
    private final String prefix;

    /** @param prefix as in {@code ota.device-api.prefix} */
    public JsonBodies(String prefix) {
        this.prefix = prefix;
    }

    /** Before the server reads the body. */
    public void mount(Router router) {
        router.route(HttpMethod.POST, prefix + "/*").order(RequestMeters.ORDER + 1).handler(context -> {
            context.request().headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
            context.next();
        });
    }
}
