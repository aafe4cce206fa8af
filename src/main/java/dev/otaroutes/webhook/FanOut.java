package dev.otaroutes.webhook;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Gives each event in the outbox to the subscriptions that ask for it, off the hot path.
 * <p>
 * One instance at a time does it, in short transactions. A device's events get their ids while its row is locked, so a
 * lower sequence has the lower id and is committed first; a single fan-out keeps that order. An event is marked when it has been given,
 * however late it was committed; where the looking begins is only to spare time ({@link GivenEvents}), and now and then it is the beginning.
 */
final class FanOut {
    private static final int EVENTS_AT_ONCE = 500;
    private static final Duration LOOK_THROUGH = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofMillis(250);
    /** To find a few events costs nearly as much as to find many: what comes within this time of the last ones is given together. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Subscriptions subscriptions;
    private final Runnable given;
    private final ReplaySteps replays;
    private final GivenEvents before;
    private final Loop loop = new Loop("ota-webhook-fan-out", IDLE, this::step);
    private volatile Instant oldest;
    private volatile boolean woken;
    private boolean look = true;
    private Instant lookedThrough = Instant.MIN;
    private long paced = System.nanoTime() - PACE_NANOS;

    /** @param given called after deliveries have been committed */
    FanOut(Database database, Sql sql, Clock clock, Subscriptions subscriptions, Runnable given) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.subscriptions = subscriptions;
        this.given = given;
        this.before = new GivenEvents(database, sql);
        this.replays = new ReplaySteps(database, sql, clock, subscriptions, given);
    }

    void start() {
        loop.start();
    }

    void wake() {
        woken = true;
        loop.wake();
    }

    void stop(Duration patience) {
        loop.stop(patience);
    }

    /** @return how long the oldest event has been waiting for its fan-out, as last seen; zero if none waits */
    Duration age() {
        Instant seen = oldest;
        return seen == null || !seen.isBefore(clock.instant()) ? Duration.ZERO : Duration.between(seen, clock.instant());
    }

    private boolean step() throws InterruptedException {
        if (!database.migrated()) {
            return false;
        }
        TimeUnit.NANOSECONDS.sleep(PACE_NANOS - (System.nanoTime() - paced));
        Instant now = clock.instant();
        boolean whole = lookedThrough.isBefore(now.minus(LOOK_THROUGH)) || lookedThrough.isAfter(now);
        try {
            // What happens now comes before what is to be sent again. Whoever has committed more since has woken us.
            return giveEvents(whole) == EVENTS_AT_ONCE || replays.step();
        } catch (RuntimeException e) {
            // Whatever it was: the database may be another one than before, one that has not all that has been seen.
            before.forget();
            lookedThrough = Instant.MIN;
            throw e;
        }
    }

    /**
     * @param whole whether from the beginning of the outbox, whatever is known to have been given
     * @return how many
     */
    private int giveEvents(boolean whole) {
        // Whoever has woken it has committed events: to ask would cost as much as to give them.
        if (look || !woken) {
            oldest = database.jdbc().sql(sql.get("webhook/find-oldest-undelivered")).param("after", whole ? 0 : before.upTo())
                    .query((row, number) -> Times.get(row, "at")).optional().orElse(null);
            if (oldest == null) {
                look = false;
                lookedThrough = whole ? clock.instant() : lookedThrough;
                return 0;
            }
        }
        woken = false;
        Batch batch = database.repeatableTransaction(() -> fanOut(whole));
        look = batch.events == 0 || batch.events == EVENTS_AT_ONCE;
        if (!look) {
            oldest = null;
            paced = System.nanoTime();
        }
        if (batch.deliveries > 0) {
            given.run();
        }
        return batch.events;
    }

    private record Batch(int events, int deliveries) {
    }

    private record EventKey(long id, String type, String productKey, String deviceKey) {
    }

    private Batch fanOut(boolean whole) {
        List<String> place = database.jdbc().sql(sql.get("webhook/lock-fan-out")).query((row, number) -> row.getString("place")).list();
        if (place.isEmpty()) {
            return new Batch(0, 0);
        }
        before.read(place.get(0));
        List<EventKey> events = database.jdbc().sql(sql.get("webhook/find-undelivered")).param("after", whole ? 0 : before.upTo()).param("limit", EVENTS_AT_ONCE)
                .query((row, number) -> new EventKey(row.getLong("id"), row.getString("type"),
                        row.getString("product_key"), row.getString("device_key"))).list();
        boolean last = events.size() < EVENTS_AT_ONCE;
        if (whole && (last || events.get(events.size() - 1).id > before.upTo())) {
            // Behind that the others look anyway, however much waits there.
            lookedThrough = clock.instant();
        }
        if (events.isEmpty()) {
            before.found(0, 0, true);
            return new Batch(0, 0);
        }
        before.found(events.get(0).id, events.get(events.size() - 1).id, last);
        LocalDateTime now = Times.toDb(clock.instant());
        List<SqlParameterSource> deliveries = new ArrayList<>();
        // Sorted, as everyone locks lanes.
        TreeSet<Lane> lanes = new TreeSet<>();
        List<Subscription> all = subscriptions.load();
        for (EventKey event : events) {
            for (Subscription subscription : all) {
                if (subscription.wants(event.id, event.type, event.productKey)) {
                    Lane lane = Lane.of(subscription.id(), event.productKey, event.deviceKey);
                    lanes.add(lane);
                    deliveries.add(new MapSqlParameterSource(Map.of("webhook", lane.webhookId(), "lane", lane.name(),
                            "event", event.id, "now", now)));
                }
            }
        }
        update("webhook/insert-delivery", deliveries);
        update("webhook/due-lane", lanes.stream().<SqlParameterSource>map(lane -> new MapSqlParameterSource(
                Map.of("webhook", lane.webhookId(), "lane", lane.name(), "now", now))).toList());
        database.jdbc().sql(sql.get("webhook/mark-fanned-out"))
                .param("ids", Database.padded(events.stream().map(EventKey::id).toList())).update();
        return new Batch(events.size(), deliveries.size());
    }

    private void update(String statement, List<SqlParameterSource> rows) {
        if (!rows.isEmpty()) {
            database.named().batchUpdate(sql.get(statement), rows.toArray(SqlParameterSource[]::new));
        }
    }
}
