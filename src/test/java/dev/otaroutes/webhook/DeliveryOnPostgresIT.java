package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.DatabaseKind;
import dev.otaroutes.store.Sql;
import dev.otaroutes.support.Postgres;
import dev.otaroutes.webhook.TestReceiver.Call;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("webhooks on Postgres")
class DeliveryOnPostgresIT extends ReplayRules {
    private static Postgres server;

    @BeforeAll
    static void startServer() {
        server = new Postgres();
        server.start();
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    String newDatabase() {
        return server.newDatabase();
    }

    @Override
    String username() {
        return server.username();
    }

    @Override
    String password() {
        return server.password();
    }

    @Test
    void anEventThatIsCommittedAfterLaterOnesIsGivenAtOnce() throws Exception {
        subscribe(receiver, "*");
        try (Connection slow = DriverManager.getConnection(url, username(), password()); Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute("INSERT INTO ota_event (type, at, sequence, product_key, device_key, data, undelivered)"
                    + " VALUES ('task.progress', now(), 1, 'pk', 'slow', '{}', 1)");
            for (int i = 1; i <= 10; i++) {
                write(i);
            }
            assertThat(givenUpTo()).as("the slow one may come before any of them").isZero();

            slow.commit();
        }

        eventually(() -> assertThat(receiver.accepted()).extracting(call -> call.json().get("deviceKey").asText()).contains("slow"));
        int written = 11;
        while (givenUpTo() == 0 && written < 60) {
            write(written++);
        }
        assertThat(givenUpTo()).isGreaterThan(1);
    }

    @Test
    void whatHasBeenGivenIsNotWalkedPastAgain() {
        JdbcClient jdbc = instance.database().jdbc();
        jdbc.sql("ALTER TABLE ota_event SET (autovacuum_enabled = false)").update();
        jdbc.sql("INSERT INTO ota_event (type, at, product_key, device_key, data, undelivered)"
                + " SELECT 'inform', now(), 'pk', 'd' || n, '{}', 1 FROM generate_series(1, 20000) n").update();
        eventually(() -> assertThat(jdbc.sql("SELECT COUNT(*) FROM ota_event WHERE undelivered = 1").query(Long.class).single()).isZero());
        subscribe(receiver, "*");
        for (int i = 1; givenUpTo() < 20_000 && i < 60; i++) {
            write(i);
        }

        assertThat(pagesReadAfter(0)).as("from the beginning").isGreaterThan(50);
        assertThat(pagesReadAfter(givenUpTo())).as("from where nothing is left before").isLessThan(10);
    }

    @Test
    void whateverIsLeftBehindIsFoundWithinAMinute() {
        subscribe(receiver, "*");
        write(1);
        instance.database().jdbc().sql("UPDATE ota_lock SET place = '1000000' WHERE name = 'fan-out'").update();
        outbox.write("task.progress", "dk");
        forAWhile(() -> assertThat(receiver.accepted()).hasSize(1));

        instance.clock().advance(Duration.ofSeconds(61));

        eventually(() -> assertThat(receiver.accepted()).hasSize(2));
        assertThat(givenUpTo()).as("it cannot be believed").isLessThan(1_000_000);
        write(3);
    }

    @Test
    void aBacklogIsReadFromTheBeginningOnceAndNotForEachPortion(@TempDir Path statements) throws Exception {
        JdbcClient jdbc = instance.database().jdbc();
        jdbc.sql("CREATE TABLE asked (after BIGINT)").update();
        Files.writeString(Files.createDirectories(statements.resolve("webhook")).resolve("find-undelivered.sql"), """
                WITH asking AS (INSERT INTO asked VALUES (:after) RETURNING after)
                SELECT id, type, product_key, device_key
                  FROM ota_event
                 WHERE undelivered > 0
                 ORDER BY undelivered, id
                 LIMIT :limit
                """);
        subscribe(receiver, "*");
        write(1);
        instance.close();
        try (Connection connection = DriverManager.getConnection(url, username(), password()); Statement statement = connection.createStatement()) {
            statement.execute("UPDATE ota_lock SET place = '1' WHERE name = 'fan-out'");
            statement.execute("INSERT INTO ota_event (type, at, product_key, device_key, data, undelivered)"
                    + " SELECT 'inform', now(), 'pk', 'd' || n, '{}', 1 FROM generate_series(1, 5000) n");
        }

        try (TestInstance next = new TestInstance(url, username(), password(), "ota-next", statements.toString())) {
            JdbcClient now = next.start().database().jdbc();
            eventually(() -> assertThat(now.sql("SELECT COUNT(*) FROM ota_event WHERE undelivered = 1").query(Long.class).single()).isZero());

            List<Long> asked = now.sql("SELECT after FROM asked").query(Long.class).list();
            assertThat(asked).hasSizeGreaterThanOrEqualTo(10);
            assertThat(asked.stream().filter(after -> after == 0)).hasSize(1);
        }
    }

    @Test
    void aCrashOfTheDatabaseUndoesTheBeginningTogetherWithWhatWasGiven() throws Exception {
        subscribe(receiver, "*");
        int written = 0;
        for (int crash = 0; crash < 3; crash++) {
            long before = givenUpTo();
            int most = written + 5_000;
            while (givenUpTo() == before && written < most) {
                outbox.write("task.progress", "d" + written++);
            }
            for (int i = 0; i < 20; i++) {
                outbox.write("task.progress", "d" + written++);
            }
            server.kill();
            server.start();
            try (Connection connection = DriverManager.getConnection(url, username(), password())) {
                assertThat(execute(connection, "SELECT CAST(place AS BIGINT) FROM ota_lock WHERE name = 'fan-out'")).isGreaterThan(before);
                assertThat(execute(connection, "SELECT COUNT(*) FROM ota_event WHERE undelivered > 0"
                        + " AND id <= (SELECT CAST(place AS BIGINT) FROM ota_lock WHERE name = 'fan-out')")).as("left below").isZero();
            }
            eventually(() -> assertThat(instance.database().jdbc().sql("SELECT 1").query(Integer.class).single()).isEqualTo(1));
        }

        int all = written;
        eventually(() -> assertThat(receiver.accepted().stream().map(Call::device).distinct()).hasSize(all));
    }

    /** Its number is above all that have ended, so that a snapshot's xmax does not tell of it, and below the one that then looks. */
    @Test
    void aTransactionThatBeganAfterAllThatHaveEndedIsWaitedFor() throws Exception {
        String other = server.newDatabase();
        try (Database database = new Database(other, username(), password(), 2);
             Connection quick = DriverManager.getConnection(other, username(), password());
             Connection slow = DriverManager.getConnection(other, username(), password())) {
            database.migrate();
            GivenEvents given = new GivenEvents(database, new Sql(null, DatabaseKind.POSTGRESQL));
            begin(quick);
            look(database, given, () -> {
                begin(slow);
                writeEvent(slow);
                long later = writeEvent(quick);
                commit(quick);
                return later;
            });

            look(database, given, () -> 0L);
            assertThat(given.upTo()).as("the slow one's event is before what has been seen").isZero();

            commit(slow);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                look(database, given, () -> 0L);
                return given.upTo() == 2;
            });
        }
    }

    private static void begin(Connection connection) {
        execute(connection, "BEGIN");
        execute(connection, "SELECT txid_current()");
    }

    private static long writeEvent(Connection connection) {
        return execute(connection, "INSERT INTO ota_event (type, at, product_key, data, undelivered) VALUES ('inform', now(), 'pk', '{}', 1) RETURNING id");
    }

    private static void commit(Connection connection) {
        execute(connection, "COMMIT");
    }

    /** @return the number that it returns; 0: nothing */
    private static long execute(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return 0;
            }
            ResultSet row = statement.getResultSet();
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private interface Find {
        long event();
    }

    /** A look of the fan-out. @param find the event that is found; 0: none */
    private static void look(Database database, GivenEvents given, Find find) {
        database.transaction(() -> {
            String place = database.jdbc().sql(new Sql(null, DatabaseKind.POSTGRESQL).get("webhook/lock-fan-out"))
                    .query((row, number) -> row.getString("place")).optional().orElse(null);
            given.read(place);
            long found = find.event();
            given.found(found, found, true);
        });
    }

    /** Writes the event of that number, and waits until it has arrived. */
    private void write(int number) {
        outbox.write("task.progress", "dk");
        eventually(() -> assertThat(receiver.accepted().stream().filter(call -> call.json().get("deviceKey").asText().equals("dk"))).hasSize(number));
    }

    private long givenUpTo() {
        String place = instance.database().jdbc().sql("SELECT COALESCE(place, '0') FROM ota_lock WHERE name = 'fan-out'").query(String.class).single();
        return Long.parseLong(place);
    }

    private long pagesReadAfter(long event) {
        String statement = new Sql(null, DatabaseKind.POSTGRESQL).get("webhook/find-undelivered");
        String plan = String.join("\n", instance.database().jdbc().sql("EXPLAIN (ANALYZE, BUFFERS) " + statement)
                .param("after", event).param("limit", 100).query(String.class).list());
        Matcher pages = Pattern.compile("Buffers: shared hit=(\\d+)").matcher(plan);
        assertThat(pages.find()).as(plan).isTrue();
        return Long.parseLong(pages.group(1));
    }
}
