package dev.otaroutes.store;

import dev.otaroutes.log.LogFields;
import dev.otaroutes.rollout.Rollout;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the attempts of devices that have been silent for too long. Looks through the tasks in progress of a batch from time to time: a
 * due time for each task would be written, and its index with it, at every push and progress. A batch that is younger than its time-out has
 * no silent task.
 */
final class TimeOuts {
    private static final Logger LOG = LoggerFactory.getLogger("ota.scheduler");
    private static final int CHUNK = 500;
    /** A batch is looked through so many times within its time-out: what a task's end may come later by. */
    private static final int LOOKS = 20;
    private static final Duration LEAST = Duration.ofSeconds(5);
    private static final Duration MOST = Duration.ofMinutes(10);

    private record InProgress(long id, Instant created) {
    }

    /** @param pause until the next one */
    private record Look(Instant at, Duration pause) {
    }

    /** What is left to look through of a batch. @param after the last task that was */
    private record Rest(long batchId, Instant heard, long after) {
    }

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Rollout rollout;
    private final Batches batches;
    private final Map<Long, Look> looks = new HashMap<>();
    private final Deque<Rest> rest = new ArrayDeque<>();
    private Instant listed = Instant.MIN;

    TimeOuts(Database database, Sql sql, Clock clock, Rollout rollout) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.rollout = rollout;
        this.batches = new Batches(database, sql);
    }

    /** A bit at a time: a fleet that is silent must not hold up the others. @return whether there is more to do at once */
    boolean step() {
        Instant now = clock.instant();
        if (rest.isEmpty() && Times.passed(listed, LEAST, now)) {
            listed = now;
            findDue(now);
        }
        Rest next = rest.peek();
        if (next != null) {
            List<TaskRow> silent = endSilent(next);
            rest.remove();
            if (silent.size() == CHUNK) {
                rest.addFirst(new Rest(next.batchId, next.heard, silent.get(CHUNK - 1).id()));
            }
        }
        return !rest.isEmpty();
    }

    private void findDue(Instant now) {
        List<InProgress> inProgress = database.jdbc().sql(sql.get("scheduler/find-in-progress"))
                .query((row, number) -> new InProgress(row.getLong("id"), Times.get(row, "created_at"))).list();
        looks.keySet().retainAll(inProgress.stream().map(InProgress::id).toList());
        for (InProgress batch : inProgress) {
            Look last = looks.get(batch.id);
            if (last != null && !Times.passed(last.at, last.pause, now)) {
                continue;
            }
            Duration timeout = Duration.ofMinutes(batches.get(batch.id).plan().timeoutMinutes());
            Duration young = Duration.between(now, batch.created.plus(timeout));
            if (young.isNegative() || young.isZero()) {
                rest.add(new Rest(batch.id, now.minus(timeout), 0));
                Duration pause = timeout.dividedBy(LOOKS);
                looks.put(batch.id, new Look(now, pause.compareTo(LEAST) < 0 ? LEAST : pause.compareTo(MOST) > 0 ? MOST : pause));
            } else {
                looks.put(batch.id, new Look(now, young));
            }
        }
    }

    private List<TaskRow> endSilent(Rest batch) {
        List<TaskRow> silent = database.jdbc().sql(sql.get("scheduler/find-silent")).param("batchId", batch.batchId)
                .param("heard", Times.toDb(batch.heard)).param("after", batch.after).param("most", CHUNK).query(TaskRow::of).list();
        CompletableFuture.allOf(silent.stream().map(task -> rollout.timeOut(task.device(), task.id()).exceptionally(failure -> {
            LogFields.ofDevice(task.device().path()).in(() -> LOG.warn("task {} of device {} cannot be timed out: {}",
                    task.id(), task.device(), failure.getMessage()));
            return null;
        }).toCompletableFuture())
                .toArray(CompletableFuture[]::new)).join();
        return silent;
    }
}
