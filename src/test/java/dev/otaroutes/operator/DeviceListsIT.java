package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.store.Database;
import dev.otaroutes.support.DatabaseServer;
import dev.otaroutes.support.MariaDb;
import dev.otaroutes.support.Postgres;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("operator API: lists of devices for a batch")
class DeviceListsIT {
    private static final String CSV = "text/csv";
    private static final String NONE = "'refused':0,'problems':[]}";
    private static OperatorServer server;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        server = OperatorServer.onH2("lists");
        api = server.client();
        api.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo'}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aBatchWithoutDevicesWaitsForItsListAndThenRuns() {
        String batch = batch(api, "waits", "{'select':{'devices':[]},'rollout':{'pushPerMinute':1}}");
        await().during(Duration.ofSeconds(2)).until(() -> status(batch).equals("preparing"));
        server.inform("lamp", "new", "default", "waits");

        api.list(batch, CSV, "deviceKey\nkitchen\ncellar\nnew\nkitchen\n").assertIs(200, "{'added':2,'known':1,'upToDate':1," + NONE);

        await().until(() -> status(batch).equals("running"));
        assertThat(api.get("/batches/" + batch + "/tasks").keys("deviceKey")).containsExactlyInAnyOrder("cellar", "kitchen");
        api.list(batch, CSV, "deviceKey\nkitchen\ncellar\nnew\nroof").assertIs(200, "{'added':1,'known':2,'upToDate':1," + NONE);
        assertThat(api.get("/batches/" + batch).json().get("counts").get("pending").intValue()).isEqualTo(3);
    }

    @Test
    void linesThatCannotBeUsedAreToldAndTheOthersAreTaken() {
        String batch = batch(api, "told", "{'select':{'devices':['kitchen']}}");
        await().until(() -> status(batch).equals("running"));

        api.list(batch, "application/x-ndjson", "\"a\"\n\"a b\"\n{\"deviceKey\":\"kitchen\"}\n\"\"\noops\n\"" + "x".repeat(65) + "\"\n\"b\"").assertIs(200,
                "{'added':2,'known':1,'upToDate':0,'refused':4,'problems':["
                + "{'line':2,'reason':'deviceKey must be 1 to 64 characters without + # /, white space or NUL, but was [a b]'},"
                + "{'line':4,'reason':'deviceKey must be 1 to 64 characters without + # /, white space or NUL, but was []'},"
                + "{'line':5,'reason':'the line is not JSON'},"
                + "{'line':6,'reason':'deviceKey must be 1 to 64 characters without + # /, white space or NUL, but was [" + "x".repeat(65) + "]'}]}");
        ApiClient.Answer bad = api.list(batch, "application/jsonl", "1\n".repeat(150));
        assertThat(bad.json().get("refused").intValue()).isEqualTo(150);
        assertThat(bad.json().get("problems")).hasSize(100);
    }

    @Test
    void aListOfBadLinesAloneDoesNotBeginABatch() {
        String batch = batch(api, "bad", "{'select':{'devices':[]}}");
        api.list(batch, CSV, "a b\n");
        assertThat(server.database().jdbc().sql("SELECT unlisted FROM ota_batch WHERE id = " + batch).query(Integer.class).single()).isEqualTo(1);
    }

    @Test
    void aFinishedBatchGoesOnAndOtherOnesThatAreOverTakeNothing() {
        String finished = batch(api, "finished", "{'select':{'devices':['one']}}");
        server.inform("lamp", "one", "default", "finished");
        await().until(() -> status(finished).equals("finished"));
        assertThat(api.list(finished, CSV, "two").json().get("added").intValue()).isEqualTo(1);
        assertThat(status(finished)).isEqualTo("running");

        api.post("/batches/" + finished + "/cancel", null);
        api.list(finished, CSV, "three").assertProblem(409, "batch [" + finished + "] is canceled and takes no more devices: make another one");
        String dynamic = batch(api, "dynamic", "{'select':{'all':true},'dynamic':true}");
        api.list(dynamic, CSV, "one").assertProblem(409, "batch [" + dynamic + "] is dynamic: devices are taken as they inform, and not listed");
        api.list("999999", CSV, "one").assertProblem(404, "there is no batch [999999]");
        String ended = batch(api, "ended", "{'select':{'devices':['one']},'rollout':{'endAt':'2026-11-23T15:04:06Z'}}");
        server.database().jdbc().sql("UPDATE ota_batch SET rollout = '{\"endAt\":\"2026-11-23T15:04:05Z\"}' WHERE id = " + ended).update();
        api.list(ended, CSV, "two").assertProblem(409, "batch [" + ended + "] takes no more devices: its rollout.endAt was [2026-11-23T15:04:05Z]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
    void otherTypesAreRefused(String type) {
        api.list("1", type, "one").assertProblem(415, "[Content-Type] must be one of [text/csv, application/x-ndjson, application/jsonl], but was [" + type + "]");
    }

    @Test
    void aListIsInUtf8AndSaysItsType() {
        api.list("1", "text/csv; charset=gbk", "one").assertProblem(415, "[Content-Type] is [text/csv; charset=gbk]: a list is in UTF-8");
        api.post("/batches/1/devices", null).assertProblem(415,
                "[Content-Type] must be one of [text/csv, application/x-ndjson, application/jsonl], and the body a list of devices");
    }

    @Test
    void whatCameOfAListThatBrokeOffStaysAndTheSameListAgainAddsTheRest() throws Exception {
        String batch = batch(api, "broken", "{'select':{'devices':[]},'rollout':{'pushPerMinute':1}}");
        String list = IntStream.range(0, 10_000).mapToObj(i -> String.format("device-%06d", i)).collect(Collectors.joining("\n"));
        try (Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
            socket.getOutputStream().write(("POST /api/v1/batches/" + batch + "/devices HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: "
                    + list.length() + "\r\n\r\n" + list.substring(0, 100_000)).getBytes(StandardCharsets.US_ASCII));
            await().until(() -> tasks(batch) > 0);
            api.list(batch, CSV, "one").assertProblem(409, "another list of batch [" + batch + "] is coming in, or broke off less than 90 s ago: try again when that is over");
        }
        await().until(() -> server.database().jdbc().sql("SELECT COUNT(*) FROM ota_batch WHERE list_until IS NULL AND id = " + batch).query(Integer.class).single() == 1);
        assertThat(status(batch)).isEqualTo("preparing");

        ApiClient.Answer whole = api.list(batch, CSV, list);
        assertThat(whole.json().get("known").intValue()).isBetween(500, 7_000);
        assertThat(whole.json().get("known").intValue() + whole.json().get("added").intValue()).isEqualTo(10_000);
        assertThat(tasks(batch)).isEqualTo(10_000);
        await().until(() -> status(batch).equals("running"));
    }

    @Test
    void aListThatComesWhileABatchIsCanceledEndsThere() throws IOException {
        String batch = batch(api, "canceled", "{'select':{'devices':[]}}");
        String list = IntStream.range(0, 8_000).mapToObj(i -> String.format("device-%06d", i)).collect(Collectors.joining("\n"));
        String head = "POST /api/v1/batches/" + batch + "/devices HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nConnection: close\r\nContent-Length: "
                + list.length() + "\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write((head + list.substring(0, 70_000)).getBytes(StandardCharsets.US_ASCII));
            await().until(() -> tasks(batch) > 0);
            api.post("/batches/" + batch + "/cancel", null);
            socket.getOutputStream().write(list.substring(70_000).getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 409").contains("has ended since its list began to come");
        }
        await().until(() -> api.get("/batches/" + batch).json().has("finishedAt"));
        assertThat(api.get("/batches/" + batch).json().get("counts").get("pending").intValue()).isZero();
    }

    /** Each of the devices stands there ten times: it is the stream that is long. */
    @Test
    void aLongListStreamsIn() {
        String batch = batch(api, "long", "{'select':{'devices':[]},'rollout':{'pushPerMinute':1}}");
        String list = IntStream.range(0, 200_000).mapToObj(i -> "{\"deviceKey\":\"device-" + i % 20_000 + "\"}\n").collect(Collectors.joining());

        api.list(batch, "application/jsonl", list).assertIs(200, "{'added':20000,'known':180000,'upToDate':0," + NONE);
        assertThat(tasks(batch)).isEqualTo(20_000);
        assertThat(api.get("/batches/" + batch).json().get("counts").get("pending").intValue()).isEqualTo(20_000);
    }

    @Test
    void aListIsTakenOnPostgreSql() {
        try (DatabaseServer database = new Postgres()) {
            aListIsTakenOn(database);
        }
    }

    @Test
    void aListIsTakenOnMariaDb() {
        try (DatabaseServer database = new MariaDb()) {
            aListIsTakenOn(database);
        }
    }

    private static void aListIsTakenOn(DatabaseServer database) {
        database.start();
        try (OperatorServer other = new OperatorServer(new Database(database.newDatabase(), database.username(), database.password(), 4),
                new DownloadAddress(URI.create("http://127.0.0.1:8080"), false, 16_777_216))) {
            ApiClient client = other.client();
            client.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo'}");
            String batch = batch(client, "2.0", "{'select':{'devices':[]},'rollout':{'stages':[{'percent':10},{'percent':100}]}}");
            other.inform("lamp", "灯一", "default", "2.0");
            String list = "deviceKey\n灯一\n灯二\n灯二\na/b\n" + IntStream.range(0, 2_000).mapToObj(i -> "d" + i + "\n").collect(Collectors.joining());
            String problems = "'refused':1,'problems':[{'line':5,'reason':'deviceKey must be 1 to 64 characters without + # /, white space or NUL, but was [a/b]'}]}";

            client.list(batch, CSV, list).assertIs(200, "{'added':2001,'known':1,'upToDate':1," + problems);
            client.list(batch, CSV, list).assertIs(200, "{'added':0,'known':2002,'upToDate':1," + problems);
            await().until(() -> client.get("/batches/" + batch).json().get("status").textValue().equals("running"));
            assertThat(client.get("/batches/" + batch + "/tasks?status=pending&deviceKey=灯二").keys("deviceKey")).containsExactly("灯二");
        }
    }

    private static long tasks(String batch) {
        return server.database().jdbc().sql("SELECT COUNT(*) FROM ota_task WHERE batch_id = " + batch).query(Long.class).single();
    }

    private static String status(String batch) {
        return api.get("/batches/" + batch).json().get("status").textValue();
    }

    private static String batch(ApiClient client, String version, String body) {
        String packageId = client.post("/packages", "{'productKey':'lamp','version':'" + version
                + "','files':[{'name':'fw.bin','url':'http://cdn.example/fw.bin','size':432945,'sha256':'" + "c".repeat(64) + "'}]}").id();
        return client.post("/packages/" + packageId + "/batches", body).id();
    }
}
