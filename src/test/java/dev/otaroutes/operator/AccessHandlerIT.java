package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.http.TestHttpServer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who reaches a Camel route under /api: requests as raw text, so that every header is ours. */
class AccessHandlerIT {
    private static final String KEYS = "ci:s3cret-change, board:s3cret-look:read";

    private final AtomicInteger calls = new AtomicInteger();
    private TestHttpServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080"})
    void withoutKeysThisMachineIsAnswered(String host) throws Exception {
        start("");

        assertThat(get("Host: " + host)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "192.168.1.5", "[::2]", "0.0.0.0"})
    void withoutKeysAnotherNameForThisMachineIsRefused(String host) throws Exception {
        start("");

        assertProblem(get("Host: " + host), 403, "[Host] is [" + host.toLowerCase(Locale.ROOT));
    }

    @Test
    void aRequestMustHaveOneHost() throws Exception {
        start("");

        assertProblem(get("X: y"), 400, "[Host]");
        assertProblem(get("Host: localhost\r\nHost: evil.example"), 400, "[Host]");
        assertThat(calls).hasValue(0);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Sec-Fetch-Site: cross-site", "Origin: https://evil.example", "Origin: null", "Origin: http://localhost:9",
        "Origin: http://localhost.evil.example"})
    void aPageOfAnotherSiteIsRefused(String header) throws Exception {
        start(KEYS);

        assertProblem(get("Host: localhost:8080\r\nAuthorization: Bearer s3cret-change\r\n" + header), 403, "web pages");
        assertThat(calls).hasValue(0);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "Origin: http://localhost:8080", "Origin: HTTP://LOCALHOST:8080"})
    void aPageOfOurOwnIsAnswered(String header) throws Exception {
        start("");

        assertThat(get("Host: localhost:8080\r\n" + header)).startsWith("HTTP/1.1 200");
    }

    @Test
    void aBrowserIsNotGivenPermissionInAdvance() throws Exception {
        start("");

        String answer = raw("OPTIONS /api/v1/things HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n"
                + "Access-Control-Request-Method: PUT\r\nConnection: close\r\n\r\n");
        assertProblem(answer, 403, "evil.example");
        assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("access-control");
    }

    @Test
    void aKeyIsNeededAsSoonAsThereAreKeys() throws Exception {
        start(KEYS);

        assertProblem(get("Host: any.example"), 401, "Bearer");
        assertProblem(get("Host: any.example\r\nAuthorization: Basic czNjcmV0LWNoYW5nZQ=="), 401, "Bearer");
        assertProblem(get("Host: any.example\r\nAuthorization: Bearer s3cret-chang"), 401, "not in ota.api.keys");
        assertProblem(get("Host: any.example\r\nAuthorization: Bearer "), 401, "");
        assertThat(get("Host: any.example")).contains("WWW-Authenticate: Bearer");
        assertThat(get("Host: any.example\r\nAuthorization: Bearer s3cret-change")).startsWith("HTTP/1.1 200");
        assertThat(get("Host: any.example\r\nAuthorization: bearer s3cret-look")).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"/api", "/api/", "//api/v1/things", "/%61pi/v1/things", "/x/../api/v1/things", "/api/v1/../v1/things", "/api/v9"})
    void noSpellingOfThePathGetsAroundTheKey(String path) throws Exception {
        start(KEYS);

        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")).matches("(?s)HTTP/1.1 (401|404).*");
        assertThat(calls).hasValue(0);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void aReadKeyChangesNothing(String method) throws Exception {
        start(KEYS);

        assertProblem(raw(method + " /api/v1/things HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer s3cret-look\r\nConnection: close\r\n\r\n"),
                403, "[" + method + "]");
        assertThat(calls).hasValue(0);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx", "none"})
    void aBodyNeedsItsJsonType(String type) throws Exception {
        start("");

        assertProblem(post("/api/v1/things", type.equals("none") ? "X: y" : "Content-Type: " + type, "{}"), 415, "application/json");
        assertThat(calls).hasValue(0);
    }

    @Test
    void aBodyOfUnsaidLengthNeedsItsTypeToo() throws Exception {
        start("");

        assertProblem(raw("POST /api/v1/things HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "2\r\n{}\r\n0\r\n\r\n"), 415, "application/json");
    }

    @Test
    void aCallWithoutBodyNeedsNoType() throws Exception {
        start("");

        assertThat(raw("POST /api/v1/things HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 200");
        assertThat(post("/api/v1/things", "Content-Type: application/x-www-form-urlencoded", "")).startsWith("HTTP/1.1 200");
        assertThat(post("/api/v1/things", "Content-Type: application/json; charset=utf-8", "{}")).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest(name = "{0} is answered {1}")
    @CsvSource({"application/octet-stream, 200", "application/gzip, 200", "text/plain, 415", "multipart/form-data, 415"})
    void anUploadTakesAnyTypeButAForms(String type, int status) throws Exception {
        start("");

        assertThat(raw("PUT /api/v1/packages/7/files/fw.bin HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab")).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void aBodyThatIsTooLongIsRefusedBeforeItIsSent() throws Exception {
        start("");

        assertProblem(raw("POST /api/v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1048577\r\nConnection: close\r\n\r\n"), 413, "1048577");
        assertThat(calls).hasValue(0);
    }

    @Test
    void aBodyOfUnsaidLengthIsRefusedWhenItGetsTooLong() throws Exception {
        start("", Map.of("camel.server.maxBodySize", "1024"));
        String chunk = "400\r\n" + "x".repeat(1024) + "\r\n";

        assertProblem(raw("POST /api/v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk + chunk + "0\r\n\r\n"), 413, "longer");
        assertThat(calls).hasValue(0);
    }

    @Test
    void anUnknownPathIsAProblemEverywhere() throws Exception {
        start("");

        assertProblem(raw("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), 404, "/nowhere");
    }

    @Test
    void keysAreNeitherLoggedNorAnswered() throws Exception {
        try (RecordedLog log = RecordedLog.of(Level.DEBUG)) {
            start(KEYS);
            String answers = get("Host: h\r\nAuthorization: Bearer s3cret-change") + get("Host: h\r\nAuthorization: Bearer s3cret-wrong")
                    + get("Host: h\r\nAuthorization: Bearer s3cret-look");

            assertThat(answers).doesNotContain("s3cret");
            assertThat(log.text()).isNotEmpty().doesNotContain("s3cret");
        }
    }

    private void start(String keys) {
        start(keys, Map.of());
    }

    private void start(String keys, Map<String, Object> properties) {
        server = new TestHttpServer(List.of(new AccessHandler(OperatorKeys.parse(keys))::mount), properties, context -> {
            try {
                context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("platform-http:/api?matchOnUriPrefix=true").process(exchange -> calls.incrementAndGet()).setBody().constant("ok");
                    }
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private String get(String headers) throws Exception {
        return raw("GET /api/v1/things HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n");
    }

    private String post(String path, String header, String body) throws Exception {
        return raw("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body);
    }

    private String raw(String request) throws Exception {
        return RawHttp.send(server.port(), request);
    }

    private static void assertProblem(String answer, int status, String detail) {
        assertThat(answer).startsWith("HTTP/1.1 " + status).containsIgnoringCase("content-type: application/problem+json").contains(detail);
    }
}
