package dev.otaroutes.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/**
 * Removes what is too old of the tables that grow with every message, history and events, and what subscriptions that were deleted have left.
 * Tasks, versions and counters stay.
 * <p>
 * No index by time finds what is old, since it would cost every message a write. The tables are walked in the order of their primary keys, a
 * chunk in a short transaction: read without a lock, then deleted row by row where it is old, so that no message waits for more than such
 * a row. Where the walk has got is on the row of {@code ota_lock} that keeps other instances from it.
 */
public final class Housekeeping {
    /** Rows that are looked at in one transaction. */
    static final int CHUNK = 500;
    /** Chunks of one call: what a timer calls must come to an end. At a call in two seconds, 5,000 rows a second. */
    static final int CHUNKS = 20;
    /** What is young is walked over as well, so not all the time. */
    private static final Duration BETWEEN_HISTORY_WALKS = Duration.ofDays(1);
    /** Events are in the order of their age: a walk ends at the first young one. */
    private static final Duration BETWEEN_EVENT_WALKS = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger("ota.housekeeping");

    /** @param next where to go on; null: the walk has ended */
    private record Chunk(String next, int removed) {
    }

    /** @param value null at the beginning */
    private record Place(String value) {
    }

    private record Entry(String device, long taskId, int slot, Instant at) {
        static final Entry NONE = new Entry("", 0, 0, Instant.EPOCH);

        static Entry ofPlace(String place) {
            // No key has white space.
            String[] parts = place.split(" ");
            return new Entry(parts[0], Long.parseLong(parts[1]), Integer.parseInt(parts[2]), Instant.EPOCH);
        }

        String place() {
            return device + " " + taskId + " " + slot;
        }
    }

    private record Event(long id, Instant at, boolean undelivered) {
    }

    private record Delivery(long id, long eventId, boolean open) {
    }

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Duration keepHistory;
    private final Duration keepEvents;
    private final ObjIntConsumer<String> removed;

    /** @param removed hears of what kind rows were removed, {@code history}, {@code events} or {@code deliveries}, and how many */
    public Housekeeping(Database database, Sql sql, Clock clock, Duration keepHistory, Duration keepEvents, ObjIntConsumer<String> removed) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.keepHistory = keepHistory;
        this.keepEvents = keepEvents;
        this.removed = removed;
    }

    /** Removes history that is too old, also that of devices that are gone. @return entries removed by this call */
    public int cleanHistory() {
        return walk("history", BETWEEN_HISTORY_WALKS, "older than " + keepHistory.toDays() + " days",
                place -> historyChunk(place, clock.instant().minus(keepHistory)));
    }

    /**
     * Removes events that are too old, with their deliveries. One that has not been given to the subscriptions yet stays, and so does
     * one that a subscription still waits for.
     *
     * @return events removed by this call
     */
    public int cleanEvents() {
        return walk("events", BETWEEN_EVENT_WALKS, "older than " + keepEvents.toDays() + " days",
                place -> eventChunk(place, clock.instant().minus(keepEvents)));
    }

    /**
     * Removes the deliveries and lanes of subscriptions that have been deleted: there may be millions, which no transaction and no operator
     * should wait for.
     *
     * @return deliveries removed by this call
     */
    public int cleanDeliveries() {
        return walk("deliveries", BETWEEN_EVENT_WALKS, "of deleted subscriptions", this::deliveryChunk);
    }

    private int walk(String what, Duration pause, String which, Function<String, Chunk> step) {
        int sum = 0;
        Optional<Chunk> chunk;
        int chunks = 0;
        do {
            chunk = database.repeatableTransaction(() -> chunk("keep-" + what, pause, step));
            sum += chunk.map(Chunk::removed).orElse(0);
        } while (++chunks < CHUNKS && chunk.isPresent() && chunk.get().next != null);
        if (sum > 0) {
            removed.accept(what, sum);
            LOG.info("removed {} rows of {} {}", sum, what, which);
        }
        return sum;
    }

    private Optional<Chunk> chunk(String name, Duration pause, Function<String, Chunk> step) {
        Instant now = clock.instant();
        return database.jdbc().sql(sql.get("housekeeping/lock")).param("name", name).param("now", Times.toDb(now))
                .query((row, number) -> new Place(row.getString("place"))).optional().map(place -> {
                    Chunk done = step.apply(place.value);
                    database.jdbc().sql(sql.get("housekeeping/go-on")).param("name", name).param("place", done.next)
                            .param("dueAt", done.next == null ? Times.toDb(now.plus(pause)) : null).update();
                    return done;
                });
    }

    private Chunk historyChunk(String place, Instant before) {
        Entry after = place == null ? Entry.NONE : Entry.ofPlace(place);
        List<Entry> entries = database.jdbc().sql(sql.get("housekeeping/next-history")).param("device", after.device).param("taskId", after.taskId)
                .param("slot", after.slot).param("most", CHUNK).query((row, number) -> new Entry(row.getString("device"), row.getLong("task_id"),
                        row.getInt("slot"), Times.get(row, "at"))).list();
        MapSqlParameterSource[] old = entries.stream().filter(entry -> entry.at.isBefore(before))
                .map(entry -> new MapSqlParameterSource("device", entry.device).addValue("taskId", entry.taskId).addValue("slot", entry.slot)
                        .addValue("before", Times.toDb(before))).toArray(MapSqlParameterSource[]::new);
        if (old.length > 0) {
            database.named().batchUpdate(sql.get("housekeeping/delete-history"), old);
        }
        return new Chunk(entries.size() < CHUNK ? null : entries.get(CHUNK - 1).place(), old.length);
    }

    private Chunk eventChunk(String place, Instant before) {
        List<Event> events = database.jdbc().sql(sql.get("housekeeping/next-events")).param("after", place == null ? 0 : Long.parseLong(place))
                .param("most", CHUNK).query((row, number) -> new Event(row.getLong("id"), Times.get(row, "at"), row.getInt("undelivered") == 1))
                .list();
        Set<Long> old = new TreeSet<>();
        events.stream().filter(event -> !event.undelivered && event.at.isBefore(before)).forEach(event -> old.add(event.id));
        boolean goesOn = events.size() == CHUNK && events.get(CHUNK - 1).at.isBefore(before);
        if (!old.isEmpty()) {
            removeDelivered(old, events.get(0).id, events.get(events.size() - 1).id);
        }
        return new Chunk(goesOn ? String.valueOf(events.get(CHUNK - 1).id) : null, old.size());
    }

    /** @param old events; those that somebody waits for are taken out of it */
    private void removeDelivered(Set<Long> old, long first, long last) {
        // One subscription after another: MariaDB would read all that each has ever had if it were asked for all at once.
        List<Delivery> deliveries = database.jdbc().sql(sql.get("housekeeping/webhook-ids")).query(Long.class).list().stream()
                .flatMap(id -> database.jdbc().sql(sql.get("webhook/find-deliveries-of-events")).params(Map.of("webhook", id, "first", first, "last", last))
                        .query((row, number) -> new Delivery(row.getLong("id"), row.getLong("event_id"), row.getInt("is_open") == 1)).list().stream()).toList();
        deliveries.stream().filter(Delivery::open).forEach(delivery -> old.remove(delivery.eventId));
        delete("delete-deliveries", deliveries.stream().filter(delivery -> old.contains(delivery.eventId)).map(Delivery::id).toList());
        delete("delete-events", List.copyOf(old));
    }

    private Chunk deliveryChunk(String place) {
        long from = place == null ? 0 : Long.parseLong(place);
        Optional<Long> next = database.jdbc().sql(sql.get("housekeeping/next-webhook")).param("from", from).query(Long.class).optional();
        if (next.isEmpty()) {
            return new Chunk(null, 0);
        }
        long id = next.get();
        if (database.jdbc().sql(sql.get("webhook/lock-webhook")).param("id", id).query(Long.class).optional().isPresent()) {
            return new Chunk(String.valueOf(id + 1), 0);
        }
        List<Long> deliveries = database.jdbc().sql(sql.get("housekeeping/deliveries-of-webhook")).param("webhook", id).param("most", CHUNK)
                .query(Long.class).list();
        delete("delete-deliveries-left", deliveries);
        List<String> lanes = database.jdbc().sql(sql.get("housekeeping/lanes-of-webhook")).param("webhook", id).param("most", CHUNK)
                .query(String.class).list();
        if (!lanes.isEmpty()) {
            database.jdbc().sql(sql.get("housekeeping/delete-lanes-left")).param("webhook", id).param("lanes", Database.padded(lanes)).update();
        }
        return new Chunk(String.valueOf(id), deliveries.size());
    }

    private void delete(String statement, List<Long> ids) {
        List<Long> left = new ArrayList<>(ids);
        while (!left.isEmpty()) {
            List<Long> some = left.subList(0, Math.min(CHUNK, left.size()));
            database.jdbc().sql(sql.get("housekeeping/" + statement)).param("ids", Database.padded(some)).update();
            some.clear();
        }
    }
}
