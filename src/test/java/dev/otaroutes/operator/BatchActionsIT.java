package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators do to a batch that is under way, over HTTP. Without a broker: the tests say what devices and broker do. */
class BatchActionsIT {
    private static OperatorServer server;
    private static ApiClient api;
    private static int versions;

    @BeforeAll
    static void start() {
        server = OperatorServer.onH2("batchactions");
        api = server.client();
        api.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo'}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aBatchIsPausedAndResumedAndSaysSoToPlatforms() {
        String batch = running("{'select':{'devices':['p1']}}");

        JsonNode paused = api.post("/batches/" + batch + "/pause", "").json();
        assertThat(paused.get("status").textValue()).isEqualTo("paused");
        assertThat(paused.get("pauseReason").textValue()).isEqualTo("operator");
        assertThat(api.post("/batches/" + batch + "/pause", "").json().get("status").textValue()).as("once more").isEqualTo("paused");
        JsonNode resumed = api.post("/batches/" + batch + "/resume", "").json();
        assertThat(resumed.get("status").textValue()).isEqualTo("running");
        assertThat(resumed.has("pauseReason")).isFalse();

        assertThat(events(batch)).containsExactly("batch.started", "batch.paused", "batch.resumed");
    }

    @Test
    void aBatchThatGoesOnBeforeItsStartSaysThatItIsScheduled() {
        String batch = batch("{'select':{'devices':['s1']},'rollout':{'startAt':'2099-01-01T00:00:00Z'}}");
        await().until(() -> api.get("/batches/" + batch).json().get("status").textValue().equals("scheduled"));

        api.post("/batches/" + batch + "/pause", "");
        assertThat(api.post("/batches/" + batch + "/resume", "").json().get("status").textValue()).isEqualTo("scheduled");
        api.post("/batches/" + batch + "/retry", "");

        assertThat(server.database().jdbc().sql("SELECT data FROM ota_event WHERE type = 'batch.resumed' AND batch_id = " + batch + " ORDER BY id")
                .query(String.class).list()).containsExactly("{\"status\":\"scheduled\"}", "{\"status\":\"scheduled\",\"retry\":true}");
    }

    @Test
    void aCanceledBatchEndsItsPendingTasksAndWithForceAllOfThem() {
        String batch = running("{'select':{'devices':['c1','c2']}}");
        server.push("lamp", "c1", "default", "0");

        assertThat(api.post("/batches/" + batch + "/cancel", "").json().get("status").textValue()).isEqualTo("canceled");
        await().untilAsserted(() -> assertThat(counts(batch)).isEqualTo("{\"pending\":0,\"pushed\":1,\"upgrading\":0,\"succeeded\":0,\"failed\":0,\"canceled\":1}"));
        api.post("/batches/" + batch + "/pause", "").assertProblem(409, "batch [" + batch + "] is canceled and cannot be paused");

        assertThat(api.post("/batches/" + batch + "/cancel", "{'force':true}").json().get("status").textValue()).isEqualTo("canceled");
        await().untilAsserted(() -> assertThat(counts(batch)).isEqualTo("{\"pending\":0,\"pushed\":0,\"upgrading\":0,\"succeeded\":0,\"failed\":0,\"canceled\":2}"));
        assertThat(task(batch, "c1").get("reason").textValue()).isEqualTo("batch-canceled");
        assertThat(events(batch)).containsExactly("batch.started", "batch.canceled");
    }

    @Test
    void aBatchIsRetriedAndItsFailedTasksArePendingAgain() {
        String batch = running("{'select':{'devices':['r1','r2']}}");
        server.push("lamp", "r1", "default", "0");
        server.progress("lamp", "r1", "default", -4, "no power");
        assertThat(task(batch, "r1").get("reason").textValue()).isEqualTo("flash-failed");

        api.post("/batches/" + batch + "/retry", "");

        await().untilAsserted(() -> assertThat(task(batch, "r1").get("status").textValue()).isEqualTo("pending"));
        assertThat(task(batch, "r1").has("reason")).isFalse();
        assertThat(counts(batch)).isEqualTo("{\"pending\":2,\"pushed\":0,\"upgrading\":0,\"succeeded\":0,\"failed\":0,\"canceled\":0}");
    }

    @Test
    void aBatchThatIsRetriedAfterItsEndIsNotEndedAtOnce() {
        String batch = running("{'select':{'devices':['e1']},'rollout':{'attempts':1}}");
        server.push("lamp", "e1", "default", "0");
        server.progress("lamp", "e1", "default", -4, "no power");
        await().until(() -> api.get("/batches/" + batch).json().get("status").textValue().equals("finished"));
        server.database().jdbc().sql("UPDATE ota_batch SET ends_at = created_at WHERE id = " + batch).update();

        api.post("/batches/" + batch + "/retry", "");

        await().until(() -> task(batch, "e1").get("status").textValue().equals("pending"));
        await().during(Duration.ofSeconds(3)).until(() -> task(batch, "e1").get("status").textValue().equals("pending"));
    }

    @Test
    void aTaskIsPushedByHandAlsoWhenItHasFailed() {
        String batch = running("{'select':{'devices':['h1']},'push':false}");
        String task = task(batch, "h1").get("id").textValue();

        api.post("/tasks/" + task + "/push", "").assertIs(200, api.get("/tasks/" + task).json().toString());
        assertThat(server.pushedByHand()).anySatisfy(order -> assertThat(order.taskId()).isEqualTo(Long.parseLong(task)));

        server.push("lamp", "h1", "default", "0");
        server.progress("lamp", "h1", "default", -1, "no");
        assertThat(api.post("/tasks/" + task + "/push", "").json().get("status").textValue()).isEqualTo("pending");
        server.inform("lamp", "h1", "default", task(batch, "h1").get("toVersion").textValue());
        api.post("/tasks/" + task + "/push", "").assertProblem(409, "task [" + task + "] has succeeded: the device runs ["
                + task(batch, "h1").get("toVersion").textValue() + "]");
    }

    @Test
    void devicesAreAnsweredWhilePushesByHandWait() {
        String batch = running("{'select':{'devices':['b1','b2','b3']},'push':false}");
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger waiting = new AtomicInteger();
        server.onPush(() -> {
            waiting.incrementAndGet();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            List<CompletableFuture<ApiClient.Answer>> pushes = List.of("b1", "b2").stream().map(key -> task(batch, key).get("id").textValue())
                    .map(id -> CompletableFuture.supplyAsync(() -> api.post("/tasks/" + id + "/push", ""))).toList();
            await().until(() -> waiting.get() == 2);

            assertThat(CompletableFuture.runAsync(() -> server.inform("lamp", "b3", "default", "0"))).succeedsWithin(Duration.ofSeconds(10));

            goOn.countDown();
            assertThat(pushes).allSatisfy(push -> assertThat(push.join().response().statusCode()).isEqualTo(200));
        } finally {
            goOn.countDown();
            server.onPush(() -> { });
        }
    }

    @Test
    void aPushByHandThatCannotBeSaysWhy() {
        String batch = running("{'select':{'devices':['w1']}}");
        String task = task(batch, "w1").get("id").textValue();
        api.post("/batches/" + batch + "/pause", "");
        api.post("/tasks/" + task + "/push", "").assertProblem(409, "task [" + task + "] is of batch [" + batch
                + "], which is paused: POST /api/v1/batches/" + batch + "/resume first");

        api.post("/batches/" + batch + "/resume", "");
        server.push("lamp", "w1", "default", "0");
        String later = running("{'select':{'devices':['w1']}}");
        String waiting = task(later, "w1").get("id").textValue();
        api.post("/tasks/" + waiting + "/push", "").assertProblem(409, "task [" + waiting + "] cannot go now: its batch [" + later
                + "] is running, its stage has not come, another task of device [w1] goes first, or the package is not for the version that it runs");
    }

    @Test
    void aTaskOfACanceledBatchIsPushedByHandAndTheBatchGoesOn() {
        String batch = running("{'select':{'devices':['x1']},'push':false}");
        String task = task(batch, "x1").get("id").textValue();
        api.post("/batches/" + batch + "/cancel", "");
        await().until(() -> task(batch, "x1").get("status").textValue().equals("canceled"));

        await().until(() -> api.post("/tasks/" + task + "/push", "").response().statusCode() == 200);

        assertThat(task(batch, "x1").get("status").textValue()).isEqualTo("pending");
        assertThat(api.get("/batches/" + batch).json().get("status").textValue()).isEqualTo("running");
    }

    @Test
    void aCanceledBatchStaysSoWhenItsTaskCannotBePushedByHand() {
        String batch = running("{'select':{'devices':['y1']},'push':false}");
        String task = task(batch, "y1").get("id").textValue();
        api.post("/batches/" + batch + "/cancel", "");
        await().until(() -> task(batch, "y1").get("status").textValue().equals("canceled"));
        server.inform("lamp", "y1", "default", task(batch, "y1").get("toVersion").textValue());

        await().untilAsserted(() -> api.post("/tasks/" + task + "/push", "").assertProblem(409, "task [" + task + "] cannot go now: its batch [" + batch
                + "] is canceled, its stage has not come, another task of device [y1] goes first, or the package is not for the version that it runs"));
        assertThat(api.get("/batches/" + batch).json().get("status").textValue()).isEqualTo("canceled");
    }

    @Test
    void aDynamicBatchMissesNoDeviceThatInformsBeforeItHasBeenNoticed() {
        server.inform("lamp", "n0", "radio", "0.1");
        String packageId = api.post("/packages", "{'productKey':'lamp','module':'radio','version':'" + ++versions + ".0','files':[{'name':'fw.bin',"
                + "'url':'http://cdn.example/fw.bin','size':432945,'sha256':'" + "c".repeat(64) + "'}]}").id();
        // From now on it is remembered for a second that there is none.
        server.inform("lamp", "n1", "radio", "0.1");
        String batch = api.post("/packages/" + packageId + "/batches", "{'select':{'all':true},'dynamic':true,'push':false}").id();
        assertThat(server.database().jdbc().sql("SELECT DATEDIFF(SECOND, created_at, due_at) FROM ota_batch WHERE id = " + batch).query(Integer.class).single())
                .as("by then all have noticed it, whatever their clocks say").isEqualTo(5);
        List<String> informed = new ArrayList<>(List.of("n0", "n1"));
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> {
            boolean running = api.get("/batches/" + batch).json().get("status").textValue().equals("running");
            String key = "n" + informed.size();
            server.inform("lamp", key, "radio", "0.1");
            informed.add(key);
            return running;
        });

        assertThat(api.get("/batches/" + batch + "/tasks?limit=1000").keys("deviceKey")).containsExactlyInAnyOrderElementsOf(informed);
    }

    @Test
    void aPackageThatNeedsVerificationTakesAnUpgradeOnceItIsVerified() {
        String packageId = api.post("/packages", "{'productKey':'lamp','version':'v1','needsVerification':true,'files':[{'name':'fw.bin',"
                + "'url':'http://cdn.example/fw.bin','size':432945,'sha256':'" + "c".repeat(64) + "'}]}").id();
        assertThat(api.get("/packages/" + packageId).json().get("status").textValue()).isEqualTo("unverified");
        api.post("/packages/" + packageId + "/batches", "{'select':{'all':true}}").assertProblem(409, "package [" + packageId
                + "] is unverified: a batch of type [verify] must succeed before one of type [upgrade]");

        String failing = api.post("/packages/" + packageId + "/batches", "{'type':'verify','select':{'devices':['v1','v2']},'push':false}").id();
        await().until(() -> api.get("/batches/" + failing).json().get("status").textValue().equals("running"));
        assertThat(api.get("/batches/" + failing).json().get("type").textValue()).isEqualTo("verify");
        server.inform("lamp", "v1", "default", "v1");
        JsonNode half = api.get("/packages/" + packageId).json();
        assertThat(half.get("status").textValue()).isEqualTo("verifying");
        assertThat(half.get("verificationPercent").doubleValue()).isEqualTo(50.0);
        server.push("lamp", "v2", "default", "0");
        server.progress("lamp", "v2", "default", -4, "no power");
        await().until(() -> api.get("/packages/" + packageId).json().get("status").textValue().equals("unverified"));

        String succeeding = api.post("/packages/" + packageId + "/batches", "{'type':'verify','select':{'devices':['v2']},'push':false}").id();
        await().until(() -> api.get("/batches/" + succeeding).json().get("status").textValue().equals("running"));
        server.inform("lamp", "v2", "default", "v1");
        await().until(() -> api.get("/packages/" + packageId).json().get("status").textValue().equals("verified"));
        assertThat(server.database().jdbc().sql("SELECT package_id FROM ota_event WHERE type = 'package.verified'").query(String.class).list())
                .containsExactly(packageId);
        api.post("/packages/" + packageId + "/batches", "{'select':{'devices':['v3']}}").id();

        String free = running("{'select':{'devices':['v4']}}");
        api.post("/packages/" + api.get("/batches/" + free).json().get("packageId").textValue() + "/batches", "{'type':'verify','select':{'all':true}}")
                .assertProblem(409, "package [" + api.get("/batches/" + free).json().get("packageId").textValue()
                        + "] needs no verification: make a batch of type [upgrade]");
    }

    @Test
    void aBatchWhosePackageHasBeenRemovedTakesNothingMoreAndKeepsItsResults() {
        String batch = running("{'select':{'devices':['q1']},'rollout':{'attempts':1}}");
        server.push("lamp", "q1", "default", "0");
        server.progress("lamp", "q1", "default", -4, "no power");
        await().until(() -> api.get("/batches/" + batch).json().get("status").textValue().equals("finished"));
        String packageId = api.get("/batches/" + batch).json().get("packageId").textValue();
        api.delete("/packages/" + packageId).assertGone();

        String removed = "batch [" + batch + "] is of package [" + packageId + "], which has been removed: make a batch of another package";
        api.post("/batches/" + batch + "/retry", "").assertProblem(409, removed);
        api.post("/tasks/" + task(batch, "q1").get("id").textValue() + "/push", "").assertProblem(409, removed);
        api.list(batch, "text/csv", "q2").assertProblem(409, removed);
        assertThat(api.get("/results/success?packageId=" + packageId).json().get("counts").get("failed").intValue()).isEqualTo(1);
        assertThat(api.get("/results/failures?packageId=" + packageId).keys("reason")).containsExactly("flash-failed");
    }

    @Test
    void devicesAreCalledByTags() {
        server.inform("lamp", "t1", "default", "1.0");
        JsonNode tagged = api.put("/devices/lamp/t1/tags", "{'site':'north','line':'3'}").json();
        assertThat(tagged.get("tags").toString()).isEqualTo("{\"line\":\"3\",\"site\":\"north\"}");
        assertThat(api.put("/devices/lamp/t1/tags", "{'site':'south'}").json().get("tags").toString()).isEqualTo("{\"site\":\"south\"}");
        assertThat(api.put("/devices/lamp/t1/tags", "{}").json().has("tags")).isFalse();
        api.put("/devices/lamp/nobody/tags", "{}").assertProblem(404, "there is no device [nobody] of product [lamp]");
        api.put("/devices/lamp/t1/tags", "{'a':'1','a ':'2'}").assertProblem(400, "a tag's name must not end in white space, but was [a ]");
        api.put("/devices/lamp/t1/tags", "{'a':1}").assertProblem(400, "[a] must be string, but was [1]");
    }

    @Test
    void whatIsNotThereIsNamed() {
        for (String action : List.of("pause", "resume", "cancel", "retry")) {
            api.post("/batches/999999/" + action, "").assertProblem(404, "there is no batch [999999]");
        }
        api.post("/tasks/999999/push", "").assertProblem(404, "there is no task [999999]");
        api.post("/batches/1/cancel", "{'force':'yes'}").assertProblem(400, "[force] must be boolean, but was [yes]");
    }

    /** @return ID of a batch of a package of its own whose tasks have been made */
    private static String running(String body) {
        String batch = batch(body);
        await().until(() -> api.get("/batches/" + batch).json().get("status").textValue().equals("running"));
        return batch;
    }

    /** @return ID of a batch of a package of its own */
    private static String batch(String body) {
        String packageId = api.post("/packages", "{'productKey':'lamp','version':'" + ++versions + ".0','files':[{'name':'fw.bin',"
                + "'url':'http://cdn.example/fw.bin','size':432945,'sha256':'" + "c".repeat(64) + "'}]}").id();
        return api.post("/packages/" + packageId + "/batches", body).id();
    }

    private static JsonNode task(String batch, String deviceKey) {
        return api.get("/batches/" + batch + "/tasks?deviceKey=" + deviceKey).json().get("items").get(0);
    }

    private static String counts(String batch) {
        return api.get("/batches/" + batch).json().get("counts").toString();
    }

    private static List<String> events(String batch) {
        return server.database().jdbc().sql("SELECT type FROM ota_event WHERE type LIKE 'batch.%' AND batch_id = " + batch + " ORDER BY id")
                .query(String.class).list();
    }
}
