package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.http.ProblemException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("operator API: batches and their tasks")
class BatchesIT {
    private static final String AT = "'2026-11-23T15:04:05.120Z'";
    private static final String NO_COUNTS = "{'pending':0,'pushed':0,'upgrading':0,'succeeded':0,'failed':0,'canceled':0}";
    private static final String DEFAULTS = "{'attempts':3,'timeoutMinutes':1440,'quietSeconds':120,'overwrite':false,'allowDowngrade':false,'successOn':'inform'}";
    private static OperatorServer server;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        server = OperatorServer.onH2("batches");
        api = server.client();
        api.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo'}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aBatchIsShownAsItWasPostedWithItsDefaults() {
        String packageId = packageOf("2.0.0", "https://cdn.example/fw.bin");

        ApiClient.Answer made = api.post("/packages/" + packageId + "/batches", "{'type':'upgrade','name':'Autumn','protocol':'https',"
                + "'select':{'devices':['kitchen','cellar','kitchen']},'push':false,'tags':{'key1':'value1'},"
                + "'rollout':{'attempts':2,'quietSeconds':30,'overwrite':true,'allowDowngrade':true,'successOn':'progress-100'}}");

        made.assertIs(201, "{'id':'" + made.id() + "','packageId':'" + packageId + "','productKey':'lamp','module':'default',"
                + "'toVersion':'2.0.0','type':'upgrade','name':'Autumn','protocol':'https','select':{'devices':['kitchen','cellar']},"
                + "'push':false,'dynamic':false,'tags':{'key1':'value1'},'rollout':{'attempts':2,'timeoutMinutes':1440,'quietSeconds':30,'overwrite':true,"
                + "'allowDowngrade':true,'successOn':'progress-100'},'status':'preparing','counts':" + NO_COUNTS
                + ",'successRate':null,'createdAt':" + AT + "}");
    }

    @Test
    void whatIsNotPostedHasItsDefault() {
        String packageId = packageOf("3.0.0", "http://cdn.example/fw.bin");

        ApiClient.Answer made = api.post("/packages/" + packageId + "/batches", "{'select':{'all':true}}");

        made.assertIs(201, "{'id':'" + made.id() + "','packageId':'" + packageId + "','productKey':'lamp','module':'default',"
                + "'toVersion':'3.0.0','type':'upgrade','protocol':'http','select':{'all':true},'push':true,'dynamic':false,'tags':{},'rollout':"
                + DEFAULTS + ",'status':'preparing','counts':" + NO_COUNTS + ",'successRate':null,'createdAt':" + AT + "}");
    }

    @Test
    void aBatchIsFollowedFromItsTasksToItsResults() {
        api.put("/products/story", "{'name':'Story','dialect':'sagoo'}");
        server.inform("story", "kitchen", "default", "1.0.0");
        String packageId = packageOf("story", "2.0.0", "http://cdn.example/fw.bin");
        String batch = batch(packageId, "{'select':{'devices':['kitchen','cellar']}}");
        await().until(() -> api.get("/batches/" + batch).json().get("status").textValue().equals("running"));

        server.push("story", "kitchen", "default", "1.0.0");
        String kitchen = api.get("/batches/" + batch + "/tasks?deviceKey=kitchen").keys("id").get(0);
        api.get("/batches/" + batch + "/tasks?status=pushed").assertIs(200, "{'items':[{'id':'" + kitchen + "','batchId':'" + batch
                + "','packageId':'" + packageId + "','productKey':'story','deviceKey':'kitchen','module':'default','status':'pushed',"
                + "'attempt':1,'fromVersion':'1.0.0','toVersion':'2.0.0','createdAt':" + AT + ",'pushedAt':" + AT + ",'updatedAt':" + AT + "}]}");

        server.progress("story", "kitchen", "default", 60, "writing");
        server.inform("story", "kitchen", "default", "2.0.0");
        api.get("/tasks/" + kitchen).assertIs(200, "{'id':'" + kitchen + "','batchId':'" + batch + "','packageId':'" + packageId
                + "','productKey':'story','deviceKey':'kitchen','module':'default','status':'succeeded','step':60,'desc':'writing',"
                + "'attempt':1,'fromVersion':'1.0.0','toVersion':'2.0.0','createdAt':" + AT + ",'pushedAt':" + AT + ",'updatedAt':" + AT
                + ",'history':[{'at':" + AT + ",'type':'created','status':'pending'},"
                + "{'at':" + AT + ",'type':'pushed','status':'pushed'},"
                + "{'at':" + AT + ",'type':'progress','status':'upgrading','step':60,'messageId':'1','detail':'writing'},"
                + "{'at':" + AT + ",'type':'succeeded','status':'succeeded'}]}");

        String counts = "{'pending':1,'pushed':0,'upgrading':0,'succeeded':1,'failed':0,'canceled':0}";
        assertThat(api.get("/batches/" + batch).json().get("counts")).isEqualTo(ApiClient.json(counts));
        String results = "{'counts':" + counts + ",'rolledBack':0,'successRate':100.0,'secondsToSuccess':{'p50':0.001,'p90':0.001,'p99':0.001}}";
        api.get("/results/success?batchId=" + batch).assertIs(200, results);
        api.get("/results/success?packageId=" + packageId).assertIs(200, results);
        api.get("/results/success?productKey=story").assertIs(200, results);
        api.get("/results/versions?productKey=story").assertIs(200, "{'items':[{'version':'2.0.0','devices':1,'percent':100.0}]}");
        assertThat(api.get("/batches/" + batch + "/tasks?status=succeeded").keys("deviceKey")).containsExactly("kitchen");
        assertThat(api.get("/batches/" + batch + "/tasks?status=pending&deviceKey=kitchen").keys("id")).isEmpty();
        assertThat(api.get("/batches/" + batch + "/tasks?deviceKey=nobody").keys("id")).isEmpty();
    }

    @Test
    void tasksAreListedInTheOrderOfTheirMaking() {
        String packageId = packageOf("paged", "http://cdn.example/fw.bin");
        String batch = batch(packageId, "{'select':{'devices':" + devices(5) + "}}");
        await().until(() -> api.get("/batches/" + batch + "/tasks").keys("id").size() == 5);

        ApiClient.Answer first = api.get("/batches/" + batch + "/tasks?limit=3");
        ApiClient.Answer last = api.get("/batches/" + batch + "/tasks?limit=3&status=pending&after=" + first.json().get("next").textValue());
        assertThat(first.keys("id")).hasSize(3);
        assertThat(last.keys("id")).hasSize(2).doesNotContainAnyElementsOf(first.keys("id"));
        assertThat(last.json().has("next")).isFalse();
    }

    @Test
    void aPageOfUnfinishedTasksInOneStatusEndsWhereItHasLookedAtTenThousand() {
        String batch = batch(packageOf("few of many", "http://cdn.example/fw.bin"), "{'select':{'devices':[]}}");
        List<String> statuses = new ArrayList<>(Collections.nCopies(Tasks.LOOKED_AT, "pending"));
        statuses.addAll(List.of("pending", "pushed", "pushed"));
        server.insertTasks(batch, statuses);
        String path = "/batches/" + batch + "/tasks?status=";

        ApiClient.Answer first = api.get(path + "pushed&limit=1");
        assertThat(first.keys("id")).isEmpty();
        ApiClient.Answer second = api.get(path + "pushed&limit=1&after=" + first.json().get("next").textValue());
        assertThat(second.keys("deviceKey")).containsExactly("d10001");
        ApiClient.Answer third = api.get(path + "pushed&limit=1&after=" + second.json().get("next").textValue());
        assertThat(third.keys("deviceKey")).containsExactly("d10002");
        assertThat(third.json().has("next")).isFalse();

        ApiClient.Answer full = api.get(path + "pending&limit=2");
        assertThat(full.keys("deviceKey")).containsExactly("d0", "d1");
        assertThat(full.json().get("next")).isEqualTo(full.json().get("items").get(1).get("id"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                                        | [select] is missing",
        "{'select':{'all':false}}                                  | [select.all] must be one of [true], but was [false]",
        "{'select':{'all':true,'percent':5}}                       | select has [all], which says it all, but more beside it",
        "{'select':{'devices':['a'],'tags':{'a':'b'}}}             | select has [devices], which says it all, but more beside it",
        "{'select':{'percents':5}}                                 | [select.percents] is not a field of this call",
        "{'select':{'devices':['a+b']}}                            | select.devices must be 1 to 64 characters without + # /, white space or NUL, but was [a+b]",
        "{'select':{'devices':['a','b#']}}                         | select.devices must be 1 to 64 characters without + # /, white space or NUL, but was [b#]",
        "{'select':{'devices':'a'}}                                | [select.devices] must be array, but was [a]",
        "{'select':{'all':true},'type':'try'}                      | [type] must be one of [upgrade,verify], but was [try]",
        "{'select':{'all':true},'protocol':'coap'}                 | [protocol] must be one of [https,http,mqtt], but was [coap]",
        "{'select':{'devices':['a']},'dynamic':true}               | dynamic is true: devices are taken as they inform, so select must not list [devices]",
        "{'select':{'all':true},'push':'yes'}                      | [push] must be boolean, but was [yes]",
        "{'select':{'all':true},'tags':{'a':1}}                    | [tags.a] must be string, but was [1]",
        "{'select':{'all':true},'tags':{'strategy':'9'}}           | tags may not have [strategy]: devices get something else by that name",
        "{'select':{'all':true},'tags':{'_package_udi':'9'}}       | tags may not have [_package_udi]: devices get something else by that name",
        "{'select':{'all':true},'rollout':{'startAt':'tomorrow'}}  | rollout.startAt must be a time in UTC such as 2026-11-23T15:04:05Z, but was [tomorrow]",
        "{'select':{'all':true},'rollout':{'startAt':'+10000-01-01T00:00:00Z'}} | rollout.startAt must be of a year from 1 to 9999, but was [+10000-01-01T00:00:00Z]",
        "{'select':{'all':true},'rollout':{'endAt':'+10000-01-01T00:00:00Z'}} | rollout.endAt must be of a year from 1 to 9999, but was [+10000-01-01T00:00:00Z]",
        "{'select':{'all':true},'rollout':{'startAt':'-0001-01-01T00:00:00Z'}} | rollout.startAt must be of a year from 1 to 9999, but was [-0001-01-01T00:00:00Z]",
        "{'select':{'all':true},'rollout':{'endAt':'2026-11-23T15:04:05Z'}} | rollout.endAt must be later than now, but was [2026-11-23T15:04:05Z]",
        "{'select':{'all':true},'rollout':{'startAt':'2026-11-25T00:00:00Z','endAt':'2026-11-24T00:00:00Z'}} | rollout.endAt must be later than rollout.startAt, but was [2026-11-24T00:00:00Z]",
        "{'select':{'all':true},'rollout':{'window':{'from':'22:00','to':'05:00'}}} | [rollout.window.zone] is missing",
        "{'select':{'all':true},'rollout':{'window':{'from':'22:00','to':'05:00','zone':'Shanghai'}}} | rollout.window.zone must be a time zone such as Asia/Shanghai, but was [Shanghai]",
        "{'select':{'all':true},'rollout':{'window':{'from':'22:00','to':'22:00','zone':'UTC'}}} | rollout.window must not end when it begins, but from and to are [22:00]",
        "{'select':{'all':true},'rollout':{'stages':[{'percent':10},{'percent':10},{'percent':100}]}} | rollout.stages must have percentages that grow, those before included, but [10] comes after [10]",
        "{'select':{'all':true},'rollout':{'stages':[{'percent':10}]}} | rollout.stages must end with percent 100, but end with [10]",
        "{'select':{'all':true},'rollout':{'attempts':1.5}}        | [rollout.attempts] must be integer, but was [1.5]",
        "{'select':{'all':true},'rollout':{'successOn':'reboot'}}  | [rollout.successOn] must be one of [inform,progress-100], but was [reboot]"})
    void whatIsWrongWithABatchIsNamed(String body, String detail) {
        api.post("/packages/1/batches", body).assertProblem(400, detail);
    }

    @Test
    void aNameThatIsTooLongForADevicesTagIsRefusedInASelection() {
        String longest = "n".repeat(255);
        api.post("/packages/1/batches", "{'select':{'tags':{'" + longest + "n':'v'}}}").assertProblem(400, "a name in select.tags may have 255 characters,"
                + " of which those beyond U+FFFF, such as emoji, count as two, but [" + "n".repeat(50) + "…] has 256");
        api.post("/packages/1/batches", "{'select':{'tags':{'':'v'}}}").assertProblem(400, "select.tags must not have an empty name");
        String packageId = packageOf("tagged", "https://cdn.example/fw.bin");
        String id = api.post("/packages/" + packageId + "/batches", "{'select':{'tags':{'" + longest + "':'v'}},'push':false}").id();
        assertThat(api.get("/batches/" + id).json().get("select")).isEqualTo(ApiClient.json("{'tags':{'" + longest + "':'v'}}"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'select':{'percent':0}}", "{'select':{'versions':[]}}", "{'select':{}}",
        "{'select':{'all':true},'rollout':{'attempts':0}}", "{'select':{'all':true},'rollout':{'quietSeconds':0}}",
        "{'select':{'all':true},'rollout':{'stages':[]}}", "{'select':{'all':true},'rollout':{'window':{'from':'24:00','to':'05:00','zone':'UTC'}}}",
        "{'select':{'all':true},'rollout':{'pushPerMinute':0}}", "{'select':{'all':true},'rollout':{'stages':[{'percent':0},{'percent':100}]}}"})
    void whatIsOutOfBoundsIsRefused(String body) {
        assertThat(api.post("/packages/1/batches", body).response().statusCode()).isEqualTo(400);
    }

    @Test
    void aPackageWithoutItsFileTakesNoBatch() {
        String packageId = api.post("/packages", "{'productKey':'lamp','version':'no-file'}").id();

        api.post("/packages/" + packageId + "/batches", "{'select':{'all':true}}").assertProblem(409, "package [" + packageId
                + "] has no file yet: PUT /api/v1/packages/" + packageId + "/files/{name} first");
    }

    @Test
    void httpsIsRefusedForAnAddressThatIsHttp() {
        String packageId = packageOf("plain-http", "http://cdn.example/fw.bin");

        api.post("/packages/" + packageId + "/batches", "{'select':{'all':true},'protocol':'https'}")
                .assertProblem(409, "protocol is [https], but the file is at [http://cdn.example/fw.bin]");
    }

    @Test
    void theProtocolIsThatOfEveryFile() {
        String mixed = api.post("/packages", "{'productKey':'lamp','version':'mixed','files':[" + file("a.bin", "https://cdn.example/a.bin") + ","
                + file("b.bin", "http://me:secret@cdn.example/b.bin?sig=secret") + "]}").id();
        api.post("/packages/" + mixed + "/batches", "{'select':{'all':true},'protocol':'https'}")
                .assertProblem(409, "protocol is [https], but the file is at [http://***@cdn.example/b.bin?***]");
        assertThat(api.post("/packages/" + mixed + "/batches", "{'select':{'all':true}}").json().get("protocol").textValue()).isEqualTo("http");

        String https = packageOf("all-https", "https://cdn.example/fw.bin");
        api.post("/packages/" + https + "/batches", "{'select':{'all':true},'protocol':'http'}")
                .assertProblem(409, "protocol is [http], but the file is at [https://cdn.example/fw.bin]");
        assertThat(api.post("/packages/" + https + "/batches", "{'select':{'all':true}}").json().get("protocol").textValue()).isEqualTo("https");
    }

    private static String file(String name, String url) {
        return "{'name':'" + name + "','url':'" + url + "','size':1,'sha256':'" + "c".repeat(64) + "'}";
    }

    @Test
    void whatIsNotThereIsNamed() {
        api.post("/packages/999999/batches", "{'select':{'all':true}}").assertProblem(404, "there is no package [999999]");
        api.get("/batches/999999").assertProblem(404, "there is no batch [999999]");
        api.get("/batches/999999/tasks").assertProblem(404, "there is no batch [999999]");
        api.get("/tasks/999999").assertProblem(404, "there is no task [999999]");
        api.get("/batches/1/tasks?status=done").assertProblem(400,
                "[status] must be one of [pending,pushed,upgrading,succeeded,failed,canceled], but was [done]");
        api.get("/results/success?batchId=999999").assertProblem(404, "there is no batch [999999]");
        api.get("/results/success?packageId=999999").assertProblem(404, "there is no package [999999]");
        api.get("/results/success?productKey=nobody").assertProblem(404, "there is no product [nobody]");
        api.get("/results/versions?productKey=nobody").assertProblem(404, "there is no product [nobody]");
        api.get("/results/versions").assertProblem(400, "[productKey] is missing");
        api.get("/results/success").assertProblem(400, "one of productKey, packageId and batchId must be given, but 0 are");
        api.get("/results/success?productKey=lamp&batchId=1").assertProblem(400,
                "one of productKey, packageId and batchId must be given, but 2 are");
    }

    @Test
    void aBodyOfOneMebibyteIsTheLongest() {
        String packageId = packageOf("many", "http://cdn.example/fw.bin");
        String most = "{'select':{'devices':" + devices(60_000) + "}}";
        assertThat(most.length()).isBetween(900_000, 1_048_576);

        ApiClient.Answer made = api.post("/packages/" + packageId + "/batches", most);

        assertThat(made.response().statusCode()).isEqualTo(201);
        assertThat(made.json().get("select").get("devices")).hasSize(60_000);
        assertThat(api.post("/packages/" + packageId + "/batches", most + " ".repeat(1_048_577 - most.length()))
                .response().statusCode()).isEqualTo(413);
        server.database().jdbc().sql("UPDATE ota_batch SET status = 'canceled' WHERE id = " + made.id()).update();
    }

    @Test
    void batchesAreListedInTheOrderOfTheirMaking() {
        String packageId = packageOf("listed", "http://cdn.example/fw.bin");
        String first = batch(packageId, "{'select':{'devices':['a']}}");
        String second = batch(packageId, "{'select':{'devices':['b']}}");
        String before = Long.toString(Long.parseLong(first) - 1);

        assertThat(api.get("/batches?limit=1&after=" + before).keys("id")).containsExactly(first);
        assertThat(api.get("/batches?limit=1&after=" + first).keys("id")).containsExactly(second);
    }

    @Test
    void aListOfBatchesIsWithoutLongSelections() {
        String packageId = packageOf("listing", "http://cdn.example/fw.bin");
        String listing = batch(packageId, "{'select':{'devices':['a','b']}}");
        String conditions = batch(packageId, "{'select':{'versions':['1.0'],'percent':5}}");
        String devices = IntStream.range(0, 1_000).mapToObj(i -> "'d" + i + "'").collect(Collectors.joining(",", "[", "]"));
        String many = batch(packageId, "{'select':{'devices':" + devices + "}}");
        String versions = IntStream.range(0, 100).mapToObj(i -> "'" + "9".repeat(60) + i + "'").collect(Collectors.joining(",", "[", "]"));
        String lengthy = batch(packageId, "{'select':{'versions':" + versions + "}}");

        ApiClient.Answer page = api.get("/batches?limit=4&after=" + (Long.parseLong(listing) - 1));

        assertThat(page.keys("id")).containsExactly(listing, conditions, many, lengthy);
        assertThat(page.json().get("items").get(0).get("select")).isEqualTo(ApiClient.json("{'devices':['a','b']}"));
        assertThat(page.json().get("items").get(1).get("select")).isEqualTo(ApiClient.json("{'versions':['1.0'],'percent':5}"));
        assertThat(page.json().get("items").get(2).has("select")).isFalse();
        assertThat(page.json().get("items").get(3).has("select")).isFalse();
        assertThat(api.get("/batches/" + many).json().get("select").get("devices")).hasSize(1_000);
        assertThat(api.get("/batches/" + lengthy).json().get("select").get("versions")).hasSize(100);
    }

    @Test
    void aBaseUrlThatDevicesCannotReachIsRefusedOnlyForFilesThatAreKeptHere() {
        DownloadAddress here = new DownloadAddress(URI.create("http://127.0.0.1:8080"), true, 16_777_216);
        try (OperatorServer remote = OperatorServer.onH2("unreachable", here)) {
            remote.client().put("/products/lamp", "{'name':'Lamp','dialect':'sagoo'}");
            String elsewhere = packageOf(remote.client(), "lamp", "1", "http://cdn.example/fw.bin");
            remote.client().post("/packages/" + elsewhere + "/batches", "{'select':{'all':true}}").id();

            String uploaded = packageOf(remote.client(), "lamp", "2", "http://cdn.example/fw.bin");
            remote.database().jdbc().sql("UPDATE ota_package_file SET url = NULL WHERE package_id = " + uploaded).update();
            remote.client().post("/packages/" + uploaded + "/batches", "{'select':{'all':true}}").assertProblem(409,
                    "ota.download.base-url is [http://127.0.0.1:8080]: devices of another machine's broker cannot download from it;"
                    + " set it to an address at which they reach this service");
        }
    }

    @Test
    void aBatchOverMqttTakesOneUploadedFileThatIsNotTooLong() {
        DownloadAddress here = new DownloadAddress(URI.create("http://127.0.0.1:8080"), true, 432_945);
        try (OperatorServer remote = OperatorServer.onH2("over-mqtt", here)) {
            String mqtt = "{'select':{'all':true},'protocol':'mqtt'}";
            remote.client().put("/products/lamp", "{'name':'Lamp','dialect':'sagoo'}");
            String packageId = packageOf(remote.client(), "lamp", "1", "http://cdn.example/fw.bin");
            remote.client().post("/packages/" + packageId + "/batches", mqtt).assertProblem(409,
                    "protocol is [mqtt], but file [fw.bin] is at [http://cdn.example/fw.bin]: only what is uploaded here can be sent in blocks");

            remote.database().jdbc().sql("UPDATE ota_package_file SET url = NULL, size_bytes = 432946 WHERE package_id = " + packageId).update();
            remote.client().post("/packages/" + packageId + "/batches", mqtt).assertProblem(409, "protocol is [mqtt], but file [fw.bin] has [432946]"
                    + " bytes, more than the 432945 of ota.download.mqtt-max-file-bytes");

            remote.database().jdbc().sql("UPDATE ota_package_file SET size_bytes = 432945 WHERE package_id = " + packageId).update();
            String batch = remote.client().post("/packages/" + packageId + "/batches", mqtt).id();
            assertThat(remote.client().get("/batches/" + batch).json().get("protocol").asText()).isEqualTo("mqtt");
        }
    }

    @Test
    void aBatchOverMqttTakesNoPackageOfSeveralFiles() {
        OtaPackage.File file = new OtaPackage.File("fw.bin", null, 1, null, "c".repeat(64), null, null);
        DownloadAddress here = new DownloadAddress(URI.create("http://127.0.0.1:8080"), false, 432_945);
        assertThatThrownBy(() -> here.protocol(List.of(file, file), "mqtt")).isInstanceOf(ProblemException.class)
                .hasMessage("protocol is [mqtt], which takes a package of one file, but this one has [2]");
    }

    private static String devices(int count) {
        return IntStream.range(0, count).mapToObj(i -> String.format("'device%06d'", i)).collect(Collectors.joining(",", "[", "]"));
    }

    private static String batch(String packageId, String body) {
        return api.post("/packages/" + packageId + "/batches", body).id();
    }

    private static String packageOf(String version, String url) {
        return packageOf(api, "lamp", version, url);
    }

    private static String packageOf(String productKey, String version, String url) {
        return packageOf(api, productKey, version, url);
    }

    private static String packageOf(ApiClient client, String productKey, String version, String url) {
        return client.post("/packages", "{'productKey':'" + productKey + "','version':'" + version + "','files':[{'name':'fw.bin','url':'"
                + url + "','size':432945,'sha256':'" + "c".repeat(64) + "'}]}").id();
    }
}
