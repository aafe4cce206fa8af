package dev.otaroutes.store;

import dev.otaroutes.log.LogFields;
import dev.otaroutes.rollout.Rollout;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Rollout rollout;
    private final Batches batches;
    private final Map<Long, Instant> next = new HashMap<>();
    private Instant nextList = Instant.MIN;

    TimeOuts(Database database, Sql sql, Clock clock, Rollout rollout) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.rollout = rollout;
        this.batches = new Batches(database, sql);
    }

    /** @return false: what there is to do has been done */
    boolean step() {
        Instant now = clock.instant();
        if (now.isBefore(nextList)) {
            return false;
        }
        nextList = now.plus(LEAST);
        List<InProgress> inProgress = database.jdbc().sql(sql.get("scheduler/find-in-progress"))
                .query((row, number) -> new InProgress(row.getLong("id"), Times.get(row, "created_at"))).list();
        next.keySet().retainAll(inProgress.stream().map(InProgress::id).toList());
        for (InProgress batch : inProgress) {
            if (!now.isBefore(next.getOrDefault(batch.id, Instant.MIN))) {
                Duration timeout = Duration.ofMinutes(batches.get(batch.id).plan().timeoutMinutes());
                Instant first = batch.created.plus(timeout);
                if (now.isBefore(first)) {
                    next.put(batch.id, first);
                    continue;
                }
                endSilent(batch.id, now.minus(timeout));
                Duration pause = timeout.dividedBy(LOOKS);
                next.put(batch.id, now.plus(pause.compareTo(LEAST) < 0 ? LEAST : pause.compareTo(MOST) > 0 ? MOST : pause));
            }
        }
        return false;
    }

    private void endSilent(long batchId, Instant heard) {
        long after = 0;
        List<TaskRow> silent;
        do {
            silent = database.jdbc().sql(sql.get("scheduler/find-silent")).param("batchId", batchId).param("heard", Times.toDb(heard))
                    .param("after", after).param("most", CHUNK).query(TaskRow::of).list();
            CompletableFuture.allOf(silent.stream().map(task -> rollout.timeOut(task.device(), task.id()).exceptionally(failure -> {
                LogFields.ofDevice(task.device().path()).in(() -> LOG.warn("task {} of device {} cannot be timed out: {}",
                        task.id(), task.device(), failure.getMessage()));
                return null;
            }).toCompletableFuture())
                    .toArray(CompletableFuture[]::new)).join();
            after = silent.isEmpty() ? after : silent.get(silent.size() - 1).id();
        } while (silent.size() == CHUNK);
    }
}
