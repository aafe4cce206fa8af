package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otaroutes.support.TestFolder;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatabaseIT {
    @Test
    void onH2WhatATransactionHasDoneIsOnDiskWhenItReturns() throws Exception {
        Path folder = TestFolder.make("durable");
        String url = "jdbc:h2:file:" + folder.resolve("ota");
        for (int round = 1; round <= 3; round++) {
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), HaltAfterCommit.class.getName(), url, "round" + round)
                    .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(42);

            try (Database database = new Database(url, "sa", "", 2)) {
                database.migrate();
                assertThat(database.jdbc().sql("SELECT COUNT(*) FROM ota_product").query(Long.class).single()).isEqualTo(round);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionThatFailsLeavesNothing(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            assertThatThrownBy(() -> store.database.transaction(() -> {
                store.database.jdbc().sql("DELETE FROM ota_product").update();
                throw new IllegalStateException("changed my mind");
            })).hasMessage("changed my mind");

            assertThat(store.number("SELECT COUNT(*) FROM ota_product")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void transactionsAreReadCommitted(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind); Connection connection = store.database.dataSource().getConnection()) {
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void timesAreUtcToTheMillisecondWhateverZoneThisProcessIsIn(StoreUnderTest.Kind kind) throws Exception {
        TimeZone zone = TimeZone.getDefault();
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
            // 02:30 on that day does not exist in New York.
            Instant at = Instant.parse("2026-03-08T02:30:00.123456Z");
            store.database.jdbc().sql("UPDATE ota_product SET updated_at = :at").param("at", Times.toDb(at)).update();

            assertThat(store.text("SELECT CAST(updated_at AS CHAR(23)) FROM ota_product")).startsWith("2026-03-08 02:30:00.123");
            assertThat(store.database.jdbc().sql("SELECT updated_at FROM ota_product").query((row, n) -> Times.get(row, "updated_at")).single())
                    .isEqualTo("2026-03-08T02:30:00.123Z");
        } finally {
            TimeZone.setDefault(zone);
        }
    }
}
