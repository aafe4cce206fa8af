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
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads subscriptions and their deliveries. */
final class SubscriptionRows {
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() { };
    private static final TypeReference<List<Map<String, String>>> OLD_SECRETS = new TypeReference<>() { };

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

    List<Delivery> deliveries(long webhookId, DeliveryFilter filter, long after, int limit) {
        // What is not there any more was older than what is.
        long afterEvent = after == 0 ? 0 : eventOf(webhookId, after).orElse(0L);
        Long event = filter.eventRow();
        Map<String, Object> values = new HashMap<>(Map.of("webhook", webhookId, "limit", limit,
                "after", event == null ? afterEvent : Math.max(afterEvent, event - 1), "last", event == null ? Long.MAX_VALUE : event));
        String statement = "webhook/find-deliveries";
        if (filter.deviceKey() != null) {
            statement = "webhook/find-deliveries-of-lane";
            values.put("lane", Lane.of(webhookId, filter.productKey(), filter.deviceKey()).name());
            values.put("statuses", filter.status() == null ? DeliveryFilter.STATUSES : List.of(filter.status()));
        } else if (filter.status() != null) {
            statement = "webhook/find-deliveries-by-status";
            values.put("status", filter.status());
        }
        return database.jdbc().sql(sql.get(statement)).params(values).query((row, number) -> delivery(row)).list();
    }

    Optional<Delivery> delivery(long webhookId, long id) {
        return eventOf(webhookId, id).flatMap(event -> database.jdbc().sql(sql.get("webhook/find-deliveries"))
                .params(Map.of("webhook", webhookId, "after", event - 1, "last", event, "limit", 1))
                .query((row, number) -> delivery(row)).optional());
    }

    private Optional<Long> eventOf(long webhookId, long deliveryId) {
        return database.jdbc().sql(sql.get("webhook/find-event-of-delivery")).param("webhook", webhookId).param("id", deliveryId)
                .query(Long.class).optional();
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(row.getLong("id"), EventId.of(Times.get(row, "at"), row.getLong("event_id")), row.getString("type"),
                row.getString("device_key"), row.getString("status"), row.getInt("attempts"),
                row.getObject("answer", Integer.class), row.getString("error"), row.getObject("latency_ms", Integer.class),
                Times.get(row, "created_at"), Times.get(row, "updated_at"), Times.get(row, "due_at"));
    }

    private Subscription subscription(ResultSet row) throws SQLException {
        return new Subscription(row.getLong("id"), row.getString("name"), row.getString("url"), row.getString("format"),
                List.of(row.getString("events").split(",")), row.getString("product_key"), row.getString("secret"),
                oldSecrets(row.getString("old_secrets")), headers(row.getString("headers")), row.getString("status").equals("paused"),
                row.getString("pause_reason"), row.getLong("after_event_id"), row.getObject("replay_after", Long.class),
                row.getObject("dead_after", Long.class), Times.get(row, "created_at"), Times.get(row, "updated_at"));
    }

    private List<OldSecret> oldSecrets(String text) {
        try {
            return text == null ? List.of() : json.readValue(text, OLD_SECRETS).stream()
                    .map(old -> new OldSecret(old.get("secret"), Instant.parse(old.get("until")))).toList();
        } catch (JsonProcessingException e) {
            // Its message would repeat them.
            throw new IllegalStateException("the old secrets of a subscription must be a JSON array of objects with secret and until");
        }
    }

    private Map<String, String> headers(String text) {
        try {
            return json.readValue(text, HEADERS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the headers of a subscription must be a JSON object of texts", e);
        }
    }
}
