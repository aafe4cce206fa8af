package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("operator API: results")
class ResultsIT {
    private static OperatorServer server;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        server = OperatorServer.onH2("results");
        api = server.client();
        api.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo'}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void failuresAreShownByReasonWordsAndSourceVersion() {
        api.put("/products/failing", "{'name':'Failing','dialect':'sagoo'}");
        String packageId = api.post("/packages", "{'productKey':'failing','version':'2.0','files':[{'name':'fw.bin','url':'http://cdn.example/fw.bin','size':432945,"
                + "'sha256':'" + "c".repeat(64) + "'}]}").id();
        IntStream.range(0, 8).forEach(i -> server.inform("failing", "d" + i, "default", i < 3 ? "1.0" : "1.1"));
        String batch = api.post("/packages/" + packageId + "/batches", "{'select':{'devices':"
                + IntStream.range(0, 8).mapToObj(i -> "'d" + i + "'").collect(Collectors.joining(",", "[", "]")) + "},'rollout':{'attempts':1}}").id();
        await().until(() -> api.get("/batches/" + batch + "/tasks").keys("id").size() == 8);
        IntStream.range(0, 8).forEach(i -> server.push("failing", "d" + i, "default", i < 3 ? "1.0" : "1.1"));
        IntStream.range(0, 5).forEach(i -> server.progress("failing", "d" + i, "default", -2, i < 2 ? "no space" : i == 2 ? "reset" : null));
        server.progress("failing", "d5", "default", -4, "bad block");
        server.inform("failing", "d6", "default", "2.0");

        api.get("/results/failures?batchId=" + batch).assertIs(200, "{'items':["
                + "{'reason':'download-failed','devices':5,'percent':83.33,'topMessages':[{'message':'no space','devices':2,'percent':40.0},"
                + "{'message':'reset','devices':1,'percent':20.0}],"
                + "'bySourceVersion':[{'version':'1.0','devices':3,'percent':60.0},{'version':'1.1','devices':2,'percent':40.0}]},"
                + "{'reason':'flash-failed','devices':1,'percent':16.67,'topMessages':[{'message':'bad block','devices':1,'percent':100.0}],"
                + "'bySourceVersion':[{'version':'1.1','devices':1,'percent':100.0}]}]}");
        assertThat(api.get("/results/success?productKey=failing&module=default").json().get("successRate").doubleValue()).isEqualTo(14.29);
    }

    @Test
    void whatIsNotThereIsNamed() {
        api.get("/results/failures").assertProblem(400, "one of productKey, packageId and batchId must be given, but 0 are");
        api.get("/results/failures?productKey=lamp&batchId=1").assertProblem(400, "one of productKey, packageId and batchId must be given, but 2 are");
        api.get("/results/failures?batchId=1&module=MCU").assertProblem(400, "module [MCU] is given without productKey: a package and a batch have one module");
        api.get("/results/failures?batchId=999999").assertProblem(404, "there is no batch [999999]");
        api.get("/results/failures?productKey=lamp").assertIs(200, "{'items':[]}");
        api.get("/results/versions/history").assertProblem(400, "[productKey] is missing");
        api.get("/results/versions/history?productKey=nobody").assertProblem(404, "there is no product [nobody]");
        api.get("/results/versions/history?productKey=lamp").assertIs(200, "{'items':[]}");
        api.get("/results/versions/history?productKey=lamp&from=2026-02-30").assertProblem(400, "from must be a day such as 2026-11-23, but was [2026-02-30]");
        api.get("/results/versions/history?productKey=lamp&from=2026-11-24&to=2026-11-23").assertProblem(400,
                "from must not be after to, but was [2026-11-24], and to is [2026-11-23]");
    }

    @Test
    void theHistoryShowsThirtyDaysWhereNoMoreIsAskedFor() {
        api.put("/products/days", "{'name':'Days','dialect':'sagoo'}");
        for (String day : new String[] {"2026-10-24", "2026-10-25", "2026-11-23"}) {
            server.database().jdbc().sql("INSERT INTO ota_version_count (product_key, module, counted_on, version, devices) VALUES ('days', 'default', '" + day
                    + "', '1.0', 1), ('days', 'default', '" + day + "', '1.1', 3)").update();
        }

        assertThat(api.get("/results/versions/history?productKey=days").keys("date")).containsExactly("2026-10-25", "2026-11-23");
        api.get("/results/versions/history?productKey=days&from=2026-10-24&to=2026-10-24").assertIs(200,
                "{'items':[{'date':'2026-10-24','versions':[{'version':'1.1','devices':3,'percent':75.0},{'version':'1.0','devices':1,'percent':25.0}]}]}");
    }
}
