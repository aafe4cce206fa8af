package dev.otaroutes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.junit.jupiter.api.Test;

/** Our handlers stand on Camel's router before its first route does, or there is no start. */
class RouterSetupIT {
    @Test
    void handlersAreMountedWhileThereIsNoRouteYet() {
        AtomicInteger routes = new AtomicInteger(-1);
        try (TestHttpServer server = new TestHttpServer(List.of(router -> routes.set(router.getRoutes().size())), Map.of(
                "camel.routecontroller.enabled", "true"))) {
            assertThat(routes).hasValue(0);
        }
    }

    @Test
    void withoutTheServerThereIsNoStart() {
        assertThatThrownBy(() -> new TestHttpServer(List.of(), Map.of("camel.server.enabled", "false")).close())
                .hasMessageContaining("camel.server.enabled");
    }

    @Test
    void managementOnTheSamePortIsTheSameServer() throws Exception {
        try (TestHttpServer server = new TestHttpServer(List.of(), Map.of("camel.management.enabled", "true",
                "camel.management.host", "127.0.0.1", "camel.management.port", "0",
                "camel.management.healthCheckEnabled", "true", "camel.management.metricsEnabled", "true", "camel.metrics.enabled", "true"))) {
            HttpClient client = HttpClient.newHttpClient();
            for (String path : List.of("/observe/health", "/observe/health/live", "/observe/health/ready", "/observe/metrics")) {
                assertThat(client.send(HttpRequest.newBuilder(server.uri(path)).build(), HttpResponse.BodyHandlers.ofString()).statusCode())
                        .as(path).isEqualTo(200);
            }
            assertThat(server.context().hasServices(VertxPlatformHttpServer.class)).hasSize(1);
            assertThat(server.context().getRegistry().findByType(VertxPlatformHttpRouter.class)).hasSize(1);
        }
    }
}
