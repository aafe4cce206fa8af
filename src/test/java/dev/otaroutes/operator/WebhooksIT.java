package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.event.EventId;
import dev.otaroutes.support.EventReceiver;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    void headersThatAreRefusedAreNotSentBack() {
        String many = IntStream.range(0, 33).mapToObj(number -> "'X-Token-" + number + "':'my own s3cret'").collect(Collectors.joining(","));

        api.post("/webhooks", "{'name':'H','url':'http://127.0.0.1:9/','events':['*'],'headers':'Bearer my own s3cret'}")
                .assertProblem(400, "[headers] must be object, but was [***]");
        assertThat(api.post("/webhooks", "{'name':'H','url':'http://127.0.0.1:9/','events':['*'],'headers':{" + many + "}}").response().body())
                .contains("[headers] is [***]").doesNotContain("s3cret");
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

    @Test
    void deliveriesAreFoundByDeviceAndByEventAndOneByOne() {
        String id = api.post("/webhooks", "{'name':'F','url':'http://127.0.0.1:9/','events':['package.verified']}").id();
        event(601, "kitchen");
        event(602, "cellar");
        delivered(id, 601, "kitchen");
        delivered(id, 602, "cellar");

        String eventId = api.get("/webhooks/" + id + "/deliveries?productKey=lamp&deviceKey=cellar").keys("eventId").get(0);
        String delivery = api.get("/webhooks/" + id + "/deliveries?eventId=" + eventId).keys("id").get(0);
        api.get("/webhooks/" + id + "/deliveries/" + delivery).assertIs(200, "{'id':'" + delivery + "','eventId':'" + eventId
                + "','type':'task.pushed','deviceKey':'cellar','status':'delivered','attempts':1,'answer':200,'latencyMs':7,'createdAt':" + AT
                + ",'updatedAt':" + AT + "}");
        api.get("/webhooks/" + id + "/deliveries?deviceKey=cellar").assertProblem(400,
                "a device is named by productKey and deviceKey, but there was only [cellar]");
        assertThat(api.get("/webhooks/" + id + "/deliveries?eventId=evt_1").response().body()).contains("but was [evt_1]");
        api.get("/webhooks/" + id + "/deliveries/999999").assertProblem(404, "webhook [" + id + "] has no delivery [999999]");
        api.post("/webhooks/" + id + "/deliveries/999999/replay", null).assertProblem(404, "webhook [" + id + "] has no delivery [999999]");
        assertThat(api.post("/webhooks/" + id + "/deliveries/" + delivery + "/replay", null).response().statusCode()).isEqualTo(202);
    }

    private static void event(int event, String device) {
        server.database().jdbc().sql("INSERT INTO ota_event (id, type, at, sequence, product_key, device_key, data) VALUES ("
                + event + ", 'task.pushed', TIMESTAMP '2026-11-23 15:04:05.120', 1, 'lamp', '" + device + "', '{}')").update();
    }

    private static void delivered(String webhook, int event, String device) {
        server.database().jdbc().sql("INSERT INTO ota_delivery (webhook_id, event_id, lane, status, attempts, answer, latency_ms, created_at, updated_at)"
                + " VALUES (" + webhook + ", " + event + ", 'lamp/" + device + "', 'delivered', 1, 200, 7, TIMESTAMP '2026-11-23 15:04:05.120',"
                + " TIMESTAMP '2026-11-23 15:04:05.120')").update();
    }

    @Test
    void aReplaySaysWhereItBegins() {
        try (EventReceiver receiver = new EventReceiver()) {
            String id = api.post("/webhooks", "{'name':'R','url':'" + receiver.url() + "','events':['task.*']}").id();
            event(701, "hall");
            event(702, "hall");
            String replay = "/webhooks/" + id + "/replay";
            ApiClient.Answer begun = api.post(replay, "{'from':'2026-11-23T15:04:05.000Z'}");
            assertThat(begun.response().statusCode()).isEqualTo(202);
            assertThat(begun.json().get("fromTime").textValue()).isEqualTo("2026-11-23T15:04:05.120Z");
            String first = begun.json().get("from").textValue();
            await().until(() -> receiver.of("hall").size() == 2);
            await().until(() -> !api.get("/webhooks/" + id).json().has("replaying"));

            api.post(replay, "{'from':'" + first + "'}").assertIs(202, "{'webhookId':'" + id + "','from':'" + first
                    + "','fromTime':" + AT + ",'events':" + begun.json().get("events") + "}");
            await().until(() -> !api.get("/webhooks/" + id).json().has("replaying"));
            api.post(replay, "{'status':'dead'}").assertIs(202, "{'webhookId':'" + id + "','status':'dead'}");
            api.post(replay, "{'from':'2026-11-23T15:04:05.120Z','status':'dead'}").assertProblem(400,
                    "a replay is either {\"from\":\"<time or event's id>\"} or {\"status\":\"dead\"}");
            api.post(replay, "{}").assertProblem(400, "a replay is either {\"from\":\"<time or event's id>\"} or {\"status\":\"dead\"}");
            api.post(replay, "{'status':'waiting'}").assertProblem(400, "[status] must be one of [dead], but was [waiting]");
            api.post(replay, "{'from':'yesterday'}").assertProblem(400,
                    "from must be a time such as 2026-11-23T15:04:05.123Z or an event's id, evt_…, but was [yesterday]");
            api.post(replay, "{'from':'2026-11-23T15:04:06.000Z'}").assertProblem(400,
                    "from must not be later than now, 2026-11-23T15:04:05.120Z, but was [2026-11-23T15:04:06.000Z]");
            String gone = EventId.of(OperatorServer.NOW, 4_711_000);
            api.post(replay, "{'from':'" + gone + "'}").assertProblem(404,
                    "there is no event [" + gone + "]; it may have been removed, see ota.keep.events-days");
        }
    }

    @Test
    void oneReplayAtATime() throws SQLException {
        String id = api.post("/webhooks", "{'name':'O','url':'http://127.0.0.1:9/','events':['package.verified']}").id();
        event(801, "attic");
        // Nobody who fans out gets to it while that is locked.
        try (Connection connection = server.database().dataSource().getConnection(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeQuery("SELECT name FROM ota_lock WHERE name = 'fan-out' FOR UPDATE").close();
            assertThat(api.post("/webhooks/" + id + "/replay", "{'from':'2026-11-23T15:04:05.000Z'}").response().statusCode()).isEqualTo(202);
            assertThat(api.get("/webhooks/" + id).json().get("replaying").textValue()).isEqualTo("events");
            api.post("/webhooks/" + id + "/replay", "{'from':'2026-11-23T15:04:05.000Z'}").assertProblem(409,
                    "webhook [" + id + "] is being replayed already; wait until its [replaying] is gone");
            connection.rollback();
        }
        await().until(() -> !api.get("/webhooks/" + id).json().has("replaying"));
    }

    @Test
    void aTestSaysWhatTheReceiverSaid() {
        try (EventReceiver receiver = new EventReceiver()) {
            String id = api.post("/webhooks", "{'name':'T','url':'" + receiver.url() + "','events':['package.verified']}").id();
            ApiClient.Answer well = api.post("/webhooks/" + id + "/test", null);
            assertThat(well.response().statusCode()).isEqualTo(200);
            assertThat(well.json().get("delivered").booleanValue()).isTrue();
            assertThat(well.json().get("answer").intValue()).isBetween(200, 299);

            receiver.mood(EventReceiver.Mood.ERROR);
            ApiClient.Answer unwell = api.post("/webhooks/" + id + "/test", null);
            assertThat(unwell.response().statusCode()).isEqualTo(200);
            assertThat(unwell.json().get("delivered").booleanValue()).isFalse();
            assertThat(unwell.json().get("error").textValue()).startsWith("the receiver answered " + unwell.json().get("answer").intValue());
        }
    }

    @Test
    void aNewSecretIsShownOnceAndOldOnesNever() {
        ApiClient.Answer made = api.post("/webhooks", "{'name':'S','url':'http://127.0.0.1:9/','events':['*']}");
        String rotate = "/webhooks/" + made.id() + "/rotate-secret";

        ApiClient.Answer rotated = api.post(rotate, null);
        assertThat(rotated.response().statusCode()).isEqualTo(200);
        assertThat(rotated.json().get("secret").textValue()).matches("whsec_[A-Za-z0-9+/]{32,86}={0,2}").isNotEqualTo(made.json().get("secret").textValue());
        assertThat(rotated.json().get("oldSecretUntil").textValue()).isEqualTo("2026-11-24T15:04:05.120Z");
        assertThat(rotated.response().body()).doesNotContain(made.json().get("secret").textValue());
        assertThat(api.get("/webhooks/" + made.id()).response().body()).doesNotContain("whsec_").contains("2026-11-24T15:04:05.120Z");

        assertThat(api.post(rotate, "{'secret':'" + SECRET + "'}").json().get("secret").textValue()).isEqualTo(SECRET);
        api.post(rotate, "{'secret':'" + SECRET + "'}").assertProblem(409,
                "the secret that was posted is the one that webhook [" + made.id() + "] has already");
        ApiClient.Answer wrong = api.post(rotate, "{'secret':'whsec_short'}");
        assertThat(wrong.response().statusCode()).isEqualTo(400);
        assertThat(wrong.response().body()).contains("secret must be whsec_").doesNotContain("whsec_short");
        for (int i = 0; i < 3; i++) {
            assertThat(api.post(rotate, null).response().statusCode()).isEqualTo(200);
        }
        api.post(rotate, null).assertProblem(409, "webhook [" + made.id() + "] has [5] old secrets that are valid still; the first ends at "
                + "2026-11-24T15:04:05.120Z, rotate then. A PUT with a secret replaces it at once");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'url':'ftp://x/','events':['*']                         | url must be absolute, http or https, without user and password, of at most 2048 characters, but was [ftp://x/]",
        "'url':'http://10.0.0.1/','events':['*']                 | url cannot be called, host [10.0.0.1] has the address [10.0.0.1], which is internal: if it may be called, add it to ota.webhook.internal-hosts",
        "'url':'http://x/','events':['*'],'format':'nobody'      | format must have a route direct:webhook-<format>, but [nobody] has none",
        "'url':'http://x/{device}','events':['*']               | url may have the placeholders {productKey}, {deviceKey}, {token}, but has [{device}]",
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
        api.get("/webhooks/999999/deliveries/1").assertProblem(404, "there is no webhook [999999]");
        api.post("/webhooks/999999/deliveries/1/replay", null).assertProblem(404, "there is no webhook [999999]");
        api.post("/webhooks/999999/replay", "{'status':'dead'}").assertProblem(404, "there is no webhook [999999]");
        api.post("/webhooks/999999/test", null).assertProblem(404, "there is no webhook [999999]");
        api.post("/webhooks/999999/rotate-secret", null).assertProblem(404, "there is no webhook [999999]");
        api.delete("/webhooks/999999").assertProblem(404, "there is no webhook [999999]");
        String id = api.post("/webhooks", body).id();
        api.delete("/webhooks/" + id).assertGone();
        api.get("/webhooks/" + id).assertProblem(404, "there is no webhook [" + id + "]");
    }
}
