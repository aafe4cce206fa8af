package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.support.EventReceiver;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.OtaProcess;
import dev.otaroutes.support.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The process is killed in the middle of a replay: the next one goes on where it was, and no device's event is missing or before its time. */
@DisplayName("replay")
class ReplayIT {
    private static final int EVENTS = 30_000;
    private static final int DEVICES = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Test
    void aReplayGoesOnAfterAKill() throws Exception {
        try (Postgres database = new Postgres(); EventReceiver receiver = new EventReceiver(); OtaProcess ota = new OtaProcess("replay")) {
            database.start();
            String url = database.newDatabase();
            ota.with("ota.demo.enabled", "false").with("ota.db.url", url).with("ota.db.username", database.username())
                    .with("ota.db.password", database.password()).start().awaitReady();
            try (Connection connection = DriverManager.getConnection(url, database.username(), database.password());
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO ota_event (type, at, sequence, product_key, device_key, module, data)"
                        + " SELECT 'task.progress', TIMESTAMP '2026-11-23 12:00:00' + n * INTERVAL '10 milliseconds', n / " + DEVICES + " + 1, 'pk',"
                        + " 'd' || n % " + DEVICES + ", 'default', '{}' FROM generate_series(0, " + (EVENTS - 1) + ") n ORDER BY n");
                OperatorApi api = new OperatorApi(ota.httpUrl());
                String id = api.post("/webhooks", "{\"name\":\"late\",\"url\":\"" + receiver.url() + "\",\"events\":[\"task.*\"]}").get("id").asText();

                JsonNode replay = api.post("/webhooks/" + id + "/replay", "{\"from\":\"2026-11-23T12:00:00.000Z\"}");
                assertThat(replay.get("events").asInt()).isEqualTo(EVENTS);
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> receiver.requests() > DEVICES);
                ota.kill();
                assertThat(count(statement, "ota_webhook WHERE replay_after > 0")).as("killed in the middle").isEqualTo(1);
                ota.start().awaitReady();

                await().atMost(PATIENCE).until(() -> receiver.size() == EVENTS);
                assertThat(receiver.outOfOrder()).isEmpty();
                await().atMost(PATIENCE).until(() -> count(statement, "ota_delivery WHERE status = 'delivered' AND attempts = 1 AND latency_ms >= 0") == EVENTS);
                assertThat(api.get("/webhooks/" + id).has("replaying")).isFalse();
            }
        }
    }

    private static int count(Statement statement, String from) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + from)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
