package dev.otaroutes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', value = {
        "POST | /base-api/openapi/v1/ota/get_ota_info   | 405 | application/json         | {\"code\":405,\"message\":\"[POST /base-api/openapi/v1/ota/get_ota_info]: this path does not take this method\"}",
        "GET  | /base-api/openapi/v1/ota/no_such        | 404 | application/json         | {\"code\":404,\"message\":\"[GET /base-api/openapi/v1/ota/no_such]: there is nothing at this path\"}",
        "POST | /base-api/openapi/v1/ota/write_ota_info | 413 | application/json         | {\"code\":413,\"message\":\"[POST /base-api/openapi/v1/ota/write_ota_info]: the body is longer than is taken here\"}",
        "GET  | /base-api/openapi/v1/ota/broken         | 500 | application/json         | {\"code\":500,\"message\":\"internal error; the reason is in the log of the service\"}",
        "GET  | /base-api-of-others                     | 404 | application/problem+json | {\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"[GET /base-api-of-others]: there is nothing at this path\"}"})
    void whatTheServerRefusesIsForDevicesAsTheyKnowIt(String method, String path, int status, String type, String body) throws Exception {
        Consumer<Router> routes = router -> {
            router.get("/base-api/openapi/v1/ota/get_ota_info").handler(context -> context.end());
            router.post("/base-api/openapi/v1/ota/write_ota_info").handler(BodyHandler.create(false).setBodyLimit(5)).handler(context -> context.end());
            router.get("/base-api/openapi/v1/ota/broken").handler(context -> {
                throw new IllegalStateException("a secret of ours");
            });
        };
        try (TestHttpServer server = new TestHttpServer(List.of(routes), Map.of())) {
            HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(server.uri(path)).version(HttpClient.Version.HTTP_1_1)
                    .method(method, HttpRequest.BodyPublishers.ofString(method.equals("POST") ? "123456" : "")).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue(type);
            assertThat(answer.body()).isEqualTo(body);
        }
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
