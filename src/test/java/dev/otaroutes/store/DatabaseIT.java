package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Rounds;
import dev.otaroutes.support.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.SpringProperties;

class DatabaseIT {
    @Test
    void onH2WhatATransactionHasDoneIsOnDiskWhenItReturns() throws Exception {
        Path folder = TestFolder.make("durable");
        String url = "jdbc:h2:file:" + folder.resolve("ota");
        for (int round = 1; round <= 3; round++) {
            Process process = java(folder.resolve("log"), HaltAfterCommit.class, url, "round" + round);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(42);

            try (Database database = new Database(url, "sa", "", 2)) {
                database.migrate();
                assertThat(database.jdbc().sql("SELECT COUNT(*) FROM ota_product").query(Long.class).single()).isEqualTo(round);
            }
        }
    }

    @Test
    void onH2AKillLeavesNoHalfTransaction() throws Exception {
        Random random = new Random();
        for (int round = 1; round <= Rounds.of(60); round++) {
            Path folder = TestFolder.make("moves");
            String url = "jdbc:h2:file:" + folder.resolve("ota");
            Path log = folder.resolve("log");
            Process process = java(log, MovesUntilKilled.class, url);
            try {
                await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(log).contains("moving"));
                // Wherever it happens to be then: this is not a wait for something.
                assertThat(process.waitFor(600 + random.nextInt(1_400), TimeUnit.MILLISECONDS)).as(Files.readString(log)).isFalse();
            } finally {
                process.destroyForcibly().waitFor();
            }

            try (Database database = new Database(url, "sa", "", 2)) {
                database.migrate();
                assertThat(database.jdbc().sql("SELECT COUNT(*) FROM moves").query(Long.class).single()).isGreaterThanOrEqualTo(2);
                assertThat(database.jdbc().sql("SELECT SUM(amount) FROM moves").query(Long.class).single()).as("moves are whole").isZero();
                assertThat(database.jdbc().sql("SELECT id, amount, due FROM moves USE INDEX (moves_due) WHERE due >= 0").query().listOfRows())
                        .as("the index and the table have the same rows")
                        .containsExactlyInAnyOrderElementsOf(database.jdbc().sql("SELECT id, amount, due FROM moves").query().listOfRows());
            }
        }
    }

    private static Process java(Path log, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
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
    void theDatabasesClockIsComparedWithOurs(StoreUnderTest.Kind kind) throws Exception {
        TimeZone zone = TimeZone.getDefault();
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));

            assertThat(ahead(store, Duration.ZERO)).isBetween(Duration.ofMillis(-900), Duration.ofMillis(900));
            assertThat(ahead(store, Duration.ofSeconds(-3))).isBetween(Duration.ofMillis(2_100), Duration.ofMillis(3_900));
            assertThat(ahead(store, Duration.ofHours(1))).isBetween(Duration.ofMillis(-3_600_900), Duration.ofMillis(-3_599_100));
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    private static Duration ahead(StoreUnderTest store, Duration offset) {
        try (Instances instances = new Instances(store.database, store.sql, Clock.offset(Clock.systemUTC(), offset), "ota-a", "")) {
            return instances.databaseAhead();
        }
    }

    /** Whichever row of a batch has it: a driver may take its types from one of them. No driver is asked for the type of a null. */
    @ParameterizedTest
    @EnumSource
    void aNullIsOneInItsRowAlone(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.database.jdbc().sql("CREATE TABLE written (id INT, step INT, word VARCHAR(9), at TIMESTAMP(3) NULL)").update();
            LocalDateTime at = LocalDateTime.parse("2026-11-29T12:00:00.123");

            store.database.transaction(() -> store.database.batch("INSERT INTO written (id, step, word, at) VALUES (:id, :step, :word, :at)", List.of(
                    row(1, null, "a", null), row(2, 50, null, at), row(3, null, null, null), row(4, 100, "d", at))));

            assertThat(store.database.jdbc().sql("SELECT * FROM written ORDER BY id").query((row, number) -> Arrays.asList(row.getObject("step", Integer.class),
                    row.getString("word"), row.getObject("at", LocalDateTime.class))).list()).containsExactly(
                            Arrays.asList(null, "a", null), Arrays.asList(50, null, at), Arrays.asList(null, null, null), List.of(100, "d", at));
            assertThat(SpringProperties.getFlag("spring.jdbc.getParameterType.ignore")).isTrue();
        }
    }

    private static Row row(int id, Integer step, String word, LocalDateTime at) {
        return new Row("id", id).addValue("step", step).addValue("word", word).addValue("at", at);
    }

    @ParameterizedTest
    @EnumSource
    void transactionsAreReadCommittedOnEachConnection(StoreUnderTest.Kind kind) throws Exception {
        List<Connection> connections = new ArrayList<>();
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            if (kind == StoreUnderTest.Kind.POSTGRESQL) {
                store.database.jdbc().sql("ALTER DATABASE " + store.text("SELECT current_database()") + " SET default_transaction_isolation = 'serializable'").update();
            }
            for (int i = 0; i < 5; i++) {
                connections.add(store.database.dataSource().getConnection());
            }

            for (Connection connection : connections) {
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
                connection.close();
            }
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
