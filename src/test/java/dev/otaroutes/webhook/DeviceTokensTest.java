package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTokensTest {
    private final Database database = new Database("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "", 2);

    @BeforeEach
    void migrate() {
        database.migrate();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aDevicesTokenIsItsTagOfThatName() {
        DeviceTokens tokens = new DeviceTokens(database, new Sql(null, database.kind()));
        tag("lamp/kitchen", "token", "A1");
        tag("lamp/kitchen", "site", "north");
        tag("lamp/hall", "site", "north");
        tag("lamp/attic", "token", " ");

        assertThat(tokens.find("lamp", "kitchen")).contains("A1");
        assertThat(tokens.find("lamp", "hall")).isEmpty();
        assertThat(tokens.find("lamp", "attic")).isEmpty();
        assertThat(tokens.find("lamp", "Kitchen")).isEmpty();
    }

    @Test
    void oneThatIsSetLaterIsFoundThenAndRemembered() {
        DeviceTokens tokens = new DeviceTokens(database, new Sql(null, database.kind()));
        assertThat(tokens.find("lamp", "kitchen")).isEmpty();

        tag("lamp/kitchen", "token", "A1");

        assertThat(tokens.find("lamp", "kitchen")).contains("A1");
        database.jdbc().sql("DELETE FROM ota_device_tag").update();
        assertThat(tokens.find("lamp", "kitchen")).as("not asked for every event").contains("A1");
    }

    @Test
    void anIntegratorsStatementAnswersInstead(@TempDir Path statements) throws Exception {
        Files.createDirectory(statements.resolve("webhook"));
        Files.writeString(statements.resolve("webhook/find-token.sql"),
                "SELECT CONCAT(UPPER(:productKey), '/', :deviceKey) AS device, 'wrong' AS token UNION ALL SELECT :device, 'right'");

        assertThat(new DeviceTokens(database, new Sql(statements.toString(), database.kind())).find("lamp", "kitchen"))
                .as("a row of another device does not count").contains("right");
    }

    private void tag(String device, String name, String value) {
        database.jdbc().sql("INSERT INTO ota_device_tag (device, name, tag_value) VALUES (:device, :name, :value)")
                .param("device", device).param("name", name).param("value", value).update();
    }
}
