package dev.otaroutes.observe;

import dev.otaroutes.rollout.TaskStatus;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the tables say of tasks, batches and deliveries, read now and then and shown from memory: nobody who scrapes costs the database anything.
 * Every instance on a database reports the same numbers. What has not been read for a minute is shown as NaN: unknown.
 */
public final class StoredMeters {
    /** Subscriptions with numbers of their own, those with the lowest ids. */
    static final int MOST_SUBSCRIPTIONS = 100;
    /** Deliveries are counted no further. */
    static final int MOST_COUNTED = 10_000;
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final List<String> BATCH_STATUSES = List.of("preparing", "scheduled", "running", "paused");
    private static final String SAME = "; the same on every instance";

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Map<String, MultiGauge> ofWebhooks = new HashMap<>();
    private volatile Reading reading = new Reading(Instant.MIN, Map.of());

    /** @param values by metric and label */
    private record Reading(Instant at, Map<String, Double> values) {
    }

    public StoredMeters(Database database, Sql sql, Clock clock, MeterRegistry meters) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        gauges(meters, "ota.tasks", "Tasks of the batches under way, by status", Arrays.stream(TaskStatus.values()).map(TaskStatus::text).toList());
        gauges(meters, "ota.batches", "Batches under way, by status", BATCH_STATUSES);
        ofWebhooks(meters, "ota.webhook.waiting", "Deliveries that wait for a subscription, counted up to " + MOST_COUNTED, null);
        ofWebhooks(meters, "ota.webhook.dead", "Deliveries given up and not replayed, counted up to " + MOST_COUNTED, null);
        ofWebhooks(meters, "ota.webhook.oldest.waiting", "How long the first delivery of a subscription has been waiting; 0 if none does", "seconds");
    }

    private void gauges(MeterRegistry meters, String name, String description, List<String> statuses) {
        statuses.forEach(status -> Gauge.builder(name, () -> value(name, status)).tag("status", status).description(description + SAME).register(meters));
    }

    private void ofWebhooks(MeterRegistry meters, String name, String description, String unit) {
        ofWebhooks.put(name, MultiGauge.builder(name).description(description + SAME).baseUnit(unit).register(meters));
    }

    private double value(String metric, String label) {
        Reading now = reading;
        return now.at.isBefore(clock.instant().minus(FRESH)) ? Double.NaN : now.values.getOrDefault(metric + " " + label, 0.0);
    }

    /** Reads them. Called by one thread at a time. */
    public void refresh() {
        if (!database.migrated()) {
            return;
        }
        Instant now = clock.instant();
        Map<String, Double> values = new HashMap<>();
        readStatuses("observe/count-tasks", "ota.tasks", values);
        readStatuses("observe/count-batches", "ota.batches", values);
        List<Long> webhooks = database.jdbc().sql(sql.get("observe/list-webhooks")).param("most", MOST_SUBSCRIPTIONS).query(Long.class).list();
        for (Long webhook : webhooks) {
            values.put("ota.webhook.waiting " + webhook, count(webhook, "waiting"));
            values.put("ota.webhook.dead " + webhook, count(webhook, "dead"));
            values.put("ota.webhook.oldest.waiting " + webhook, statement("observe/find-oldest-waiting").param("webhook", webhook)
                    .query((row, number) -> Duration.between(Times.get(row, "created_at"), now).toMillis() / 1_000.0).optional().orElse(0.0));
        }
        reading = new Reading(now, values);
        ofWebhooks.forEach((name, gauge) -> gauge.register(webhooks.stream().map(String::valueOf)
                .<MultiGauge.Row<?>>map(webhook -> MultiGauge.Row.of(Tags.of("webhook", webhook), () -> value(name, webhook))).toList()));
    }

    private void readStatuses(String query, String metric, Map<String, Double> values) {
        statement(query).query(row -> {
            values.put(metric + " " + row.getString("status"), row.getDouble("number"));
        });
    }

    private double count(long webhook, String status) {
        return statement("observe/count-deliveries").param("webhook", webhook).param("status", status).param("most", MOST_COUNTED)
                .query(Double.class).single();
    }

    private JdbcClient.StatementSpec statement(String name) {
        return database.jdbc().sql(sql.get(name));
    }
}
