package dev.otaroutes.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.RouteTestConfiguration;
import dev.otaroutes.store.Database;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.BeanInject;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The device HTTP API as it is served: the shipped routes, the HTTP server, a database. Batch 2 is for product lamp, batch 3 for pump. */
@CamelMainTest(configurationClasses = RouteTestConfiguration.class, properties = {
        "camel.main.routes-include-pattern=file:routes/errors.camel.yaml,file:routes/inform-to-upgrade.camel.yaml,file:routes/device-api.camel.yaml",
        "camel.server.enabled=true", "camel.server.host=127.0.0.1", "camel.server.port=0", "ota.device-api.prefix=/base-api",
        "ota.endpoint.inform=direct:device-inform", "ota.endpoint.upgrade=mock:upgrade"})
class DeviceApiRouteTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OTA = "/base-api/openapi/v1/ota/";
    private static final String NORTH = "/base-api/openapi/v1/north/";

    private final HttpClient http = HttpClient.newHttpClient();
    @BeanInject("database")
    private Database database;
    @BeanInject("deviceApi")
    private DeviceApi deviceApi;
    @BeanInject
    private CamelContext context;

    @BeforeEach
    void giveKeys() {
        database.jdbc().sql("UPDATE ota_product SET access_key = 'ak-lamp', secret_key = 'sk-lamp' WHERE product_key = 'lamp'").update();
        database.jdbc().sql("UPDATE ota_product SET access_key = 'ak-none' WHERE product_key = 'pump'").update();
    }

    @Test
    void aDeviceThatAsksIsToldRecordedAndToldAgain() throws Exception {
        giveTask("kitchen");

        HttpResponse<String> answer = get(OTA + "get_ota_info?deviceKey=kitchen&version=1.0&" + signed("ak-lamp", "sk-lamp", now()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode json = JSON.readTree(answer.body());
        assertThat(json.get("code").intValue()).isZero();
        JsonNode data = json.get("data");
        assertThat(data.get("version").textValue()).isEqualTo("2.0.0");
        assertThat(data.get("sign").textValue()).isEqualTo("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
        assertThat(data.get("signMethod").textValue()).isEqualTo("SHA256");
        assertThat(data.get("url").textValue()).startsWith("http://ota.example/download/12/lamp.bin?");
        assertThat(data.get("extData")).isEqualTo(JSON.readTree("{\"strategy\":\"2\"}"));
        assertThat(row("kitchen")).containsEntry("status", "pushed").containsEntry("pushes", 1);
        assertThat(version("kitchen")).isEqualTo("1.0");

        JsonNode again = JSON.readTree(get(OTA + "get_ota_info?deviceKey=kitchen&version=1.0&" + signed("ak-lamp", "sk-lamp", now())).body());
        assertThat(again.get("data").get("version").textValue()).isEqualTo("2.0.0");
        assertThat(row("kitchen")).containsEntry("pushes", 1);
    }

    @Test
    void itsProgressAndItsTargetAreRecorded() throws Exception {
        giveTask("kitchen");
        get(OTA + "get_ota_info?deviceKey=kitchen&version=1.0&" + signed("ak-lamp", "sk-lamp", now()));

        HttpResponse<String> written = post(OTA + "write_ota_info?" + signed("ak-lamp", "sk-lamp", now()),
                "{\"params\":{\"deviceKey\":\"kitchen\",\"step\":10,\"strategy\":2}}");
        assertThat(written.statusCode()).isEqualTo(200);
        assertThat(written.body()).isEqualTo("{\"code\":0,\"message\":\"\"}");
        assertThat(row("kitchen")).containsEntry("status", "upgrading").containsEntry("step", 10);

        HttpResponse<String> done = get(OTA + "get_ota_info?deviceKey=kitchen&version=2.0.0&" + signed("ak-lamp", "sk-lamp", now()));
        assertThat(done.body()).isEqualTo("{\"code\":0,\"message\":\"\",\"data\":null}");
        assertThat(row("kitchen")).containsEntry("status", "succeeded");
    }

    @Test
    void aDeviceWithoutMqttGetsALinkInABatchOverMqttToo() throws Exception {
        database.jdbc().sql("UPDATE ota_batch SET protocol = 'mqtt' WHERE id = 2").update();
        giveTask("kitchen");

        JsonNode data = JSON.readTree(get(OTA + "get_ota_info?deviceKey=kitchen&version=1.0&" + signed("ak-lamp", "sk-lamp", now())).body()).get("data");

        assertThat(data.get("url").textValue()).startsWith("http://ota.example/download/12/lamp.bin?");
        assertThat(data.has("dProtocol")).isFalse();
    }

    @Test
    void aPlatformAsksForDevicesThatThereAreAlone() throws Exception {
        giveTask("kitchen");
        assertThat(JSON.readTree(get(NORTH + "get_ota_info?deviceKey=kitchen&version=1.0&" + signed("ak-lamp", "sk-lamp", now())).body())
                .get("data").get("version").textValue()).isEqualTo("2.0.0");
        assertAnswer(get(NORTH + "get_ota_info?deviceKey=cellar&version=1.0&" + signed("ak-lamp", "sk-lamp", now())), 404,
                "there is no device [cellar] of the product of this access key");
    }

    @Test
    void whoCannotShowThatItIsTheProductIsRefused() throws Exception {
        String query = OTA + "get_ota_info?deviceKey=kitchen&version=1.0";
        assertAnswer(get(query), 401, "the query must have ak, time and sign");
        assertAnswer(get(query + "&" + signed("ak-lamp", "another", now())), 401, "ak or sign is wrong");
        assertAnswer(get(query + "&" + signed("ak-nobody", "sk-lamp", now())), 401, "ak or sign is wrong");
        assertAnswer(get(query + "&" + signed("ak-none", "none", now())), 401, "ak or sign is wrong");
        assertAnswer(get(query + "&ak=ak-lamp&time=x&sign=x"), 401, "time must be in Unix seconds, but was [x]");
        assertAnswer(post(OTA + "write_ota_info?" + signed("ak-lamp", "another", now()), "{\"params\":{\"deviceKey\":\"kitchen\",\"step\":10}}"),
                401, "ak or sign is wrong");
        assertThat(database.jdbc().sql("SELECT COUNT(*) FROM ota_device").query(Long.class).single()).isZero();
    }

    @Test
    void aRequestIsGoodForFiveMinutes() throws Exception {
        String query = OTA + "get_ota_info?deviceKey=kitchen&version=1.0&";
        for (long age : new long[] {290, -290}) {
            assertThat(get(query + signed("ak-lamp", "sk-lamp", now() - age)).statusCode()).isEqualTo(200);
        }
        for (long age : new long[] {310, -310}) {
            long time = now() - age;
            HttpResponse<String> stale = get(query + signed("ak-lamp", "sk-lamp", time));
            assertAnswer(stale, 401, "time [" + time + "] is more than 5 minutes from ours: see Date");
            assertThat(stale.headers().firstValue("Date")).isPresent();
        }
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        String key = "&" + signed("ak-lamp", "sk-lamp", now());
        assertAnswer(get(OTA + "get_ota_info?version=1.0" + key), 400, "deviceKey must be 1 to 64 characters without + # /, white space or NUL, but was [null]");
        assertAnswer(get(OTA + "get_ota_info?deviceKey=a" + key), 400, "version must be 1 to 64 printable characters, but was [null]");
        assertAnswer(post(OTA + "write_ota_info?" + key.substring(1), "hello"), 400,
                "a message must be JSON: Unrecognized token 'hello': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false'), but was [hello]");
        assertAnswer(post(OTA + "write_ota_info?" + key.substring(1), "{\"params\":{\"deviceKey\":\"a\",\"step\":0}}"), 400,
                "params.step must be an integer, 1 to 100 or -4 to -1, but was [0]");
    }

    @Test
    void theDateIsAsLongOnTheFirstDaysOfAMonth() {
        assertThat(DeviceApi.HTTP_DATE.format(Instant.parse("2026-12-03T04:05:06Z"))).isEqualTo("Thu, 03 Dec 2026 04:05:06 GMT");
    }

    @Test
    void whatTheDatabaseKeepsWaitingLeavesThreadsForOthers() throws Exception {
        List<Exchange> waiting = new ArrayList<>();
        for (int i = 0; i < DeviceApi.MOST_AT_A_TIME; i++) {
            Exchange exchange = new DefaultExchange(context);
            deviceApi.enter(exchange);
            waiting.add(exchange);
        }
        String query = OTA + "get_ota_info?deviceKey=kitchen&version=1.0&" + signed("ak-lamp", "sk-lamp", now());
        assertAnswer(get(query), 503, DeviceApi.MOST_AT_A_TIME + " requests wait for the database; try again in 5 s");

        waiting.forEach(exchange -> exchange.getExchangeExtension().handoverCompletions().forEach(done -> done.onComplete(exchange)));
        for (int i = 0; i < 2 * DeviceApi.MOST_AT_A_TIME; i++) {
            assertThat(get(query).statusCode()).isEqualTo(200);
        }
    }

    private static void assertAnswer(HttpResponse<String> answer, int status, String message) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body())).isEqualTo(JSON.valueToTree(Map.of("code", status, "message", message)));
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static String signed(String accessKey, String secretKey, long time) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String sign = HexFormat.of().formatHex(mac.doFinal(("ak=" + accessKey + "&time=" + time).getBytes(StandardCharsets.UTF_8)));
        return "ak=" + accessKey + "&time=" + time + "&sign=" + sign + "&appId=1";
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + context.hasService(VertxPlatformHttpServer.class).getPort() + path);
    }

    private void giveTask(String deviceKey) {
        database.jdbc().sql("INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at)"
                + " VALUES (:device, 'lamp', :key, 0, 0, NOW())").param("device", "lamp/" + deviceKey).param("key", deviceKey).update();
        database.jdbc().sql("INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, to_version, status,"
                + " is_open, attempt, pushes, push_number, refusals, history_count, created_at, updated_at) SELECT id, package_id, :device,"
                + " 'lamp', :key, module, to_version, 'pending', 1, 1, 0, 0, 0, 0, NOW(), NOW() FROM ota_batch WHERE id = 2")
                .param("device", "lamp/" + deviceKey).param("key", deviceKey).update();
    }

    private Map<String, Object> row(String deviceKey) {
        return database.jdbc().sql("SELECT status, step, pushes FROM ota_task WHERE device_key = :key").param("key", deviceKey).query().singleRow();
    }

    private String version(String deviceKey) {
        return database.jdbc().sql("SELECT version FROM ota_device_module WHERE device = :device").param("device", "lamp/" + deviceKey)
                .query(String.class).single();
    }
}
