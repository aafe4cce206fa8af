package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.support.MariaDb;
import dev.otaroutes.support.SagooIotTables;
import org.junit.jupiter.api.Test;

/** The statement of sql-sagooiot on SagooIOT's tables in a real MariaDB. */
class DeviceTokensIT {
    @Test
    void sagooIotKnowsItsDevicesTokens() throws Exception {
        try (MariaDb server = new MariaDb()) {
            server.start();
            Database database = new Database(server.newDatabase(), server.username(), server.password(), 2);
            SagooIotTables sagooiot = SagooIotTables.create("utf8mb4", sql -> database.jdbc().sql(sql).update())
                    .device("lamp", "gone", 2).device("lamp", "kitchen", 2).device("kettle", "kitchen", 2).device("lamp", "hall", 2);
            database.jdbc().sql("UPDATE dev_device SET access_token = CONCAT(product_key, '-', id) WHERE `key` <> 'hall'").update();
            sagooiot.delete("dev_device", "gone");
            DeviceTokens tokens = new DeviceTokens(database, new Sql(SagooIotTables.STATEMENTS, database.kind()));

            assertThat(tokens.find("lamp", "kitchen")).contains("lamp-2");
            assertThat(tokens.find("kettle", "kitchen")).contains("kettle-3");
            assertThat(tokens.find("lamp", "KITCHEN")).as("another device, though the collation says the same").isEmpty();
            assertThat(tokens.find("lamp", "hall")).as("a device without one").isEmpty();
            assertThat(tokens.find("lamp", "gone")).as("deleted").isEmpty();
            database.close();
        }
    }
}
