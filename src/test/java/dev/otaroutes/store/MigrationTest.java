package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A first migration that was cut off must not shut the database for ever, and nothing that holds a row is dropped. */
class MigrationTest {
    private final Database database = new Database("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "", 2);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void itIsDoneOnceAndThenLeftAlone() {
        database.migrate();
        database.jdbc().sql("INSERT INTO ota_setting (name, setting_value) VALUES ('a', 'b')").update();

        database.migrate();

        assertThat(database.migrated()).isTrue();
        assertThat(count("ota_setting")).isEqualTo(1);
    }

    @Test
    void whatACutOffMigrationLeftIsCleared() {
        database.jdbc().sql("CREATE TABLE ota_product (product_key VARCHAR(64))").update();
        database.jdbc().sql("CREATE TABLE ota_lock (name VARCHAR(32))").update();
        database.jdbc().sql("INSERT INTO ota_lock (name) VALUES ('fan-out')").update();

        database.migrate();

        assertThat(count("ota_product")).isZero();
        assertThat(count("ota_setting")).isZero();
    }

    @Test
    void aTableWithARowIsNotDropped() {
        database.jdbc().sql("CREATE TABLE ota_product (product_key VARCHAR(64))").update();
        database.jdbc().sql("INSERT INTO ota_product (product_key) VALUES ('lamp')").update();

        assertThatThrownBy(database::migrate).isInstanceOf(RuntimeException.class);

        assertThat(count("ota_product")).isEqualTo(1);
    }

    @Test
    void tablesOfOthersStay() {
        database.jdbc().sql("CREATE TABLE dev_device (id BIGINT)").update();
        database.jdbc().sql("CREATE TABLE otan (id BIGINT)").update();
        database.jdbc().sql("CREATE TABLE ota_batch (id BIGINT)").update();

        database.migrate();

        assertThat(count("dev_device")).isZero();
        assertThat(count("otan")).isZero();
    }

    private long count(String table) {
        return database.jdbc().sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
    }
}
