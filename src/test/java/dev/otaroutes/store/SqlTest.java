package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of the files of one name is the statement. */
class SqlTest {
    @TempDir
    private Path folder;

    @Test
    void theFirstPlaceThatHasAFileWins() throws IOException {
        Files.createDirectories(folder.resolve("mine/device"));
        Files.writeString(folder.resolve("mine/device/find-known.sql"), "-- a comment\nSELECT 'mine'\n");
        Sql sql = new Sql(folder.resolve("mine") + ", classpath:sql-sagooiot", DatabaseKind.MYSQL);

        assertThat(sql.get("device/find-known")).isEqualTo("SELECT 'mine'");
        assertThat(sql.get("device/find-products")).contains("dev_product");
        assertThat(sql.get("device/lock")).as("what nobody replaces is ours").contains("ota_device");
    }

    @Test
    void aStatementThatNobodyHasIsNamed() {
        assertThatThrownBy(() -> new Sql(null, DatabaseKind.H2).get("device/nothing"))
                .hasMessage("there is no SQL statement [device/nothing.sql] among those of the bundle");
    }
}
