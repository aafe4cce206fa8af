package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.SagooIotTables;
import dev.otaroutes.support.Site;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The bundle beside SagooIOT's tables in one schema, with {@code ota.sql.dir = classpath:sql-sagooiot} (domain.md, Devices). */
@DisplayName("devices from SagooIOT's own database")
class SagooIotIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    @DisplayName("its products need no PUT, its devices alone are handled, its tags select")
    void fleet() throws Exception {
        try (Site site = new Site(Site.Kind.MOSQUITTO_MARIADB);
                Connection connection = DriverManager.getConnection(site.databaseUrl(), site.database().username(), site.database().password())) {
            SagooIotTables sagooiot = SagooIotTables.create("utf8mb4", sql -> execute(connection, sql)).product("lamp", 1).product("draft", 0)
                    .device("lamp", "kitchen", 2).device("lamp", "hall", 1).device("lamp", "attic", 0).tag("kitchen", "site", "north");
            site.ota().with("ota.sql.dir", SagooIotTables.STATEMENTS).with("ota.download.base-url", "http://ota.example").start().awaitReady();
            OperatorApi api = site.api();
            assertThat(api.list("/products")).singleElement().satisfies(product -> {
                assertThat(product.get("productKey").asText()).isEqualTo("lamp");
                assertThat(product.get("name").asText()).isEqualTo("Named lamp");
                assertThat(product.get("dialect").asText()).isEqualTo("sagoo");
            });
            assertThat(api.list("/products/lamp/modules")).extracting(module -> module.get("module").asText()).containsExactly("default");
            String packageId = api.post("/packages", "{\"productKey\":\"lamp\",\"version\":\"2.0.0\"}").get("id").asText();
            api.upload(packageId, "firmware.bin", new byte[1_000]);

            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp"); Fleet drafts = new Fleet(site.brokerUrl(), "draft")) {
                List.of("kitchen", "hall", "attic", "KITCHEN", "stranger").forEach(device -> fleet.inform(device, "1.0.0").join());
                drafts.inform("d", "1.0.0").join();
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.list("/rejected-messages")).extracting(message ->
                        message.get("reason").asText() + " " + message.get("topic").asText().substring("/ota/device/inform/".length()))
                        .containsExactlyInAnyOrder("unknown-device lamp/attic", "unknown-device lamp/KITCHEN", "unknown-device lamp/stranger",
                                "unknown-product draft/d"));
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.list("/devices?productKey=lamp"))
                        .extracting(device -> device.get("deviceKey").asText()).containsExactly("hall", "kitchen"));

                api.post("/packages/" + packageId + "/batches", "{\"select\":{\"tags\":{\"site\":\"north\"}}}");
                JsonNode upgrade = await().atMost(PATIENCE).until(() -> fleet.firstUpgrade("kitchen").getNow(null), told -> told != null);
                assertThat(upgrade.get("code").asText()).as("the code of dialect sagoo").isEqualTo("200");
                HttpResponse<String> refused = api.send("POST", "/packages/" + packageId + "/batches", "{\"select\":{\"devices\":[\"hall\",\"stranger\",\"attic\"]}}");
                assertThat(refused.statusCode()).isEqualTo(400);
                assertThat(refused.body()).contains("select.devices has [attic] and 1 more, which product [lamp] does not have, or which is disabled");

                String batch = "/batches/" + api.post("/packages/" + packageId + "/batches", "{\"select\":{\"devices\":[\"hall\"]},\"push\":false}").get("id").asText();
                await().atMost(PATIENCE).until(() -> api.list(batch + "/tasks").size() == 1);
                assertThat(list(site.ota().httpUrl() + "/api/v1" + batch + "/devices", "stranger\nhall\n"))
                        .contains("\"refused\":1", "the fleet has no device [stranger], or it is disabled", "\"known\":1");
                sagooiot.setStatus("hall", 0);
                fleet.inform("hall", "1.0.0").join();
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.list(batch + "/tasks")).singleElement().satisfies(task -> {
                    assertThat(task.get("status").asText()).isEqualTo("canceled");
                    assertThat(task.get("reason").asText()).isEqualTo("device-removed");
                }));
            }
            assertThat(api.put("/products/lamp", "{\"name\":\"Lamp\",\"dialect\":\"alibaba\"}").get("dialect").asText()).isEqualTo("alibaba");
            assertThat(api.send("PUT", "/products/kettle", "{\"name\":\"Kettle\",\"dialect\":\"sagoo\"}").statusCode()).as("SagooIOT has no kettle").isEqualTo(404);
            assertThat(api.list("/products")).extracting(product -> product.get("name").asText()).containsExactly("Lamp");
            assertThat(texts(connection, "SELECT CONCAT(`key`, ' ', version, updated_at IS NULL) FROM dev_device ORDER BY id"))
                    .as("nothing is written there").containsExactly("kitchen 1", "hall 1", "attic 1");
        }
    }

    private static String list(String url, String csv) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString(csv)).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private static void execute(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static List<String> texts(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}
