package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("operator API: webhooks")
class WebhooksIT {
    private static final String AT = "'2026-11-23T15:04:05.120Z'";
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static OperatorServer server;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        server = OperatorServer.onH2("webhooks");
        api = server.client();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aSubscriptionIsShownWithItsSecretOnceAndWithoutTheValuesOfItsHeaders() {
        ApiClient.Answer made = api.post("/webhooks", "{'name':'Platform','url':'https://platform.example/ota','format':'standard',"
                + "'events':['task.*','version.changed'],'productKey':'lamp','secret':'" + SECRET + "','headers':{'X-Token':'t0ken'}}");
        String shown = "'name':'Platform','url':'https://platform.example/ota','format':'standard','events':['task.*','version.changed'],"
                + "'productKey':'lamp','headers':{'X-Token':'***'},'status':'active','createdAt':" + AT + ",'updatedAt':" + AT + "}";

        made.assertIs(201, "{'id':'" + made.id() + "','secret':'" + SECRET + "'," + shown);
        api.get("/webhooks/" + made.id()).assertIs(200, "{'id':'" + made.id() + "'," + shown);
        String before = Long.toString(Long.parseLong(made.id()) - 1);
        api.get("/webhooks?limit=1000&after=" + before);
        assertThat(api.get("/webhooks?limit=1&after=" + before).keys("name")).containsExactly("Platform");
    }

    @Test
    void withoutASecretOneIsMade() {
        ApiClient.Answer made = api.post("/webhooks", "{'name':'Made','url':'http://127.0.0.1:9/','events':['*']}");

        assertThat(made.json().get("secret").textValue()).matches("whsec_[A-Za-z0-9+/]{32,86}={0,2}");
        assertThat(made.json().get("format").textValue()).isEqualTo("standard");
    }

    @Test
    void aChangeKeepsTheSecretAndTheHeadersThatAreHidden() {
        String id = api.post("/webhooks", "{'name':'A','url':'http://127.0.0.1:9/a','events':['*'],'secret':'" + SECRET
                + "','headers':{'X-Token':'t0ken'}}").id();

        api.put("/webhooks/" + id, "{'name':'B','url':'http://127.0.0.1:9/b','events':['batch.*'],'headers':{'X-Token':'***'}}").assertIs(200,
                "{'id':'" + id + "','name':'B','url':'http://127.0.0.1:9/b','format':'standard','events':['batch.*'],"
                + "'headers':{'X-Token':'***'},'status':'active','createdAt':" + AT + ",'updatedAt':" + AT + "}");

        assertThat(server.database().jdbc().sql("SELECT secret FROM ota_webhook WHERE id = " + id).query(String.class).single())
                .isEqualTo(SECRET);
        assertThat(server.database().jdbc().sql("SELECT headers FROM ota_webhook WHERE id = " + id).query(String.class).single())
                .isEqualTo("{\"X-Token\":\"t0ken\"}");
    }

    @Test
    void aPausedSubscriptionSaysWhyAndIsResumed() {
        String id = api.post("/webhooks", "{'name':'P','url':'http://127.0.0.1:9/','events':['*']}").id();
        server.database().jdbc().sql("UPDATE ota_webhook SET status = 'paused', pause_reason = 'answered 410' WHERE id = " + id).update();

        assertThat(api.get("/webhooks/" + id).json().get("pauseReason").textValue()).isEqualTo("answered 410");
        ApiClient.Answer resumed = api.post("/webhooks/" + id + "/resume", null);
        assertThat(resumed.response().statusCode()).isEqualTo(200);
        assertThat(resumed.json().get("status").textValue()).isEqualTo("active");
        assertThat(resumed.json().has("pauseReason")).isFalse();
    }

    @Test
    void deliveriesAreListedByStatus() {
        String id = api.post("/webhooks", "{'name':'D','url':'http://127.0.0.1:9/','events':['*']}").id();
        String at = "TIMESTAMP '2026-11-23 15:04:05.120'";
        for (int event = 501; event <= 503; event++) {
            server.database().jdbc().sql("INSERT INTO ota_event (id, type, at, sequence, product_key, device_key, data) VALUES ("
                    + event + ", 'task.pushed', " + at + ", 1, 'lamp', 'kitchen', '{}')").update();
            server.database().jdbc().sql("INSERT INTO ota_delivery (webhook_id, event_id, lane, status, attempts, answer, error, created_at,"
                    + " updated_at) VALUES (" + id + ", " + event + ", 'lamp/kitchen', '" + (event == 502 ? "dead" : "delivered")
                    + "', 1, 200, NULL, " + at + ", " + at + ")").update();
        }

        ApiClient.Answer page = api.get("/webhooks/" + id + "/deliveries?limit=1&status=delivered");
        String first = page.keys("id").get(0);
        String eventId = page.keys("eventId").get(0);
        page.assertIs(200, "{'items':[{'id':'" + first + "','eventId':'" + eventId + "','type':'task.pushed','deviceKey':'kitchen',"
                + "'status':'delivered','attempts':1,'answer':200,'createdAt':" + AT + ",'updatedAt':" + AT + "}],'next':'" + first + "'}");
        assertThat(eventId).startsWith("evt_");
        assertThat(api.get("/webhooks/" + id + "/deliveries?after=" + first).keys("status")).containsExactly("dead", "delivered");
        api.get("/webhooks/" + id + "/deliveries?status=lost").assertProblem(400,
                "[status] must be one of [waiting,delivered,dead], but was [lost]");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'url':'ftp://x/','events':['*']                         | url must be absolute, http or https, without user and password, of at most 2048 characters, but was [ftp://x/]",
        "'url':'http://10.0.0.1/','events':['*']                 | url cannot be called, host [10.0.0.1] has the address [10.0.0.1], which is internal: if it may be called, add it to ota.webhook.internal-hosts",
        "'url':'http://x/','events':['*'],'format':'nobody'      | format must have a route direct:webhook-<format>, but [nobody] has none",
        "'url':'http://x/','events':['*'],'headers':{'webhook-id':'1'} | headers must not set [webhook-id]: the format and the signature do",
        "'url':'http://x/','events':[1]                          | [events.0] must be string, but was [1]",
        "'url':'http://x/'                                       | [events] is missing",
        "'url':'http://x/','events':['*'],'active':true          | [active] is not a field of this call"})
    void whatIsWrongWithASubscriptionIsNamed(String fields, String detail) {
        api.post("/webhooks", "{'name':'W'," + fields + "}").assertProblem(400, detail);
    }

    @Test
    void aChangeToAnInternalAddressIsRefused() {
        String body = "{'name':'W','url':'http://127.0.0.1:9/','events':['*']}";
        String id = api.post("/webhooks", body).id();

        api.put("/webhooks/" + id, body.replace("127.0.0.1", "169.254.169.254")).assertProblem(400, "url cannot be called, host [169.254.169.254]"
                + " has the address [169.254.169.254], which is internal: if it may be called, add it to ota.webhook.internal-hosts");
    }

    @Test
    void aWrongSecretIsRefusedWithoutBeingRepeated() {
        ApiClient.Answer answer = api.post("/webhooks", "{'name':'W','url':'http://x/','events':['*'],'secret':'whsec_short'}");

        assertThat(answer.response().statusCode()).isEqualTo(400);
        assertThat(answer.response().body()).contains("secret must be whsec_").doesNotContain("whsec_short");
    }

    @Test
    void whatIsNotThereIsNamed() {
        String body = "{'name':'W','url':'http://x/','events':['*']}";
        api.get("/webhooks/999999").assertProblem(404, "there is no webhook [999999]");
        api.put("/webhooks/999999", body).assertProblem(404, "there is no webhook [999999]");
        api.post("/webhooks/999999/resume", null).assertProblem(404, "there is no webhook [999999]");
        api.get("/webhooks/999999/deliveries").assertProblem(404, "there is no webhook [999999]");
        api.delete("/webhooks/999999").assertProblem(404, "there is no webhook [999999]");
        String id = api.post("/webhooks", body).id();
        api.delete("/webhooks/" + id).assertGone();
        api.get("/webhooks/" + id).assertProblem(404, "there is no webhook [" + id + "]");
    }
}
