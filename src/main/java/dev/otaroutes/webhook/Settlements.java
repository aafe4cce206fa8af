package dev.otaroutes.webhook;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import dev.otaroutes.webhook.Settlement.Attempt;
import dev.otaroutes.webhook.Settlement.Outcome;
import dev.otaroutes.webhook.Settlement.Release;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Writes down what came of the deliveries: whatever has gathered while the last transaction ran goes into the next one.
 * When the database is away it is kept and tried again; what is lost with the process is delivered again.
 */
final class Settlements {
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final int AT_ONCE = 500;
    private static final int CROWDED = 1_000;

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Subscriptions subscriptions;
    private final Runnable released;
    private final DeliveryMeters meters;
    private final Loop loop = new Loop("ota-webhook-settle", IDLE, this::step);
    private final List<Settlement> waiting = new ArrayList<>();

    /** @param released called when lanes may have become due */
    Settlements(Database database, Sql sql, Clock clock, Subscriptions subscriptions, DeliveryMeters meters,
            Runnable released) {
        this.released = released;
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.subscriptions = subscriptions;
        this.meters = meters;
    }

    void start() {
        loop.start();
    }

    /** Waits until everything has been written, but no longer than that, and ends. */
    void stop(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        synchronized (waiting) {
            long left = patience.toMillis();
            while (!waiting.isEmpty() && left > 0) {
                try {
                    waiting.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
                left = (end - System.nanoTime()) / 1_000_000;
            }
        }
        loop.stop(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }

    void add(Settlement settlement) {
        synchronized (waiting) {
            waiting.add(settlement);
        }
        loop.wake();
    }

    /** @return whether so much waits to be written that no more should be claimed */
    boolean crowded() {
        synchronized (waiting) {
            return waiting.size() > CROWDED;
        }
    }

    private boolean step() {
        List<Settlement> batch;
        synchronized (waiting) {
            batch = List.copyOf(waiting.subList(0, Math.min(AT_ONCE, waiting.size())));
        }
        if (batch.isEmpty()) {
            return false;
        }
        database.repeatableTransaction(() -> {
            write(batch);
            return null;
        });
        released.run();
        List<Attempt> attempts = attempts(batch);
        attempts.forEach(attempt -> meters.settled(attempt, clock.instant()));
        if (attempts.stream().anyMatch(attempt -> attempt.answer().gone())) {
            subscriptions.refresh();
        }
        synchronized (waiting) {
            waiting.subList(0, batch.size()).clear();
            waiting.notifyAll();
            return !waiting.isEmpty();
        }
    }

    private static List<Attempt> attempts(List<Settlement> batch) {
        return batch.stream().filter(Attempt.class::isInstance).map(Attempt.class::cast).toList();
    }

    private void write(List<Settlement> batch) {
        LocalDateTime now = Times.toDb(clock.instant());
        List<Attempt> attempts = attempts(batch);
        settleDelivered(attempts, now);
        update("webhook/settle-delivery", attempts.stream().filter(attempt -> attempt.outcome() != Outcome.DELIVERED)
                .map(attempt -> row(attempt, now)).toList());
        for (Attempt attempt : attempts) {
            if (attempt.answer().gone()) {
                subscriptions.pause(attempt.run().subscription(), "the receiver answered 410: it wants no more events");
            }
        }
        release(batch, now);
    }

    /** What deliveries have in common that one statement settles. */
    private record Alike(Integer answer, long latencyMs, int replays) {
    }

    /** Nearly all deliveries; where there are many, they are quick, and one statement is for all that took as many milliseconds. */
    private void settleDelivered(List<Attempt> attempts, LocalDateTime now) {
        Map<Alike, List<Long>> idsOfAlike = new HashMap<>();
        for (Attempt attempt : attempts) {
            if (attempt.outcome() == Outcome.DELIVERED) {
                Alike alike = new Alike(attempt.answer().status(), attempt.latencyMs(), attempt.delivery().replays());
                idsOfAlike.computeIfAbsent(alike, key -> new ArrayList<>()).add(attempt.delivery().id());
            }
        }
        idsOfAlike.forEach((alike, ids) -> database.jdbc().sql(sql.get("webhook/settle-delivered")).param("answer", alike.answer)
                .param("latency", alike.latencyMs).param("replays", alike.replays).param("ids", Database.padded(ids)).param("now", now).update());
    }

    private void release(List<Settlement> batch, LocalDateTime now) {
        List<Release> releases = batch.stream().filter(Release.class::isInstance).map(Release.class::cast)
                // As everyone locks lanes, so that nobody waits in a circle.
                .sorted(Comparator.comparing(release -> release.run().lane())).toList();
        update("webhook/release-lane", releases.stream().map(release -> row(release, now)).toList());
        update("webhook/end-lane", releases.stream().filter(release -> release.tryAgain() == null).map(release -> row(release, now)).toList());
    }

    private static MapSqlParameterSource row(Release release, LocalDateTime now) {
        LaneRun run = release.run();
        return row(Map.of("webhook", run.lane().webhookId(), "lane", run.lane().name(), "claim", run.claim(),
                "due", release.tryAgain() == null ? now : Times.toDb(release.tryAgain())));
    }

    private static MapSqlParameterSource row(Attempt attempt, LocalDateTime now) {
        WaitingDelivery delivery = attempt.delivery();
        return row(Map.of("id", delivery.id(), "status", attempt.outcome().status(), "attempts", delivery.attempts() + 1,
                "started", Times.toDb(attempt.started()), "now", now, "latency", attempt.latencyMs(), "replays", delivery.replays()))
                .addValue("open", attempt.outcome() == Outcome.FAILED ? 1 : null)
                .addValue("answer", attempt.answer().status())
                .addValue("error", attempt.answer().error());
    }

    private static MapSqlParameterSource row(Map<String, Object> values) {
        return new MapSqlParameterSource(new LinkedHashMap<>(values));
    }

    private void update(String statement, List<MapSqlParameterSource> rows) {
        if (!rows.isEmpty()) {
            database.named().batchUpdate(sql.get(statement), rows.toArray(SqlParameterSource[]::new));
        }
    }
}
