package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.OtherTransaction;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("operator API: products and modules")
class ProductsIT {
    private static final String AT = "'2026-11-23T15:04:05.120Z'";
    private static OperatorServer server;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        server = OperatorServer.onH2("products");
        api = server.client();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aProductIsMadeWithItsDefaultModuleAndShownWithoutItsSecret() {
        String shown = "{'productKey':'lamp','name':'Lamp','dialect':'sagoo','accessKey':'AK1','createdAt':" + AT + ",'updatedAt':" + AT + "}";

        api.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo','accessKey':'AK1','secretKey':'s3cret'}").assertIs(200, shown);

        api.get("/products/lamp").assertIs(200, shown);
        api.get("/products/lamp/modules").assertIs(200, "{'items':[{'productKey':'lamp','module':'default','createdAt':" + AT + "}]}");
    }

    @Test
    void whatIsPutAgainChangesTheProductAndLeavesTheSecretThatIsNotPosted() {
        api.put("/products/again", "{'name':'A','dialect':'sagoo','accessKey':'AK-again','secretKey':'kept'}");

        api.put("/products/again", "{'name':'B','dialect':'alibaba','accessKey':'AK-again'}").assertIs(200,
                "{'productKey':'again','name':'B','dialect':'alibaba','accessKey':'AK-again','createdAt':" + AT + ",'updatedAt':" + AT + "}");

        assertThat(server.database().jdbc().sql("SELECT secret_key FROM ota_product WHERE product_key = 'again'")
                .query(String.class).single()).isEqualTo("kept");
    }

    @Test
    void anAccessKeyBelongsToOneProduct() {
        api.put("/products/owner", "{'name':'A','dialect':'sagoo','accessKey':'AK-one','secretKey':'x'}");

        api.put("/products/thief", "{'name':'B','dialect':'sagoo','accessKey':'AK-one','secretKey':'y'}")
                .assertProblem(409, "accessKey [AK-one] belongs to product [owner]");
        api.get("/products/thief").assertProblem(404, "there is no product [thief]");
    }

    @Test
    void halfAnAccessIsRefused() {
        api.put("/products/half", "{'name':'A','dialect':'sagoo','accessKey':'AK-half'}")
                .assertProblem(400, "accessKey [AK-half] is new and needs a secretKey beside it");
        api.put("/products/half", "{'name':'A','dialect':'sagoo','secretKey':'x'}")
                .assertProblem(400, "secretKey needs an accessKey beside it: product [half] has none");
    }

    @Test
    void aKeyMayBeChineseAndHaveCharactersThatAPathEscapes() {
        api.put("/products/%E7%81%AF%25", "{'name':'灯','dialect':'sagoo'}");

        assertThat(api.get("/products/%E7%81%AF%25").json().get("productKey").textValue()).isEqualTo("灯%");
    }

    @Test
    void keysDifferByCase() {
        api.put("/products/case", "{'name':'small','dialect':'sagoo'}");
        api.put("/products/CASE", "{'name':'large','dialect':'sagoo'}");

        assertThat(api.get("/products/case").json().get("name").textValue()).isEqualTo("small");
        assertThat(api.get("/products/CASE").json().get("name").textValue()).isEqualTo("large");
    }

    @Test
    void aSecretThatIsRefusedIsNotSentBack() {
        api.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo','accessKey':'ak','secretKey':'my own s3cret'}")
                .assertProblem(400, "[secretKey] must match ^[!-~]{1,256}$, but was [***]");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "a%2Bb | [productKey] must match ^[^+#/\\s\\x00]{1,64}$, but was [a+b]",
        "a%23b | [productKey] must match ^[^+#/\\s\\x00]{1,64}$, but was [a#b]",
        "a%2Fb | [productKey] must match ^[^+#/\\s\\x00]{1,64}$, but was [a/b]",
        "a%20b | [productKey] must match ^[^+#/\\s\\x00]{1,64}$, but was [a b]",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | [productKey] must match ^[^+#/\\s\\x00]{1,64}$, but was [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]"})
    void aKeyThatNoTopicCouldHoldIsRefused(String key, String detail) {
        api.put("/products/" + key, "{'name':'A','dialect':'sagoo'}").assertProblem(400, detail);
    }

    @Test
    void aCharacterThatIsTwoForAColumnCountsAsTwo() {
        assertThat(api.put("/products/" + "%F0%9F%92%A1".repeat(32), "{'name':'A','dialect':'sagoo'}").response().statusCode()).isEqualTo(200);
        assertThat(api.put("/products/" + "%F0%9F%92%A1".repeat(33), "{'name':'A','dialect':'sagoo'}").response().statusCode()).isEqualTo(400);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'dialect':'sagoo'}                      | [name] is missing",
        "{'name':'A'}                             | [dialect] is missing",
        "{'name':5,'dialect':'sagoo'}             | [name] must be string, but was [5]",
        "{'name':'A','dialect':'Sagoo'}           | [dialect] must be one of [sagoo,alibaba], but was [Sagoo]",
        "{'name':'A','dialect':'sagoo','key':'x'} | [key] is not a field of this call"})
    void whatIsWrongWithAProductIsNamed(String body, String detail) {
        api.put("/products/wrong", body).assertProblem(400, detail);
    }

    @Test
    void textWithNulIsRefusedWhereverItStands() {
        api.put("/products/nul", "{'name':'a\\u0000b','dialect':'sagoo'}")
                .assertProblem(400, "[name] must not have NUL or half a surrogate pair, but was [a\\u0000b]");
        api.put("/products/nul", "{'name':'\\ud83d','dialect':'sagoo'}")
                .assertProblem(400, "[name] must not have NUL or half a surrogate pair, but was [\\ud83d]");
    }

    @Test
    void aListGoesOnWhereItsPageEnded() {
        for (String key : new String[] {"zz3", "zz1", "zz2"}) {
            api.put("/products/" + key, "{'name':'Z','dialect':'sagoo'}");
        }

        ApiClient.Answer first = api.get("/products?after=zz0&limit=2");
        assertThat(first.keys("productKey")).containsExactly("zz1", "zz2");
        assertThat(first.json().get("next").textValue()).isEqualTo("zz2");

        ApiClient.Answer last = api.get("/products?limit=2&after=zz2");
        assertThat(last.keys("productKey").subList(0, 1)).containsExactly("zz3");
        assertThat(last.json().has("next")).isFalse();
    }

    @ParameterizedTest(name = "?{0}: {1}")
    @CsvSource(delimiter = '|', value = {
        "limit=0         | 400",
        "limit=1001      | 400",
        "limit=ten       | 400",
        "limit=1&limit=2 | 400",
        "lmit=1          | 400",
        "after=a%2Bb     | 400",
        "limit=1000      | 200"})
    void aPageIsAskedForAsTheContractSays(String query, int status) {
        assertThat(api.get("/products?" + query).response().statusCode()).isEqualTo(status);
    }

    @Test
    void aHeaderIsNoParameter() {
        assertThat(api.get("/products?limit=1").json().get("items")).hasSize(1);
        assertThat(api.withHeader("limit", "nonsense").get("/products").response().statusCode()).isEqualTo(200);
    }

    @Test
    void aProductGoesWithItsModulesUnlessItHasDevicesOrPackages() {
        api.put("/products/gone", "{'name':'A','dialect':'sagoo'}");
        api.put("/products/gone/modules/MCU", "{}");
        String packageId = api.post("/packages", "{'productKey':'gone','version':'1.0.0'}").id();

        api.delete("/products/gone").assertProblem(409,
                "product [gone] still has packages, package [" + packageId + "] among them: delete them first");
        api.delete("/packages/" + packageId).assertGone();
        server.inform("gone", "kitchen", "MCU", "1.0.0");
        api.delete("/products/gone").assertProblem(409,
                "product [gone] still has devices, device [kitchen] among them: delete them first");
        api.delete("/devices/gone/kitchen").assertGone();
        api.delete("/products/gone").assertGone();

        api.get("/products/gone").assertProblem(404, "there is no product [gone]");
        api.delete("/products/gone").assertProblem(404, "there is no product [gone]");
        assertThat(server.database().jdbc().sql("SELECT COUNT(*) FROM ota_module WHERE product_key = 'gone'")
                .query(Long.class).single()).isZero();
    }

    @Test
    void aModuleIsMadeChangedAndRemoved() {
        api.put("/products/mods", "{'name':'A','dialect':'sagoo'}");
        api.put("/products/mods/modules/MCU", "{'alias':'main','description':'the main one'}").assertIs(200,
                "{'productKey':'mods','module':'MCU','alias':'main','description':'the main one','createdAt':" + AT + "}");
        api.put("/products/mods/modules/MCU", "{}").assertIs(200, "{'productKey':'mods','module':'MCU','createdAt':" + AT + "}");
        api.get("/products/mods/modules/MCU").assertIs(200, "{'productKey':'mods','module':'MCU','createdAt':" + AT + "}");
        assertThat(api.get("/products/mods/modules").keys("module")).containsExactly("MCU", "default");

        api.delete("/products/mods/modules/MCU").assertGone();
        api.get("/products/mods/modules/MCU").assertProblem(404, "there is no module [MCU] of product [mods]");
        api.delete("/products/mods/modules/default").assertProblem(409, "module [default] always exists and cannot be deleted");
    }

    @Test
    void aModuleThatAnInformMakesMeanwhileIsChanged() throws SQLException {
        api.put("/products/both", "{'name':'A','dialect':'sagoo'}");
        CompletableFuture<ApiClient.Answer> put;
        try (OtherTransaction inform = new OtherTransaction(server.database().dataSource())) {
            inform.jdbc().sql("INSERT INTO ota_module (product_key, module, created_at) VALUES ('both', 'MCU', TIMESTAMP '2026-11-23 15:04:05.12')").update();
            put = CompletableFuture.supplyAsync(() -> api.put("/products/both/modules/MCU", "{'alias':'main'}"));
            await().until(() -> put.isDone() || sessions("session_id <> SESSION_ID() AND executing_statement LIKE '%INSERT INTO ota_module%'") > 0);
            inform.commit();
        }

        put.join().assertIs(200, "{'productKey':'both','module':'MCU','alias':'main','createdAt':" + AT + "}");
    }

    @Test
    void aModuleGoesBeforeAPackageOfItIsMadeOrNotAtAll() throws SQLException {
        api.put("/products/first", "{'name':'A','dialect':'sagoo'}");
        api.put("/products/first/modules/MCU", "{}");
        CompletableFuture<ApiClient.Answer> removed;
        try (OtherTransaction made = new OtherTransaction(server.database().dataSource())) {
            made.jdbc().sql("SELECT product_key FROM ota_product WHERE product_key = 'first' FOR UPDATE").query(String.class).single();
            removed = CompletableFuture.supplyAsync(() -> api.delete("/products/first/modules/MCU"));
            await().until(() -> removed.isDone() || sessions("blocker_id IS NOT NULL") > 0);
            made.jdbc().sql("INSERT INTO ota_package (id, product_key, module, version, type, sign_method, status, created_at)"
                    + " VALUES (777777, 'first', 'MCU', '1', 'full', 'SHA256', 'not-required', TIMESTAMP '2026-11-23 15:04:05.12')").update();
            made.commit();
        }

        removed.join().assertProblem(409, "module [MCU] of product [first] is that of package [777777]: delete it first");
    }

    private static int sessions(String condition) {
        return server.database().jdbc().sql("SELECT COUNT(*) FROM information_schema.sessions WHERE " + condition).query(Integer.class).single();
    }

    @Test
    void aModuleThatIsInUseStays() {
        api.put("/products/used", "{'name':'A','dialect':'sagoo'}");
        api.put("/products/used/modules/MCU", "{}");
        String packageId = api.post("/packages", "{'productKey':'used','module':'MCU','version':'1.0.0'}").id();

        api.delete("/products/used/modules/MCU").assertProblem(409,
                "module [MCU] of product [used] is that of package [" + packageId + "]: delete it first");
        api.delete("/packages/" + packageId).assertGone();
        server.inform("used", "kitchen", "MCU", "1.0.0");
        api.delete("/products/used/modules/MCU").assertProblem(409,
                "module [MCU] of product [used] is that of device [used/kitchen]: delete it first");
    }

    /** H2 counts a character beyond U+FFFF as two, the others as one: what is taken is to be taken by all of them. */
    @Test
    void aTextThatNotEveryDatabaseTakesIsRefused() {
        api.put("/products/emoji", "{'name':'" + "😀".repeat(64) + "','dialect':'sagoo'}");
        assertThat(api.get("/products/emoji").json().get("name").textValue()).isEqualTo("😀".repeat(64));
        api.put("/products/emoji", "{'name':'" + "😀".repeat(65) + "','dialect':'sagoo'}").assertProblem(400, tooLong("name", 128, 130));
        api.put("/products/emoji/modules/MCU", "{'alias':'" + "😀".repeat(65) + "'}").assertProblem(400, tooLong("alias", 128, 130));
        api.put("/products/emoji/modules/MCU", "{'description':'" + "😀".repeat(257) + "'}").assertProblem(400, tooLong("description", 512, 514));
        api.post("/packages", "{'productKey':'emoji','version':'1','name':'" + "😀".repeat(65) + "'}").assertProblem(400, tooLong("name", 128, 130));
        api.post("/packages", "{'productKey':'emoji','version':'1','description':'" + "😀".repeat(513) + "'}")
                .assertProblem(400, tooLong("description", 1024, 1026));
        api.post("/packages", "{'productKey':'emoji','version':'1','platform':'" + "😀".repeat(17) + "'}").assertProblem(400,
                "platform may have 32 characters, of which those beyond U+FFFF, such as emoji, count as two, but [" + "😀".repeat(17) + "…] has 34");
        api.post("/packages/1/batches", "{'select':{'all':true},'name':'" + "😀".repeat(65) + "'}").assertProblem(400, tooLong("name", 128, 130));
        api.post("/webhooks", "{'name':'" + "😀".repeat(65) + "','url':'http://127.0.0.1:9/','events':['*']}").assertProblem(400, tooLong("name", 128, 130));
        server.inform("emoji", "kitchen", "default", "1.0.0");
        api.put("/devices/emoji/kitchen/tags", "{'a':'" + "😀".repeat(129) + "'}").assertProblem(400, tooLong("[a]", 256, 258));
    }

    private static String tooLong(String field, int most, int length) {
        return field + " may have " + most + " characters, of which those beyond U+FFFF, such as emoji, count as two, but [" + "😀".repeat(50) + "…] has " + length;
    }

    @Test
    void aModuleNeedsItsProduct() {
        api.put("/products/nobody/modules/MCU", "{}").assertProblem(404, "there is no product [nobody]");
        api.get("/products/nobody/modules").assertProblem(404, "there is no product [nobody]");
    }

    @Test
    void aBodyThatIsNotJsonIsRefusedWithThePlace() {
        assertThat(api.put("/products/bad", "{'name':").response().statusCode()).isEqualTo(400);
        assertThat(api.put("/products/bad", "{'name':").json().get("detail").textValue()).startsWith("the body is not JSON: ");
        assertThat(api.put("/products/bad", "[".repeat(100_000)).response().statusCode()).isEqualTo(400);
        assertThat(api.put("/products/bad", "{'name':'" + "x".repeat(1_048_576) + "'}").response().statusCode()).isEqualTo(413);
    }

    @Test
    void aDialectThatNeedsTheMd5IsRefusedWhileAFileIsWithout() {
        api.put("/products/turned", "{'name':'T','dialect':'sagoo'}");
        String file = "'files':[{'name':'fw.bin','url':'http://cdn.example/fw.bin','size':1,'sha256':'" + "c".repeat(64) + "'";
        String without = api.post("/packages", "{'productKey':'turned','version':'1'," + file + "}]}").id();
        api.post("/packages", "{'productKey':'turned','version':'2'," + file + ",'md5':'" + "d".repeat(32) + "'}]}").id();
        api.post("/packages", "{'productKey':'turned','version':'3'}").id();

        api.put("/products/turned", "{'name':'T','dialect':'alibaba'}").assertProblem(409, "dialect cannot become [alibaba]: package ["
                + without + "] has a file [fw.bin] without md5, which such devices need; delete the package first");
        assertThat(api.get("/products/turned").json().get("dialect").textValue()).isEqualTo("sagoo");

        api.delete("/packages/" + without).assertGone();
        assertThat(api.put("/products/turned", "{'name':'T','dialect':'alibaba'}").response().statusCode()).isEqualTo(200);
        assertThat(api.put("/products/turned", "{'name':'T','dialect':'sagoo'}").response().statusCode()).isEqualTo(200);
    }
}
