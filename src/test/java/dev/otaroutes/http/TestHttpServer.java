package dev.otaroutes.http;

import io.vertx.ext.web.Router;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.BaseMainSupport;

/** Camel's real HTTP server as camel-main starts it, on a free port of 127.0.0.1, with handlers of ours on its router. */
public final class TestHttpServer implements AutoCloseable {
    private final Main main = new Main();

    public TestHttpServer(List<Consumer<Router>> mounts, Map<String, Object> properties) {
        this(mounts, properties, context -> { });
    }

    /** @param prepare adds routes or beans before the start */
    public TestHttpServer(List<Consumer<Router>> mounts, Map<String, Object> properties, Consumer<CamelContext> prepare) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "camel.main.autoConfigurationLogSummary", "false",
                "camel.main.durationMaxSeconds", "0",
                "camel.server.enabled", "true",
                "camel.server.host", "127.0.0.1",
                "camel.server.port", "0"));
        all.putAll(properties);
        all.forEach((name, value) -> main.addInitialProperty(name, value.toString()));
        main.setPropertyPlaceholderLocations("false");
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport configured) {
                new RouterSetup(0, "/base-api", mounts).addTo(configured.getCamelContext());
                prepare.accept(configured.getCamelContext());
            }
        });
        main.start();
    }

    public CamelContext context() {
        return main.getCamelContext();
    }

    public int port() {
        return main.getCamelContext().hasService(VertxPlatformHttpServer.class).getPort();
    }

    public URI uri(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + port() + pathAndQuery);
    }

    @Override
    public void close() {
        main.stop();
    }
}
