package dev.otaroutes.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.event.EventId;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads subscriptions and their deliveries. */
final class SubscriptionRows {
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() { };
    private static final List<String> STATUSES = List.of("waiting", "delivered", "dead");

    private final Database database;
    private final Sql sql;
    private final ObjectMapper json = new ObjectMapper();

    SubscriptionRows(Database database, Sql sql) {
        this.database = database;
        this.sql = sql;
    }

    Optional<Subscription> find(long id) {
        return after(id - 1, 1).stream().filter(found -> found.id() == id).findFirst();
    }

    List<Subscription> after(long after, int limit) {
        return database.jdbc().sql(sql.get("webhook/find-webhooks")).param("after", after).param("limit", limit)
                .query((row, number) -> subscription(row)).list();
    }

    List<Delivery> deliveries(long webhookId, String status, long after, int limit) {
        if (status != null && !STATUSES.contains(status)) {
            throw new IllegalArgumentException("status must be waiting, delivered or dead, but was [" + status + "]");
        }
        return database.jdbc().sql(sql.get("webhook/find-deliveries")).param("webhook", webhookId)
                .param("statuses", status == null ? STATUSES : List.of(status)).param("after", after).param("limit", limit)
                .query((row, number) -> delivery(row)).list();
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(row.getLong("id"), EventId.of(Times.get(row, "at"), row.getLong("event_id")), row.getString("type"),
                row.getString("device_key"), row.getString("status"), row.getInt("attempts"),
                row.getObject("answer", Integer.class), row.getString("error"), Times.get(row, "created_at"),
                Times.get(row, "updated_at"), Times.get(row, "due_at"));
    }

    private Subscription subscription(ResultSet row) throws SQLException {
        return new Subscription(row.getLong("id"), row.getString("name"), row.getString("url"), row.getString("format"),
                List.of(row.getString("events").split(",")), row.getString("product_key"), row.getString("secret"),
                headers(row.getString("headers")), row.getString("status").equals("paused"), row.getString("pause_reason"),
                row.getLong("after_event_id"), Times.get(row, "created_at"), Times.get(row, "updated_at"));
    }

    private Map<String, String> headers(String text) {
        try {
            return json.readValue(text, HEADERS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the headers of a subscription must be a JSON object of texts", e);
        }
    }
}
