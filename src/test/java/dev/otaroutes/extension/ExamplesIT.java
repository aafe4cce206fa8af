package dev.otaroutes.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.OtaProcess;
import dev.otaroutes.support.Postgres;
import dev.otaroutes.support.ReadmeExample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the README shows under "Extend it", from its own text, all at once in a process, and seen from outside. */
@DisplayName("the README's example")
class ExamplesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_LINES = 15;
    private static final String SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static final List<ReadmeExample> EXAMPLES = ReadmeExample.all();

    private static Postgres database;
    private static OtaProcess ota;
    private static OperatorApi api;
    private static Fleet fleet;
    private static String packageId;

    @BeforeAll
    static void start() throws Exception {
        database = new Postgres();
        database.start();
        String url = database.newDatabase();
        ota = new OtaProcess("examples").withOwnFiles().with("ota.demo.enabled", "false")
                .with("ota.db.url", url).with("ota.db.username", database.username()).with("ota.db.password", database.password());
        for (ReadmeExample example : EXAMPLES) {
            example.putInto(ota.folder());
        }
        ota.withClasses(compiled(ota.folder().resolve("com/example/WeekOrder.java"))).start().awaitReady();
        try (Connection connection = DriverManager.getConnection(url, database.username(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE firmware (product_key VARCHAR(64), version VARCHAR(64), name VARCHAR(64), length BIGINT, sha256 VARCHAR(64),"
                    + " url VARCHAR(255))");
            statement.execute("INSERT INTO firmware VALUES ('lamp', '26w10', 'lamp.bin', 4711, '" + SHA256 + "', 'https://cdn.example/lamp.bin')");
        }
        api = new OperatorApi(ota.httpUrl());
        packageId = api.packageOf("lamp", "26w10", new byte[1_000]);
        fleet = new Fleet("tcp://127.0.0.1:" + ota.mqttPort(), "lamp");
    }

    @AfterAll
    static void stop() {
        if (fleet != null) {
            fleet.close();
        }
        if (ota != null) {
            ota.close();
        }
        database.close();
    }

    @Test
    @DisplayName("has 15 lines at most, and there are as many as extension points")
    void isShort() {
        assertThat(EXAMPLES).hasSize(8).allSatisfy(example -> assertThat(example.lines()).as(example.file()).isLessThanOrEqualTo(MOST_LINES));
    }

    @Test
    @DisplayName("stays as it was put there: nothing of ours writes beside it")
    void isLeftAlone() throws Exception {
        for (ReadmeExample example : EXAMPLES) {
            assertThat(ota.folder().resolve(example.file())).hasContent(example.text());
        }
        try (Stream<Path> custom = Files.list(ota.folder().resolve("routes/custom")); Stream<Path> sql = Files.walk(ota.folder().resolve("my-sql"))) {
            assertThat(custom).hasSize((int) EXAMPLES.stream().filter(example -> example.file().startsWith("routes/custom/")).count() + 1);
            assertThat(sql.filter(Files::isRegularFile)).hasSize(1);
        }
    }

    @Test
    @DisplayName("before an inform is handled: an old firmware's payload is understood")
    void beforeAnInform() {
        fleet.send("inform", "old", "{\"ver\":\"0.9\"}").join();
        fleet.inform("new", "26w01").join();

        awaitVersion("old", "0.9");
        awaitVersion("new", "26w01");
    }

    @Test
    @DisplayName("before an upgrade is sent, and of an own package table: both are on the wire")
    void beforeAnUpgrade() throws Exception {
        fleet.inform("kitchen", "26w01").join();
        awaitVersion("kitchen", "26w01");

        String batch = api.batch(packageId, List.of("kitchen"), "{}");
        JsonNode data = fleet.firstUpgrade("kitchen").get(30, TimeUnit.SECONDS).get("data");

        assertThat(data.get("extData").get("site").asText()).isEqualTo("north");
        assertThat(data.get("extData").get("strategy").asText()).isEqualTo(batch);
        assertThat(data.get("url").asText()).isEqualTo("https://cdn.example/lamp.bin");
        assertThat(data.get("size").asInt()).isEqualTo(4711);
        assertThat(data.get("sign").asText()).isEqualTo(SHA256);
    }

    @Test
    @DisplayName("after progress: a file has a line of it")
    void afterProgress() {
        fleet.inform("hall", "26w01").join();
        fleet.progress("hall", 50).join();

        awaitLine("data/progress.log", "lamp/hall is at 50");
    }

    @Test
    @DisplayName("another way in: an inform over HTTP is one, and guarded like the API")
    void overHttp() throws Exception {
        api.batch(packageId, List.of("gate"), "{}");

        assertThat(inform("gate", "{\"params\":{\"version\":\"26w02\"}}", "none").statusCode()).isEqualTo(200);

        awaitVersion("gate", "26w02");
        assertThat(fleet.firstUpgrade("gate").get(30, TimeUnit.SECONDS).get("data").get("version").asText()).isEqualTo("26w10");
        HttpResponse<String> refused = inform("gate", "{\"params\":{}}", "none");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(refused.body()).contains("version");
        assertThat(inform("gate", "{\"params\":{\"version\":\"26w02\"}}", "cross-site").statusCode()).isEqualTo(403);
    }

    @Test
    @DisplayName("of a version order: a device that is ahead is not taken back")
    void versionOrder() {
        fleet.inform("ahead", "26w11").join();
        awaitVersion("ahead", "26w11");

        String batch = api.batch(packageId, List.of("ahead"), "{}");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.list("/batches/" + batch + "/tasks")).singleElement()
                .satisfies(task -> assertThat(task.path("reason").asText()).isEqualTo("downgrade")));
    }

    @Test
    @DisplayName("of a webhook format: that is what is posted")
    void webhookFormat() throws Exception {
        List<String> posted = new CopyOnWriteArrayList<>();
        HttpServer chat = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        chat.createContext("/", call -> {
            posted.add(call.getRequestHeaders().getFirst("Content-Type") + " " + new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            call.sendResponseHeaders(204, -1);
            call.close();
        });
        chat.start();
        try {
            api.post("/webhooks", "{\"name\":\"chat\",\"url\":\"http://127.0.0.1:" + chat.getAddress().getPort()
                    + "/\",\"format\":\"chat\",\"events\":[\"version.changed\"]}");
            fleet.inform("talker", "26w03").join();

            await().atMost(PATIENCE).until(() -> posted.stream().anyMatch(post -> post.startsWith("application/json {")
                    && post.contains("\"text\":\"talker runs 26w03\"")));
        } finally {
            chat.stop(0);
        }
    }

    @Test
    @DisplayName("of a route in place of ours: it runs instead, and the log says so")
    void overriding() {
        fleet.send("inform", "broken", "not json").join();

        awaitLine("data/rejected.log", "/ota/device/inform/lamp/broken: ");
        assertThat(api.list("/rejected-messages")).anySatisfy(message ->
                assertThat(message.get("topic").asText()).isEqualTo("/ota/device/inform/lamp/broken"));
        assertThat(ota.log()).contains("route [reject] is that of routes/custom/reject.camel.yaml and not that of routes/errors.camel.yaml")
                .contains("route [receive-inform] is that of routes/custom/old-firmware.camel.yaml")
                .doesNotContain("route [inform] is");
    }

    private static HttpResponse<String> inform(String device, String json, String site) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(ota.httpUrl() + "/api/inform/lamp/" + device))
                .header("Content-Type", "application/json").header("Sec-Fetch-Site", site)
                .POST(HttpRequest.BodyPublishers.ofString(json)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void awaitVersion(String device, String version) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.send("GET", "/devices/lamp/" + device, null).body())
                .contains("\"version\":\"" + version + "\""));
    }

    private static void awaitLine(String file, String beginning) {
        Path path = ota.folder().resolve(file);
        await().atMost(PATIENCE).until(() -> Files.exists(path) && Files.readAllLines(path).stream().anyMatch(line -> line.startsWith(beginning)));
    }

    private static Path compiled(Path source) throws IOException {
        Path classes = Files.createDirectories(ota.folder().resolve("classes"));
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), "-classpath",
                System.getProperty("java.class.path"), source.toString());
        assertThat(failed).as("the compiler's exit code").isZero();
        return classes;
    }
}
