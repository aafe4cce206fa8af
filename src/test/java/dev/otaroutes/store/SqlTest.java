package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;

/** Which of the files of one name is the statement. */
class SqlTest {
    @TempDir
    private Path folder;

    @Test
    void theFirstPlaceThatHasAFileWins() throws IOException {
        Files.createDirectories(folder.resolve("mine/device"));
        Files.writeString(folder.resolve("mine/device/find-known.sql"), "-- a comment\nSELECT 'mine'\n");
        Sql sql = new Sql(folder.resolve("mine") + ", classpath:sql-sagooiot", DatabaseKind.MYSQL);

        assertThat(sql.get("device/find-known")).isEqualTo("/* device/find-known.sql of ota.sql.dir */\nSELECT 'mine'");
        assertThat(sql.get("device/find-products")).contains("dev_product");
        assertThat(sql.get("device/lock")).as("what nobody replaces is ours").contains("ota_device");
    }

    @Test
    void aFailureSaysWhichOfAnIntegratorsFilesItIsFrom() throws IOException {
        Files.createDirectories(folder.resolve("device"));
        Files.writeString(folder.resolve("device/find-known.sql"), "-- :none\nSELECT nothing FROM ota_device WHERE device = :device\n");
        Sql sql = new Sql(folder.toString(), DatabaseKind.H2);
        try (Database database = new Database("jdbc:h2:mem:replaced", "sa", "", 2)) {
            database.migrate();

            assertThatThrownBy(() -> database.jdbc().sql(sql.get("device/find-known")).param("device", "lamp/kitchen").query(String.class).list())
                    .isInstanceOf(DataAccessException.class).hasMessageContaining("device/find-known.sql of ota.sql.dir")
                    .satisfies(failure -> assertThat(Sql.replacedFile(new IllegalStateException(failure))).isEqualTo("device/find-known.sql of ota.sql.dir"));
        }
        assertThat(Sql.replacedFile(new IllegalStateException("there is no SQL statement [device/nothing.sql]"))).isNull();
    }

    @Test
    void aStatementThatNobodyHasIsNamed() {
        assertThatThrownBy(() -> new Sql(null, DatabaseKind.H2).get("device/nothing"))
                .hasMessage("there is no SQL statement [device/nothing.sql] among those of the bundle");
    }
}
