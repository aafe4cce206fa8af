package dev.otaroutes.webhook;

import dev.otaroutes.event.EventId;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What operators want sent again (api.md, Operator API). A replay is remembered here and done by {@link ReplaySteps}; a single delivery is
 * opened at once.
 */
public final class Replays {
    /** Events are in the order of their ids, their times nearly so: instances have clocks of their own, and a transaction takes a while. */
    private static final Duration DISORDER = Duration.ofSeconds(10);

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Subscriptions subscriptions;
    private final Runnable begun;
    private final Runnable opened;

    /**
     * @param begun  called when a replay has been committed
     * @param opened called when a delivery has been committed
     */
    Replays(Database database, Sql sql, Clock clock, Subscriptions subscriptions, Runnable begun, Runnable opened) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.subscriptions = subscriptions;
        this.begun = begun;
        this.opened = opened;
    }

    /**
     * No index is by time, since it would cost every event a write: the place is found by halving, in some thirty look-ups.
     *
     * @return the first of the events that are kept that happened then or later; some seconds' worth of earlier ones may follow it
     * @throws IllegalArgumentException if that time has not come yet
     */
    public Optional<KeptEvent> since(Instant time) {
        if (time.isAfter(clock.instant())) {
            throw new IllegalArgumentException("from must not be later than now, " + Times.text(clock.instant()) + ", but was [" + Times.text(time) + "]");
        }
        Optional<KeptEvent> newest = newest();
        if (newest.isEmpty()) {
            return newest;
        }
        Instant early = time.minus(DISORDER);
        long low = atOrAfter(0).orElseThrow().rowId();
        long high = newest.get().rowId();
        while (low < high) {
            KeptEvent middle = atOrAfter(low + (high - low) / 2).orElse(newest.get());
            if (middle.at().isBefore(early)) {
                low = middle.rowId() + 1;
            } else {
                high = low + (high - low) / 2;
            }
        }
        return database.jdbc().sql(sql.get("webhook/find-event-since")).param("first", low).param("since", Times.toDb(time))
                .query((row, number) -> event(row)).optional();
    }

    /**
     * @return empty if there is no such event, or no longer
     * @throws IllegalArgumentException if it is no event's id
     */
    public Optional<KeptEvent> find(String eventId) {
        return database.jdbc().sql(sql.get("webhook/find-event")).param("id", EventId.rowId(eventId))
                .query((row, number) -> event(row)).optional().filter(event -> event.id().equalsIgnoreCase(eventId));
    }

    /** @return how many events are kept from that one on, at most: ids that were never used count as well */
    public long countFrom(KeptEvent first) {
        return newest().map(newest -> newest.rowId() - first.rowId() + 1).orElse(0L);
    }

    /** @return the event of the oldest delivery that was given up; empty if there is none */
    public Optional<KeptEvent> firstDead(long webhookId) {
        return subscriptions.deliveries(webhookId, "dead", 0, 1).stream().findFirst().flatMap(dead -> find(dead.eventId()));
    }

    /**
     * Sends again what the subscription asks for, from that event on, in the order of the events, also what it has had or never had.
     *
     * @return false if there is no such subscription, or another replay of it has not been opened as a whole yet
     */
    public boolean begin(long webhookId, KeptEvent first) {
        return begin("webhook/begin-replay", webhookId, first);
    }

    /** Sends again what was given up. @param first the event of the oldest of it. @return as {@link #begin(long, KeptEvent)} */
    public boolean beginDead(long webhookId, KeptEvent first) {
        return begin("webhook/begin-replay-of-dead", webhookId, first);
    }

    private boolean begin(String statement, long webhookId, KeptEvent first) {
        boolean stored = database.transaction(() -> database.jdbc().sql(sql.get(statement)).param("id", webhookId)
                .param("after", first.rowId() - 1).update()) > 0;
        subscriptions.refresh();
        begun.run();
        return stored;
    }

    /** Sends one delivery again, or at once if it waits to be tried again. @return empty if the subscription has no such delivery */
    public Optional<Delivery> deliver(long webhookId, long deliveryId) {
        LocalDateTime now = Times.toDb(clock.instant());
        Optional<Delivery> opened = database.transaction(() -> {
            database.jdbc().sql(sql.get("webhook/wait-for-housekeeping")).query(String.class).list();
            List<ReplaySteps.Known> deliveries = subscriptions.delivery(webhookId, deliveryId).stream()
                    .flatMap(delivery -> database.jdbc().sql(sql.get("webhook/find-deliveries-of-events"))
                            .params(Map.of("webhook", webhookId, "first", EventId.rowId(delivery.eventId()), "last", EventId.rowId(delivery.eventId())))
                            .query((row, number) -> ReplaySteps.known(row)).list().stream()).toList();
            for (ReplaySteps.Known delivery : deliveries) {
                if (!delivery.open()) {
                    database.jdbc().sql(sql.get("webhook/reopen-deliveries")).param("ids", List.of(delivery.id())).param("now", now).update();
                }
                database.jdbc().sql(sql.get("webhook/replay-lane")).param("webhook", webhookId).param("lane", delivery.lane())
                        .param("now", now).update();
            }
            // Before anybody sends it.
            return deliveries.isEmpty() ? Optional.<Delivery>empty() : subscriptions.delivery(webhookId, deliveryId);
        });
        this.opened.run();
        return opened;
    }

    private Optional<KeptEvent> newest() {
        return database.jdbc().sql(sql.get("webhook/find-newest-event")).query((row, number) -> event(row)).optional();
    }

    private Optional<KeptEvent> atOrAfter(long rowId) {
        return database.jdbc().sql(sql.get("webhook/find-events-after")).param("after", rowId - 1).param("limit", 1)
                .query((row, number) -> event(row)).optional();
    }

    private static KeptEvent event(ResultSet row) throws SQLException {
        return new KeptEvent(row.getLong("id"), Times.get(row, "at"));
    }
}
