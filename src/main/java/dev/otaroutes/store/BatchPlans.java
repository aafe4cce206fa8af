package dev.otaroutes.store;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.rollout.RolloutPlan;
import dev.otaroutes.rollout.Stage;
import dev.otaroutes.rollout.Task;
import dev.otaroutes.rollout.TokenBucket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets the first pushes of running batches go as their plans say (domain.md, Rollout plan of a batch): in the daily window, at a rate,
 * stage by stage. One instance at a time does so for a batch, by a lease on its row, so that rate and stages are those of all instances,
 * and keeps it while a push is on its way that no row tells of: where the plan counts none, a task waits in its row until then.
 */
final class BatchPlans {
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration NEXT_TOKENS = Duration.ofMillis(100);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    /** To find the batches costs more the more has waited in them: so long they go on without. */
    private static final long FIND_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Longer than from one token to the next: the oldest would have each of them. */
    private static final Duration FAILED_REST = Duration.ofMinutes(10);
    /** How tasks wait in a batch that pushes unasked is this less one. */
    private static final int PUSHED_OR_ASKED = Task.Waiting.ASKED.ordinal();

    /** What this instance knows of a batch that it lets tasks of go. */
    private static final class Turn {
        /** Pushes whose tasks wait in their rows. */
        final AtomicInteger underway = new AtomicInteger();
        /** The end of the lease; null: it has none. */
        Instant until;
        /** The last task that has been let go in this pass; the next ones come behind it. */
        long after;
        /** When a push was last given up. */
        volatile Instant gaveUp = Instant.MIN;
        /** Number of the latest look at it, of those at all batches. */
        long looked;

        boolean holds(Instant now) {
            return until != null && until.isAfter(now);
        }

        /** @return whether what went before may be let go once more: nothing of it is on its way, and what was given up has rested */
        boolean mayBeginAnew(Instant now) {
            return underway.get() == 0 && gaveUp.isBefore(now.minus(LEASE));
        }
    }

    private record Progress(int push, int stage, long forgiven, TokenBucket tokens) {
    }

    private final Database database;
    private final Sql sql;
    private final boolean ownWaiting;
    private final Clock clock;
    private final Batches batches;
    private final Pushes pushes;
    private final Rollout rollout;
    private final BatchEvents events;
    private final Map<Long, Turn> turns = new HashMap<>();
    /** Batches that have more to let go, or have not been looked at, and when all were found, by {@link System#nanoTime()}. */
    private List<Long> left = List.of();
    private long found;
    /** Tasks that could not be let go, and when. */
    private final Map<Long, Instant> failed = new ConcurrentHashMap<>();
    private long looks;

    BatchPlans(Database database, Sql sql, Clock clock, Rollout rollout, Pushes pushes, BatchEvents events) {
        this.database = database;
        this.sql = sql;
        this.ownWaiting = sql.areOurs("scheduler/find-waiting");
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
        Instant now = now();
        turns.values().removeIf(turn -> !turn.holds(now) && turn.mayBeginAnew(now));
        List<Long> inTurn = new ArrayList<>(find(now));
        // Else the first one would have all the room until it ends.
        inTurn.sort(Comparator.comparing(id -> turns.containsKey(id) ? turns.get(id).looked : 0));
        // Should a look fail, all are found anew.
        left = List.of();
        List<Long> more = new ArrayList<>();
        List<Long> notLookedAt = new ArrayList<>();
        for (long id : inTurn) {
            Turn turn = turns.computeIfAbsent(id, any -> new Turn());
            if (!pushes.possible()) {
                notLookedAt.add(id);
            } else if (claim(id, turn, now)) {
                turn.looked = ++looks;
                Instant again = look(id, turn, now);
                if (again.isAfter(now)) {
                    rest(id, turn, again);
                } else {
                    more.add(id);
                }
            }
        }
        left = Stream.concat(more.stream(), notLookedAt.stream()).toList();
        return !more.isEmpty();
    }

    private List<Long> find(Instant now) {
        if (left.isEmpty() || System.nanoTime() - found > FIND_AGAIN_NANOS) {
            left = database.jdbc().sql(sql.get("scheduler/find-plans")).param("now", Times.toDb(now)).query(Long.class).list();
            found = System.nanoTime();
        }
        return left;
    }

    private boolean claim(long id, Turn turn, Instant now) {
        if (turn.holds(now.plus(LEASE.dividedBy(2)))) {
            return true;
        }
        Instant until = now.plus(LEASE);
        boolean claimed = database.transaction(() -> database.jdbc().sql(sql.get("scheduler/claim-plan")).param("id", id).param("now", Times.toDb(now))
                .param("held", Times.toDb(turn.until)).param("lease", Times.toDb(until)).update()) == 1;
        turn.until = claimed ? until : null;
        return claimed;
    }

    private void rest(long id, Turn turn, Instant again) {
        Instant until = turn.underway.get() > 0 ? turn.until : null;
        database.transaction(() -> {
            database.jdbc().sql(sql.get("scheduler/plan-again")).param("id", id).param("due", Times.toDb(again))
                    .param("held", Times.toDb(turn.until)).param("lease", Times.toDb(until)).update();
        });
        turn.until = until;
    }

    /** Leaves the batches to other instances, but for those of which something is on its way. */
    void release() {
        turns.forEach((id, turn) -> {
            if (turn.until != null && turn.underway.get() == 0) {
                database.transaction(() -> {
                    database.jdbc().sql(sql.get("scheduler/release-plan")).param("id", id).param("held", Times.toDb(turn.until)).update();
                });
            }
        });
    }

    /** @return in the precision of the tables: a lease is known by its end */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** @return when to look at the batch again */
    private Instant look(long id, Turn turn, Instant now) {
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
        boolean counts = plan.countsFirstPushes();
        // Before they are read: what ends meanwhile waits in the rows that are read still.
        Set<Long> underway = counts ? Set.of() : pushes.underway();
        List<TaskRow> waiting = counts ? waitingToBeCounted(id, progress.push, room, now)
                : waiting(id, PUSHED_OR_ASKED - progress.push, turn.after, room);
        if (counts) {
            letGo(id, stage, plan.pushPerMinute() == null ? null : tokens.without(waiting.size()), waiting);
        } else {
            letGo(turn, batch, waiting.stream().filter(task -> !underway.contains(task.id())).toList());
        }
        if (plan.pushPerMinute() != null) {
            return now.plus(NEXT_TOKENS);
        }
        if (waiting.size() == room) {
            turn.after = waiting.get(waiting.size() - 1).id();
            return now;
        }
        if (turn.mayBeginAnew(now)) {
            turn.after = 0;
        }
        return now.plus(LOOK_AGAIN);
    }

    private List<TaskRow> waiting(long id, int how, long after, long most) {
        return database.jdbc().sql(sql.get("scheduler/find-waiting")).param("batchId", id).param("waiting", how).param("after", after)
                .param("most", most).query(ownWaiting ? TaskRow::ofWaiting : TaskRow::of).list();
    }

    /** Those that ask by themselves first; without those that could not be let go a moment ago, which would keep the others from their turn. */
    private List<TaskRow> waitingToBeCounted(long id, int push, long room, Instant now) {
        failed.values().removeIf(at -> Times.passed(at, FAILED_REST, now));
        long most = room + failed.size();
        List<TaskRow> waiting = new ArrayList<>(waiting(id, Task.Waiting.PULLED.ordinal(), 0, most));
        if (waiting.size() < most) {
            waiting.addAll(waiting(id, PUSHED_OR_ASKED - push, 0, most - waiting.size()));
        }
        return waiting.stream().filter(task -> !failed.containsKey(task.id())).limit(room).toList();
    }

    private void noteFailure(long taskId, Throwable failure) {
        if (failure != null) {
            failed.put(taskId, clock.instant());
        }
    }

    /** Tokens are taken before: a kill in between may waste some, but never pushes more than the rate. */
    private void letGo(long id, int stage, TokenBucket left, List<TaskRow> tasks) {
        boolean taken = database.transaction(() -> database.jdbc().sql(sql.get("scheduler/take-tokens")).param("id", id).param("stage", stage).param("now", Times.toDb(clock.instant()))
                    .param("tokens", left == null ? null : left.tokens()).param("tokensAt", left == null ? null : Times.toDb(left.at())).update()) == 1;
        if (!taken) {
            return;
        }
        CompletableFuture.allOf(tasks.stream().map(task -> pushes.push(task, (device, taskId) -> rollout.letGo(device, taskId, stage)
                        .whenComplete((order, failure) -> noteFailure(taskId, failure)), failure -> { }))
                .toArray(CompletableFuture[]::new)).join();
    }

    private void letGo(Turn turn, Batch batch, List<TaskRow> tasks) {
        Map<Long, PushOrder> ready = unwritten(() -> rollout.letGoReady(batch, byId(tasks.stream().filter(TaskRow::ready))));
        List<TaskRow> others = letGo(turn, tasks, ready);
        if (!others.isEmpty()) {
            Map<Long, PushOrder> orders = unwritten(() -> rollout.letGoUnwritten(byId(others.stream())));
            letGo(turn, others, orders).forEach(task -> letGo(turn, task, (device, taskId) -> rollout.letGo(device, taskId, 0)));
        }
    }

    /** @return those without an order */
    private List<TaskRow> letGo(Turn turn, List<TaskRow> tasks, Map<Long, PushOrder> orders) {
        List<TaskRow> others = new ArrayList<>();
        tasks.forEach(task -> {
            PushOrder order = orders.get(task.id());
            if (order == null) {
                others.add(task);
            } else {
                letGo(turn, task, (device, taskId) -> CompletableFuture.completedStage(order));
            }
        });
        return others;
    }

    private static Map<Long, PushOrder> unwritten(Supplier<Map<Long, PushOrder>> decision) {
        try {
            return decision.get();
        } catch (RuntimeException e) {
            // It may be one task's fault: behind the locks each is tried alone, and a database that is away is waited out.
            return Map.of();
        }
    }

    private static Map<Long, DeviceId> byId(Stream<TaskRow> tasks) {
        return tasks.collect(Collectors.toMap(TaskRow::id, TaskRow::device));
    }

    private void letGo(Turn turn, TaskRow task, Pushes.Decision decision) {
        turn.underway.incrementAndGet();
        pushes.push(task, decision, failure -> {
            if (failure != null) {
                turn.gaveUp = clock.instant();
            }
            turn.underway.decrementAndGet();
        });
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
