package dev.otaroutes.store;

import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.rollout.RolloutPlan;
import dev.otaroutes.rollout.Stage;
import dev.otaroutes.rollout.TokenBucket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Lets the first pushes of running batches go as their plans say (domain.md, Rollout plan of a batch): in the daily window, at a rate,
 * stage by stage. One instance at a time does so for a batch, by a lease on its row, so that rate and stages are those of all instances.
 */
final class BatchPlans {
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration NEXT_TOKENS = Duration.ofMillis(100);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private record Progress(int push, int stage, long forgiven, TokenBucket tokens) {
    }

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Batches batches;
    private final Pushes pushes;
    private final Rollout rollout;
    private final BatchEvents events;

    BatchPlans(Database database, Sql sql, Clock clock, Rollout rollout, Pushes pushes, BatchEvents events) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.batches = new Batches(database, sql);
        this.pushes = pushes;
        this.rollout = rollout;
        this.events = events;
    }

    /** @return whether there may be more to let go at once */
    boolean step() {
        if (!pushes.possible()) {
            return false;
        }
        Instant now = clock.instant();
        boolean more = false;
        for (long id : database.jdbc().sql(sql.get("scheduler/find-plans")).param("now", Times.toDb(now)).query(Long.class).list()) {
            if (pushes.possible() && claim(id, now)) {
                Instant again = look(id, now);
                again(id, again);
                more |= !again.isAfter(now);
            }
        }
        return more;
    }

    private boolean claim(long id, Instant now) {
        return database.transaction(() -> database.jdbc().sql(sql.get("scheduler/claim-plan")).param("id", id)
                .param("now", Times.toDb(now)).param("lease", Times.toDb(now.plus(LEASE))).update()) == 1;
    }

    private void again(long id, Instant due) {
        database.transaction(() -> {
            database.jdbc().sql(sql.get("scheduler/plan-again")).param("id", id).param("now", Times.toDb(clock.instant()))
                    .param("due", Times.toDb(due)).update();
        });
    }

    /** @return when to look at the batch again */
    private Instant look(long id, Instant now) {
        Batch batch = batches.get(id);
        RolloutPlan plan = batch.plan();
        Progress progress = database.jdbc().sql(sql.get("scheduler/read-plan")).param("id", id)
                .query((row, number) -> new Progress(row.getInt("push"), row.getInt("stage"), row.getLong("forgiven"),
                        Times.get(row, "tokens_at") == null ? new TokenBucket(1, now)
                                : new TokenBucket(row.getDouble("tokens"), Times.get(row, "tokens_at")))).single();
        int stage = plan.stages().isEmpty() ? 0 : Math.max(1, progress.stage);
        long room = Pushes.PORTION;
        if (stage > 0) {
            Stage current = Stage.at(plan.stages(), stage);
            Stage.Tally tally = tally(id, stage);
            Stage.Verdict verdict = current.verdict(tally, progress.forgiven, stage == plan.stages().size());
            if (verdict != Stage.Verdict.GO_ON) {
                return end(id, stage, verdict, now);
            }
            room = Math.min(room, current.room(tally));
        }
        if (plan.window() != null && !plan.window().isOpen(now)) {
            return plan.window().opensAfter(now);
        }
        TokenBucket tokens = progress.tokens;
        if (plan.pushPerMinute() != null) {
            tokens = tokens.filled(plan.pushPerMinute(), now);
            if (tokens.whole() == 0) {
                return tokens.next(plan.pushPerMinute());
            }
            room = Math.min(room, tokens.whole());
        }
        if (room == 0) {
            return now.plus(LOOK_AGAIN);
        }
        List<TaskRow> waiting = database.jdbc().sql(sql.get("scheduler/find-waiting")).param("batchId", id)
                .param("waiting", 2 - progress.push).param("most", room).query(TaskRow::of).list();
        letGo(id, stage, plan.pushPerMinute() == null ? null : tokens.without(waiting.size()), waiting);
        if (plan.pushPerMinute() != null) {
            return now.plus(NEXT_TOKENS);
        }
        return waiting.size() == room ? now : now.plus(LOOK_AGAIN);
    }

    /** Tokens are taken before: a kill in between may waste some, but never pushes more than the rate. */
    private void letGo(long id, int stage, TokenBucket left, List<TaskRow> tasks) {
        boolean taken = database.transaction(() -> database.jdbc().sql(sql.get("scheduler/take-tokens")).param("id", id).param("stage", stage).param("now", Times.toDb(clock.instant()))
                    .param("tokens", left == null ? null : left.tokens()).param("tokensAt", left == null ? null : Times.toDb(left.at())).update()) == 1;
        if (!taken) {
            return;
        }
        CompletableFuture.allOf(tasks.stream().map(task -> pushes.push(task, (device, taskId) -> rollout.letGo(device, taskId, stage)))
                .toArray(CompletableFuture[]::new)).join();
    }

    private Instant end(long id, int stage, Stage.Verdict verdict, Instant now) {
        if (verdict == Stage.Verdict.NEXT_STAGE) {
            database.transaction(() -> {
                database.jdbc().sql(sql.get("scheduler/next-stage")).param("id", id).param("stage", stage + 1)
                        .param("now", Times.toDb(now)).update();
            });
            return now;
        }
        String reason = verdict == Stage.Verdict.TOO_MANY_FAILURES ? "too-many-failures" : "too-few-successes";
        events.change(id, "batch.paused", Map.of("status", "paused", "reason", reason, "stage", stage), now, () ->
                database.jdbc().sql(sql.get("scheduler/pause-batch")).param("id", id).param("reason", reason).update() == 1);
        return now.plus(LOOK_AGAIN);
    }

    private Stage.Tally tally(long id, int stage) {
        Map<String, Long> current = new HashMap<>();
        long[] sums = new long[2];
        database.jdbc().sql(sql.get("scheduler/count-stages")).param("id", id).query(row -> {
            int of = row.getInt("stage");
            String status = row.getString("status");
            long tasks = row.getLong("tasks");
            // A task that was canceled before it was let go is no part of any stage; nor is what is counted beside the states.
            if (!status.equals("rolled-back") && !(of == 0 && status.equals("canceled"))) {
                sums[0] += tasks;
                sums[1] += of > 0 && of < stage ? tasks : 0;
                if (of == stage) {
                    current.merge(status, tasks, Long::sum);
                }
            }
        });
        long succeeded = current.getOrDefault("succeeded", 0L);
        long failed = current.getOrDefault("failed", 0L);
        return new Stage.Tally(sums[0], sums[1], current.values().stream().mapToLong(Long::longValue).sum(), succeeded, failed,
                succeeded + failed + current.getOrDefault("canceled", 0L));
    }
}
