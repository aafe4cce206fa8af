package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.store.DatabaseKind;
import dev.otaroutes.store.Sql;
import dev.otaroutes.support.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
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
