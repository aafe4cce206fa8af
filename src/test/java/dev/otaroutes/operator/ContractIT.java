package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.http.ProblemJson;
import dev.otaroutes.http.TestHttpServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.RestRegistry.RestService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a caller of a contract-first API sees when a request is not what the contract says. */
class ContractIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static TestHttpServer server;

    @BeforeAll
    static void start() {
        AtomicReference<CamelContext> camel = new AtomicReference<>();
        server = new TestHttpServer(
                List.of(new AccessHandler(OperatorKeys.parse(""))::mount,
                        new ContractPaths(() -> camel.get().getRestRegistry().listAllRestServices())::mount),
                Map.of("camel.rest.clientRequestValidation", "true"),
                context -> {
                    camel.set(context);
                    context.getRegistry().bind("contractValidator", new ContractValidator());
                    addRoutes(context);
                });
    }

    private static void addRoutes(CamelContext context) {
        try {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    onException(Exception.class).handled(true).process(ProblemJson::answerFailure);
                    rest().openApi("contract/things.yaml");
                    from("direct:findThing").setBody(simple("${variable.key}|${variable.label}")).removeHeaders("*");
                    from("direct:putThing").convertBodyTo(String.class).removeHeaders("*");
                    from("direct:poke").process(exchange -> {
                        if ("teapot".equals(exchange.getVariable("key"))) {
                            throw new ProblemException(409, "[key] is [teapot]: it is hot");
                        }
                        throw new IllegalStateException("secret inner workings");
                    });
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aGoodRequestReachesItsRouteWithItsBodyAsItWas() throws Exception {
        HttpResponse<String> answer = put("{ \"name\" : \"x\", \"free\": {\"any\": [1.50]} }");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{ \"name\" : \"x\", \"free\": {\"any\": [1.50]} }");
    }

    @ParameterizedTest(name = "{0} arrives as {1}")
    @CsvSource({"/things/a%20b%25, 'a b%', 400", "/things/%E4%B8%AD%3F, 中?, 200", "/things/a:b, a:b, 200", "/things/x?label=a%20b%2Bc+d, x|a b+c d, 200"})
    void pathAndQueryArriveDecoded(String path, String arrived, int status) throws Exception {
        HttpResponse<String> answer = send("GET", "/api/v1" + path, null);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(arrived);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                          | [name] is missing",
        "{\"name\":5}                                | [name] must be string, but was [5]",
        "{\"name\":null}                             | [name] must be string, but was [null]",
        "{\"name\":\"toolong\"}                      | [name] is [toolong]",
        "{\"name\":\"x\",\"nmae\":1,\"foo\":2}       | [foo] is not a field of this call; [nmae] is not a field of this call",
        "{\"name\":\"x\",\"kind\":\"huge\"}          | [kind] must be one of [big,small], but was [huge]",
        "{\"name\":\"x\",\"count\":0}                | [count] is [0]",
        "{\"name\":\"x\",\"count\":1.5}              | [count] must be integer, but was [1.5]",
        "{\"name\":\"x\",\"parts\":[{},{\"size\":\"1\"}]} | [parts.1.size] must be integer, but was [1]",
        "{\"name\":\"x\",\"parts\":[{\"sise\":1}]}   | [parts.0.sise] is not a field of this call",
        "[1]                                         | the body must be object, but was [[1]]",
        "\"x\"                                       | the body must be object, but was [x]"})
    void whatTheContractForbidsIsNamedWithItsValue(String body, String detail) throws Exception {
        assertProblem(put(body), 400, detail);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"name\": nope}                  | line 1, column 15",
        "{\"name\": \"x\"                  | the body is not JSON",
        "{\"name\":\"x\"} {}               | the body is not JSON",
        "{\"name\":\"x\",\"name\":\"y\"}   | Duplicate field 'name'"})
    void whatIsNotJsonIsRefusedWithThePlace(String body, String detail) throws Exception {
        assertProblem(put(body), 400, detail);
    }

    @Test
    void whatIsNestedTooDeepIsRefused() throws Exception {
        assertProblem(put("{\"name\":\"x\",\"free\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + "}"), 400, "the body is not JSON");
    }

    @Test
    void aBodyMustBeUtf8() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.uri("/api/v1/things/x")).header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray("{\"name\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1))).build();

        assertProblem(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()), 400, "the body is not JSON");
    }

    @Test
    void aMissingBodyIsSaid() throws Exception {
        assertProblem(send("PUT", "/api/v1/things/x", null), 400, "needs a body");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
        "/things/x?limit=abc | [limit] must be integer, but was [abc]",
        "/things/x?limit=11 | [limit] is [11]",
        "/things/x?limit=1&limit=2 | [limit] is [1,2]",
        "/things/x?limt=5 | [limt] is not a parameter of this call",
        "/things/x?label=%zz | ",
        "/things/a%2Fb | [key] must match",
        "/things/a%00b | [key] must match"})
    void aBadParameterIsNamedWithItsValue(String path, String detail) throws Exception {
        assertRawProblem("GET /api/v1" + path, 400, detail == null ? "" : detail);
    }

    @Test
    void anUnknownPathIsNotFound() throws Exception {
        assertProblem(send("GET", "/api/v1/nothing", null), 404, "/api/v1/nothing");
        assertProblem(send("GET", "/api/v2/things/x", null), 404, "/api/v2/things/x");
        assertProblem(send("GET", "/api", null), 404, "/api");
        assertProblem(send("GET", "/api/v1/things/x/y", null), 404, "/api/v1/things/x/y");
    }

    @Test
    void anotherMethodIsRefusedWithThoseAllowed() throws Exception {
        HttpResponse<String> answer = send("DELETE", "/api/v1/things/x", null);

        assertProblem(answer, 405, "[DELETE]");
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, POST, PUT");
    }

    @Test
    void aRoutesRefusalIsItsProblem() throws Exception {
        assertProblem(send("POST", "/api/v1/things/teapot", null), 409, "[key] is [teapot]: it is hot");
    }

    @Test
    void ourOwnFaultShowsNothingOfItsInside() throws Exception {
        HttpResponse<String> answer = send("POST", "/api/v1/things/x", null);

        assertProblem(answer, 500, "internal error");
        assertThat(answer.body()).doesNotContain("secret inner workings");
    }

    @Test
    void whatTheRequestBroughtDoesNotComeBack() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.uri("/api/v1/things/x")).header("Content-Type", "application/json")
                .header("Authorization", "Bearer abc").header("X-Mine", "1").PUT(HttpRequest.BodyPublishers.ofString("{}")).build();
        HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());

        assertProblem(answer, 400, "[name]");
        assertThat(answer.headers().map()).doesNotContainKeys("authorization", "x-mine", "key");
    }

    @Test
    void theRestRegistryNamesTheWholePath() {
        assertThat(server.context().getRestRegistry().listAllRestServices()).extracting(RestService::getUrl)
                .allMatch(url -> url.endsWith("/api/v1/things/{key}"));
    }

    private static HttpResponse<String> put(String body) throws Exception {
        return send("PUT", "/api/v1/things/x", body);
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path));
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(method, HttpRequest.BodyPublishers.ofString(body)).header("Content-Type", "application/json");
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void assertRawProblem(String requestLine, int status, String detail) throws Exception {
        String answer = RawHttp.send(server.port(), requestLine + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("application/problem+json").contains(detail);
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String detail) throws Exception {
        assertThat(answer.body()).as("status %d", answer.statusCode()).isNotEmpty();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("detail").textValue()).contains(detail);
    }
}
