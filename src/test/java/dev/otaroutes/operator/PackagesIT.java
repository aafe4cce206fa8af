package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("operator API: packages")
class PackagesIT {
    private static final String AT = "'2026-11-23T15:04:05.120Z'";
    private static final String SHA256 = "c".repeat(64);
    private static final String MD5 = "d".repeat(32);
    private static OperatorServer server;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        server = OperatorServer.onH2("packages");
        api = server.client();
        api.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo'}");
        api.put("/products/lamp/modules/MCU", "{}");
        api.put("/products/ali", "{'name':'Ali','dialect':'alibaba'}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aPackageWhoseFileIsElsewhereIsShownAsItWasPosted() {
        ApiClient.Answer made = api.post("/packages", "{'productKey':'lamp','module':'MCU','version':'2.0.0','type':'full',"
                + "'name':'Autumn','description':'Fixes it','signMethod':'MD5','platform':'linux','customInfo':{'ota_notice':'Hi','n':1.50},"
                + "'digestSign':'q83v','files':[{'name':'fw.bin','url':'https://cdn.example/fw.bin','size':432945,"
                + "'md5':'" + MD5.toUpperCase(Locale.ROOT) + "','sha256':'" + SHA256 + "'}]}");

        String shown = "{'id':'" + made.id() + "','productKey':'lamp','module':'MCU','version':'2.0.0','type':'full',"
                + "'name':'Autumn','description':'Fixes it','signMethod':'MD5','platform':'linux','customInfo':{'ota_notice':'Hi','n':1.50},"
                + "'digestSign':'q83v','status':'not-required','files':[{'name':'fw.bin','url':'https://cdn.example/fw.bin','size':432945,"
                + "'md5':'" + MD5 + "','sha256':'" + SHA256 + "'}],'createdAt':" + AT + "}";
        made.assertIs(201, shown);
        api.get("/packages/" + made.id()).assertIs(200, shown);
        assertThat(made.response().body()).contains("\"n\":1.50");
    }

    @Test
    void whatIsNotPostedHasItsDefault() {
        ApiClient.Answer made = api.post("/packages", "{'productKey':'lamp','version':'plain'}");

        made.assertIs(201, "{'id':'" + made.id() + "','productKey':'lamp','module':'default','version':'plain','type':'full',"
                + "'signMethod':'SHA256','status':'not-required','files':[],'createdAt':" + AT + "}");
    }

    @Test
    void aSecondPackageOfOneVersionIsRefused() {
        api.post("/packages", "{'productKey':'lamp','version':'twice'}").id();

        api.post("/packages", "{'productKey':'lamp','version':'twice'}").assertProblem(409,
                "product [lamp] has a full package of module [default] and version [twice] already: other bytes need another version");
        api.post("/packages", "{'productKey':'lamp','module':'MCU','version':'twice'}").id();
    }

    @Test
    void differentialPackagesToOneVersionPatchDifferentVersions() {
        String first = api.post("/packages", "{'productKey':'lamp','version':'d2','type':'diff','sourceVersions':['d1','d0','d1']}").id();
        assertThat(api.get("/packages/" + first).json().get("sourceVersions").toString()).isEqualTo("[\"d0\",\"d1\"]");
        api.post("/packages", "{'productKey':'lamp','version':'d2'}").id();
        api.post("/packages", "{'productKey':'lamp','version':'d2','type':'diff','sourceVersions':['c9']}").id();

        api.post("/packages", "{'productKey':'lamp','version':'d2','type':'diff','sourceVersions':['c8','d1']}").assertProblem(409,
                "product [lamp] has a differential package of module [default] to version [d2] from one of [c8, d1] already");

        assertThat(api.delete("/packages/" + first).response().statusCode()).isEqualTo(204);
        api.post("/packages", "{'productKey':'lamp','version':'d2','type':'diff','sourceVersions':['c8','d1']}").id();
    }

    @Test
    void productAndModuleMustBeThere() {
        api.post("/packages", "{'productKey':'nobody','version':'1'}").assertProblem(409,
                "productKey [nobody] is not known: PUT /api/v1/products/nobody first");
        api.post("/packages", "{'productKey':'lamp','module':'UI','version':'1'}").assertProblem(409,
                "module [UI] of product [lamp] is not known: PUT /api/v1/products/lamp/modules/UI first");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'type':'patch'                    | [type] must be one of [full,diff], but was [patch]",
        "'type':'diff'                     | type is [diff]: sourceVersions must name the versions that it patches",
        "'type':'diff','sourceVersions':['wrong'] | sourceVersions must not have [wrong], the version that the package leads to",
        "'type':'diff','platform':'Android','sourceVersions':['1'] | signMethod must be [MD5] for a differential package of platform [Android]",
        "'needsVerified':true              | [needsVerified] is not a field of this call",
        "'sourceVersions':['1.0.0']        | sourceVersions is for a package of type [diff]: this one is [full]",
        "'signMethod':'SHA1'               | [signMethod] must be one of [SHA256,MD5], but was [SHA1]",
        "'customInfo':'text'               | [customInfo] must be object, but was [text]",
        "'module':'a/b'                    | [module] must match ^[^+#/\\s\\x00]{1,64}$, but was [a/b]",
        "'files':[{'name':'a','url':'ftp://x/a','size':1}]    | [files.0.url] must match ^https?://[!-~]+$, but was [ftp://x/a]",
        "'files':[{'name':'a','url':'http://x/a'}]            | [files.0.size] is missing",
        "'files':[{'name':'a','url':'http://x/a','size':'1'}] | [files.0.size] must be integer, but was [1]",
        "'files':[{'name':'../a','url':'http://x/a','size':1}] | files[0].name: a file name must be one path segment without / \\ and control characters, but was [../a]",
        "'files':[{'name':'a','url':'http://[x','size':1}]    | files[0].url must be an address that devices can download from, but was [http://[x]",
        "'files':[{'name':'a.bin','url':'http://x/a','size':1}] | file [a.bin] has no sha256, but signMethod is [SHA256]",
        "'signMethod':'MD5','files':[{'name':'a.bin','url':'http://x/a','size':1}] | file [a.bin] has no md5, but signMethod is [MD5]"})
    void whatIsWrongWithAPackageIsNamed(String fields, String detail) {
        api.post("/packages", "{'productKey':'lamp','version':'wrong'," + fields + "}").assertProblem(400, detail);
    }

    @Test
    void severalFilesKeepTheOrderInWhichTheyWerePosted() {
        String id = api.post("/packages", "{'productKey':'lamp','version':'several','files':[" + file("z.bin") + "," + file("a.bin") + "]}").id();

        assertThat(api.get("/packages/" + id).json().get("files").findValuesAsText("name")).containsExactly("z.bin", "a.bin");
        assertThat(server.database().jdbc().sql("SELECT name FROM ota_package_file WHERE package_id = " + id + " ORDER BY number")
                .query(String.class).list()).containsExactly("z.bin", "a.bin");
    }

    @Test
    void eachFileHasANameOfItsOwnAndThereIsAMostOfThem() {
        api.post("/packages", "{'productKey':'lamp','version':'same','files':[" + file("a.bin") + "," + file("a.bin") + "]}")
                .assertProblem(400, "files[1].name must be another than those before, but was [a.bin]");
        String twenty = IntStream.range(0, 20).mapToObj(i -> file(i + ".bin")).collect(Collectors.joining(","));
        api.post("/packages", "{'productKey':'lamp','version':'most','files':[" + twenty + "]}").id();
        assertThat(api.post("/packages", "{'productKey':'lamp','version':'more','files':[" + twenty + "," + file("20.bin") + "]}")
                .response().statusCode()).isEqualTo(400);
        assertThat(api.post("/packages", "{'productKey':'lamp','version':'none','files':[]}").response().statusCode()).isEqualTo(400);
    }

    private static String file(String name) {
        return "{'name':'" + name + "','url':'http://x/" + name + "','size':1,'sha256':'" + SHA256 + "'}";
    }

    @Test
    void alibabasDevicesNeedTheMd5Whatever() {
        api.post("/packages", "{'productKey':'ali','version':'1','files':[{'name':'a.bin','url':'http://x/a','size':1,'sha256':'"
                + SHA256 + "'}]}").assertProblem(400, "file [a.bin] has no md5, but devices of dialect [alibaba] need one");
        api.post("/packages", "{'productKey':'ali','version':'1','files':[{'name':'a.bin','url':'http://x/a','size':1,'sha256':'" + SHA256
                + "','md5':'" + MD5 + "'},{'name':'b.bin','url':'http://x/b','size':1,'sha256':'" + SHA256 + "'}]}")
                .assertProblem(400, "file [b.bin] has no md5, but devices of dialect [alibaba] need one");
    }

    @Test
    void customInformationIsBounded() {
        api.post("/packages", "{'productKey':'lamp','version':'big','customInfo':{'a':'" + "x".repeat(16_384) + "'}}")
                .assertProblem(400, "customInfo may have 16384 characters as JSON, but has 16392");
    }

    @Test
    void packagesAreListedInTheOrderOfTheirMaking() {
        String first = api.post("/packages", "{'productKey':'lamp','version':'list-1'}").id();
        String second = api.post("/packages", "{'productKey':'lamp','version':'list-2','files':[{'name':'a.bin','url':'http://x/a','size':1,'sha256':'"
                + SHA256 + "'}]}").id();
        String before = Long.toString(Long.parseLong(first) - 1);

        ApiClient.Answer page = api.get("/packages?limit=1&after=" + before);
        assertThat(page.keys("id")).containsExactly(first);
        assertThat(page.json().get("next").textValue()).isEqualTo(first);
        ApiClient.Answer next = api.get("/packages?limit=1&after=" + first);
        assertThat(next.keys("id")).containsExactly(second);
        assertThat(next.json().get("items").get(0).get("files")).hasSize(1);
    }

    @Test
    void anUploadedFileComesAndGoesWithItsPackage() {
        String id = api.post("/packages", "{'productKey':'lamp','version':'uploaded'}").id();
        String file = "{'name':'fw.bin','size':10,'md5':'781e5e245d69b566979b86e28d23f2c7',"
                + "'sha256':'84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882'}";

        api.upload("/packages/" + id + "/files/fw.bin", "0123456789").assertIs(200, file);

        assertThat(api.get("/packages/" + id).json().get("files").get(0)).isEqualTo(ApiClient.json(file));
        assertThat(server.folder().resolve(id).resolve("fw.bin")).hasContent("0123456789");
        api.delete("/packages/" + id).assertGone();
        assertThat(server.folder().resolve(id)).doesNotExist();
        api.upload("/packages/" + id + "/files/fw.bin", "0123456789").assertProblem(404, "there is no package [" + id + "]");
    }

    @Test
    void aPackageInAnUnfinishedBatchStays() {
        String id = api.post("/packages", "{'productKey':'lamp','version':'stay','files':[{'name':'a.bin','url':'http://x/a','size':1,'sha256':'"
                + SHA256 + "'}]}").id();
        String batch = api.post("/packages/" + id + "/batches", "{'select':{'devices':['kitchen']}}").id();

        api.delete("/packages/" + id).assertProblem(409, "package [" + id + "] is in batch [" + batch + "], which has not finished");
        server.database().jdbc().sql("UPDATE ota_batch SET status = 'finished' WHERE id = " + batch).update();
        api.delete("/packages/" + id).assertGone();

        api.get("/packages/" + id).assertProblem(404, "there is no package [" + id + "]");
        api.delete("/packages/" + id).assertProblem(404, "there is no package [" + id + "]");
        assertThat(api.get("/batches/" + batch).json().get("packageId").textValue()).isEqualTo(id);
    }

    @Test
    void anIdIsANumber() {
        api.get("/packages/seven").assertProblem(400, "[id] must match ^[0-9]{1,18}$, but was [seven]");
        api.get("/packages/999999999").assertProblem(404, "there is no package [999999999]");
    }
}
