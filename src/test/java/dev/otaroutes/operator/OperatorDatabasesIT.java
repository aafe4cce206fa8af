package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.store.Database;
import dev.otaroutes.support.DatabaseServer;
import dev.otaroutes.support.MariaDb;
import dev.otaroutes.support.Postgres;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every call once on the databases that are not in the process, whose SQL is not H2's. */
@DisplayName("operator API: PostgreSQL and MariaDB")
class OperatorDatabasesIT {
    private static final DownloadAddress DOWNLOADS = new DownloadAddress(URI.create("http://127.0.0.1:8080"), false, 16_777_216);

    @Test
    void everyCallWorksOnPostgreSql() {
        try (DatabaseServer database = new Postgres()) {
            everyCallWorks(database);
        }
    }

    @Test
    void everyCallWorksOnMariaDb() {
        try (DatabaseServer database = new MariaDb()) {
            everyCallWorks(database);
        }
    }

    private static void everyCallWorks(DatabaseServer database) {
        database.start();
        try (OperatorServer server = new OperatorServer(
                new Database(database.newDatabase(), database.username(), database.password(), 4), DOWNLOADS)) {
            everyCall(server, server.client());
            database.kill();
            ApiClient.Answer away = server.client().get("/products");
            away.assertProblem(503, "the database is away; try again in 5 s");
            assertThat(away.response().headers().firstValue("Retry-After")).hasValue("5");
            database.start();
            await().until(() -> server.client().get("/products").response().statusCode() == 200);
        }
    }

    private static void everyCall(OperatorServer server, ApiClient api) {
        api.put("/products/lamp", "{'name':'Lamp 灯','dialect':'sagoo','accessKey':'AK','secretKey':'x'}");
        api.put("/products/LAMP", "{'name':'Large','dialect':'sagoo','accessKey':'AK','secretKey':'x'}")
                .assertProblem(409, "accessKey [AK] belongs to product [lamp]");
        api.put("/products/LAMP", "{'name':'Large','dialect':'sagoo'}");
        api.put("/products/LAMP", "{'name':'Larger','dialect':'sagoo'}");
        assertThat(api.get("/products").keys("productKey")).containsExactly("LAMP", "lamp");
        assertThat(api.get("/products/lamp").json().get("name").textValue()).isEqualTo("Lamp 灯");
        api.put("/products/lamp/modules/MCU", "{'alias':'main'}");
        api.put("/products/lamp/modules/MCU", "{}");
        assertThat(api.get("/products/lamp/modules?after=MCU").keys("module")).containsExactly("default");

        String packageId = api.post("/packages", "{'productKey':'lamp','module':'MCU','version':'2.0.0','customInfo':{'a':'灯'},"
                + "'files':[{'name':'fw.bin','url':'http://cdn.example/fw.bin','size':432945,'sha256':'" + "c".repeat(64) + "'}]}").id();
        api.post("/packages", "{'productKey':'lamp','module':'MCU','version':'2.0.0'}").assertProblem(409,
                "product [lamp] has a full package of module [MCU] and version [2.0.0] already: other bytes need another version");
        assertThat(api.get("/packages").json().get("items").get(0).get("customInfo").get("a").textValue()).isEqualTo("灯");
        api.delete("/products/lamp").assertProblem(409,
                "product [lamp] still has packages, package [" + packageId + "] among them: delete them first");

        server.inform("lamp", "kitchen", "MCU", "1.0.0");
        String batch = api.post("/packages/" + packageId + "/batches", "{'select':{'all':true},'tags':{'k':'v'}}").id();
        await().until(() -> api.get("/batches/" + batch + "/tasks").keys("id").size() == 1);
        api.delete("/packages/" + packageId).assertProblem(409,
                "package [" + packageId + "] is in batch [" + batch + "], which has not finished");
        server.push("lamp", "kitchen", "MCU", "1.0.0");
        server.progress("lamp", "kitchen", "MCU", 60, "writing");
        assertThat(api.get("/batches/" + batch + "/tasks?status=upgrading").keys("step")).containsExactly("60");
        assertThat(api.get("/devices").json().get("items").get(0).get("tasks")).hasSize(1);
        server.inform("lamp", "kitchen", "MCU", "2.0.0");

        String task = api.get("/batches/" + batch + "/tasks?deviceKey=kitchen").keys("id").get(0);
        assertThat(api.get("/tasks/" + task).json().get("history")).hasSize(4);
        assertThat(api.get("/batches").json().get("items").get(0).get("counts").get("succeeded").intValue()).isEqualTo(1);
        assertThat(api.get("/batches").json().get("items").get(0).get("select")).isEqualTo(ApiClient.json("{'all':true}"));
        String results = "{'counts':{'pending':0,'pushed':0,'upgrading':0,'succeeded':1,'failed':0,'canceled':0},'rolledBack':0,"
                + "'successRate':100.0,'secondsToSuccess':{'p50':0.001,'p90':0.001,'p99':0.001}}";
        api.get("/results/success?productKey=lamp").assertIs(200, results);
        api.get("/results/success?packageId=" + packageId).assertIs(200, results);
        api.get("/results/success?batchId=" + batch).assertIs(200, results);
        api.get("/results/versions?productKey=lamp&module=MCU").assertIs(200,
                "{'items':[{'version':'2.0.0','devices':1,'percent':100.0}]}");

        failures(server, api, packageId);
        fewOfManyTasks(server, api, packageId);

        assertThat(api.get("/devices?productKey=lamp").keys("deviceKey")).contains("kitchen");
        assertThat(api.get("/devices?productKey=lamp&after=lamp/kitchen").keys("deviceKey")).isEmpty();
        assertThat(api.get("/devices/lamp/kitchen").json().get("tasks")).hasSize(1);
        api.delete("/products/lamp/modules/MCU").assertProblem(409,
                "module [MCU] of product [lamp] is that of device [lamp/kitchen]: delete it first");
        api.delete("/devices/lamp/kitchen").assertGone();
        server.database().jdbc().sql("UPDATE ota_batch SET status = 'finished' WHERE id = " + batch).update();
        api.delete("/packages/" + packageId).assertGone();
        api.delete("/products/lamp/modules/MCU").assertGone();
        api.delete("/products/lamp").assertGone();

        String webhook = api.post("/webhooks", "{'name':'A','url':'http://127.0.0.1:9/','events':['*']}").id();
        api.put("/webhooks/" + webhook, "{'name':'B','url':'http://127.0.0.1:9/','events':['task.*']}");
        assertThat(api.post("/webhooks/" + webhook + "/resume", null).json().get("name").textValue()).isEqualTo("B");
        assertThat(api.get("/webhooks/" + webhook + "/deliveries").keys("id")).isEmpty();
        assertThat(api.get("/webhooks").keys("id")).containsExactly(webhook);
        api.delete("/webhooks/" + webhook).assertGone();

        server.rejected().record("/ota/device/inform/lamp/a", new byte[] {(byte) 0xff, 0}, "not-json", "the end is missing");
        String rejected = api.get("/rejected-messages").keys("id").get(0);
        assertThat(api.get("/rejected-messages/" + rejected).json().get("payload").textValue()).isEqualTo("/wA=");
        api.delete("/rejected-messages/" + rejected).assertGone();
    }

    private static void fewOfManyTasks(OperatorServer server, ApiClient api, String packageId) {
        String batch = api.post("/packages/" + packageId + "/batches", "{'select':{'devices':[]}}").id();
        List<String> statuses = new ArrayList<>(Collections.nCopies(Tasks.LOOKED_AT, "pending"));
        statuses.add("pushed");
        server.insertTasks(batch, statuses);
        ApiClient.Answer first = api.get("/batches/" + batch + "/tasks?status=pushed");
        assertThat(first.keys("id")).isEmpty();
        ApiClient.Answer last = api.get("/batches/" + batch + "/tasks?status=pushed&after=" + first.json().get("next").textValue());
        assertThat(last.keys("deviceKey")).containsExactly("d10000");
        assertThat(last.json().has("next")).isFalse();
        server.database().jdbc().sql("DELETE FROM ota_task WHERE batch_id = " + batch).update();
        server.database().jdbc().sql("UPDATE ota_batch SET status = 'finished' WHERE id = " + batch).update();
    }

    private static void failures(OperatorServer server, ApiClient api, String packageId) {
        server.inform("lamp", "attic", "MCU", "1.0.0");
        String batch = api.post("/packages/" + packageId + "/batches", "{'select':{'devices':['attic','cellar']},'rollout':{'attempts':1}}").id();
        await().until(() -> api.get("/batches/" + batch + "/tasks").keys("id").size() == 2);
        assertThat(api.get("/batches").json().get("items").get(1).get("select")).isEqualTo(ApiClient.json("{'devices':['attic','cellar']}"));
        server.push("lamp", "attic", "MCU", "1.0.0");
        server.progress("lamp", "attic", "MCU", -2, "no space 灯");
        String failed = "{'items':[{'reason':'download-failed','devices':1,'percent':100.0,'topMessages':[{'message':'no space 灯','devices':1,'percent':100.0}],"
                + "'bySourceVersion':[{'version':'1.0.0','devices':1,'percent':100.0}]}]}";
        api.get("/results/failures?productKey=lamp").assertIs(200, failed);
        api.get("/results/failures?productKey=lamp&module=MCU").assertIs(200, failed);
        api.get("/results/failures?packageId=" + packageId).assertIs(200, failed);
        api.get("/results/failures?batchId=" + batch).assertIs(200, failed);
        assertThat(api.get("/results/success?productKey=lamp&module=MCU").json().get("counts").get("failed").intValue()).isEqualTo(1);
        assertThat(api.get("/results/success?productKey=lamp&module=default").json().get("counts").get("failed").intValue()).isZero();
        api.post("/tasks/" + api.get("/batches/" + batch + "/tasks?status=failed").keys("id").get(0) + "/push", null);
        api.get("/results/failures?batchId=" + batch).assertIs(200, "{'items':[]}");
        server.database().jdbc().sql("INSERT INTO ota_version_count (product_key, module, counted_on, version, devices)"
                + " VALUES ('lamp', 'MCU', '2026-11-22', '1.0.0', 3), ('lamp', 'MCU', '2026-11-23', '2.0.0', 1)").update();
        api.get("/results/versions/history?productKey=lamp&module=MCU").assertIs(200, "{'items':[{'date':'2026-11-22','versions':[{'version':'1.0.0','devices':3,'percent':100.0}]},"
                + "{'date':'2026-11-23','versions':[{'version':'2.0.0','devices':1,'percent':100.0}]}]}");
        assertThat(api.get("/results/versions/history?productKey=lamp&module=MCU&to=2026-11-22").keys("date")).containsExactly("2026-11-22");
        api.delete("/devices/lamp/attic").assertGone();
        api.delete("/devices/lamp/cellar").assertGone();
        server.database().jdbc().sql("UPDATE ota_batch SET status = 'finished' WHERE id = " + batch).update();
    }
}
