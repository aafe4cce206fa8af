package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.OtherTransaction;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("operator API: devices, results and rejected messages")
class DevicesIT {
    private static final String AT = "'2026-11-23T15:04:05.120Z'";
    private static OperatorServer server;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        server = OperatorServer.onH2("devices");
        api = server.client();
        api.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo'}");
        api.put("/products/fan", "{'name':'Fan','dialect':'sagoo'}");
        server.inform("lamp", "attic", "default", "1.0.0");
        server.inform("lamp", "attic", "MCU", "7");
        server.inform("lamp", "cellar", "default", "1.0.0");
        server.inform("lamp", "garden", "default", "0.9.0");
        server.inform("fan", "hall", "default", "1.0.0");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aDeviceIsShownWithItsModulesAndTasks() {
        api.get("/devices/lamp/attic").assertIs(200, "{'productKey':'lamp','deviceKey':'attic','modules':["
                + "{'module':'MCU','version':'7','reportedAt':" + AT + "},{'module':'default','version':'1.0.0','reportedAt':" + AT + "}],'tasks':[]}");
        api.get("/devices/lamp/nobody").assertProblem(404, "there is no device [nobody] of product [lamp]");
    }

    @Test
    void devicesAreListedOverAllProductsOrOfOne() {
        assertThat(api.get("/devices?limit=2").keys("deviceKey")).containsExactly("hall", "attic");
        ApiClient.Answer page = api.get("/devices?productKey=lamp&limit=2");
        assertThat(page.keys("deviceKey")).containsExactly("attic", "cellar");
        assertThat(page.json().get("next").textValue()).isEqualTo("lamp/cellar");
        ApiClient.Answer last = api.get("/devices?productKey=lamp&limit=2&after=lamp/cellar");
        assertThat(last.keys("deviceKey")).startsWith("garden");
        assertThat(last.json().get("items").get(0).get("modules").get(0).get("version").textValue()).isEqualTo("0.9.0");
        assertThat(last.json().has("next")).isFalse();
        api.get("/devices?productKey=lamp&after=fan/hall").assertProblem(400, "after must be next of a page of product [lamp], but was [fan/hall]");
        api.get("/devices?after=cellar").assertProblem(400,
                "[after] must match ^[^+#/\\s\\x00]{1,64}/[^+#/\\s\\x00]{1,64}$, but was [cellar]");
    }

    @Test
    void versionsAreCountedTheMostFrequentFirst() {
        api.get("/results/versions?productKey=lamp").assertIs(200, "{'items':[{'version':'1.0.0','devices':2,'percent':66.67},"
                + "{'version':'0.9.0','devices':1,'percent':33.33}]}");
        api.get("/results/versions?productKey=lamp&module=MCU").assertIs(200, "{'items':[{'version':'7','devices':1,'percent':100.0}]}");
        api.get("/results/versions?productKey=lamp&module=UI").assertIs(200, "{'items':[]}");
    }

    @Test
    void aProductWithoutBatchesHasNoResults() {
        api.get("/results/success?productKey=fan").assertIs(200, "{'counts':{'pending':0,'pushed':0,'upgrading':0,'succeeded':0,'failed':0,"
                + "'canceled':0},'rolledBack':0,'successRate':null,'secondsToSuccess':{'p50':null,'p90':null,'p99':null}}");
    }

    @Test
    void aRemovedDeviceIsForgottenAndItsTasksAreCanceled() {
        api.put("/products/old", "{'name':'Old','dialect':'sagoo'}");
        server.inform("old", "stove", "default", "1.0.0");
        String packageId = api.post("/packages", "{'productKey':'old','version':'2.0.0','files':[{'name':'fw.bin',"
                + "'url':'http://cdn.example/fw.bin','size':1,'sha256':'" + "c".repeat(64) + "'}]}").id();
        String batch = api.post("/packages/" + packageId + "/batches", "{'select':{'devices':['stove']}}").id();
        await().until(() -> api.get("/devices?productKey=old").json().get("items").get(0).get("tasks").size() == 1);

        api.delete("/devices/old/stove").assertGone();

        api.get("/devices/old/stove").assertProblem(404, "there is no device [stove] of product [old]");
        api.delete("/devices/old/stove").assertProblem(404, "there is no device [stove] of product [old]");
        ApiClient.Answer tasks = api.get("/batches/" + batch + "/tasks");
        assertThat(tasks.keys("status")).containsExactly("canceled");
        assertThat(tasks.keys("reason")).containsExactly("device-removed");
    }

    @Test
    void aDeviceThatIsRemovedMeanwhileIsNotTagged() throws SQLException {
        api.put("/products/moving", "{'name':'Moving','dialect':'sagoo'}");
        server.inform("moving", "out", "default", "1.0.0");
        CompletableFuture<ApiClient.Answer> tagged;
        try (OtherTransaction removal = new OtherTransaction(server.database().dataSource())) {
            removal.jdbc().sql("DELETE FROM ota_device WHERE device = 'moving/out'").update();
            tagged = CompletableFuture.supplyAsync(() -> api.put("/devices/moving/out/tags", "{'a':'b'}"));
            await().until(() -> tagged.isDone() || server.database().jdbc()
                    .sql("SELECT COUNT(*) FROM information_schema.sessions WHERE blocker_id IS NOT NULL").query(Integer.class).single() > 0);
            removal.commit();
        }

        tagged.join().assertProblem(404, "there is no device [out] of product [moving]");
        assertThat(server.database().jdbc().sql("SELECT COUNT(*) FROM ota_device_tag WHERE device = 'moving/out'").query(Integer.class).single()).isZero();
    }

    @Test
    void rejectedMessagesAreReadTheNewestFirst() {
        server.rejected().record("/ota/device/inform/lamp/a", "{\"params\":".getBytes(), "not-json", "the end is missing");
        server.rejected().record("/ota/device/inform/lamp/b", new byte[] {(byte) 0xff, 0}, "not-json", null);

        ApiClient.Answer newest = api.get("/rejected-messages?limit=1");
        String id = newest.keys("id").get(0);
        newest.assertIs(200, "{'items':[{'id':'" + id + "','topic':'/ota/device/inform/lamp/b','payload':'/wA=','encoding':'base64',"
                + "'reason':'not-json','at':" + AT + "}],'next':'" + id + "'}");
        assertThat(api.get("/rejected-messages?limit=101").response().statusCode()).as("each may hold 64 KiB").isEqualTo(400);
        ApiClient.Answer older = api.get("/rejected-messages?limit=1&after=" + id);
        String olderId = older.keys("id").get(0);
        api.get("/rejected-messages/" + olderId).assertIs(200, "{'id':'" + olderId + "','topic':'/ota/device/inform/lamp/a',"
                + "'payload':'{\\'params\\':','encoding':'utf-8','reason':'not-json','detail':'the end is missing','at':" + AT + "}");

        api.delete("/rejected-messages/" + id).assertGone();
        api.get("/rejected-messages/" + id).assertProblem(404, "there is no rejected message [" + id + "]");
        api.delete("/rejected-messages/" + id).assertProblem(404, "there is no rejected message [" + id + "]");
        api.post("/rejected-messages/" + id + "/replay", null).assertProblem(404, "there is no rejected message [" + id + "]");
    }

    @Test
    void whatOnlyWeCouldHaveDoneWrongIsLoggedOnceAndSaysNothingInside() {
        server.database().jdbc().sql("ALTER TABLE ota_history RENAME TO hidden").update();
        server.database().jdbc().sql("INSERT INTO ota_task (id, batch_id, package_id, device, product_key, device_key, module, to_version,"
                + " status, attempt, pushes, push_number, refusals, history_count, created_at, updated_at) VALUES (777777, 1, 1, 'x/y', 'x', 'y',"
                + " 'default', '2', 'failed', 1, 0, 0, 0, 0, TIMESTAMP '2026-11-23 15:04:05', TIMESTAMP '2026-11-23 15:04:05')").update();
        try (RecordedLog log = RecordedLog.of(Level.WARN)) {
            api.get("/tasks/777777").assertProblem(500, "internal error; the reason is in the log of the service");

            assertThat(log.text()).contains("GET /api/v1/tasks/777777 failed; answered 500").containsOnlyOnce("answered 500")
                    .doesNotContain("FatalFallbackErrorHandler");
        } finally {
            server.database().jdbc().sql("ALTER TABLE hidden RENAME TO ota_history").update();
            server.database().jdbc().sql("DELETE FROM ota_task WHERE id = 777777").update();
        }
    }
}
