package dev.otaroutes.store;

import dev.otaroutes.log.LogFields;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.rollout.Task;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does to all tasks of a batch what an operator asked for, behind the answer: cancels them, or begins them anew. A chunk at a time; how
 * far it got is on the batch's row, so that any instance goes on where another one stopped. A chunk that is done twice changes nothing.
 */
final class BatchWork {
    private static final int CHUNK = 500;
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Logger LOG = LoggerFactory.getLogger("ota.scheduler");
    private static final List<String> PENDING = List.of("pending");
    private static final List<String> UNFINISHED = List.of("pending", "pushed", "upgrading");

    private record Work(long batchId, String kind, long until) {
    }

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Rollout rollout;

    BatchWork(Database database, Sql sql, Clock clock, Rollout rollout) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.rollout = rollout;
    }

    /** @return whether there was a chunk to do */
    boolean step() {
        Instant now = clock.instant();
        Optional<Work> claimed = database.jdbc().sql(sql.get("scheduler/find-work")).param("now", Times.toDb(now))
                .query((row, number) -> new Work(row.getLong("id"), row.getString("work"), row.getLong("work_until"))).list()
                .stream().filter(work -> claim(work, now)).findFirst();
        claimed.ifPresent(this::chunk);
        return claimed.isPresent();
    }

    private boolean claim(Work work, Instant now) {
        return database.transaction(() -> database.jdbc().sql(sql.get("scheduler/claim-work")).param("id", work.batchId)
                .param("work", work.kind).param("now", Times.toDb(now)).param("lease", Times.toDb(now.plus(LEASE))).update()) == 1;
    }

    private void chunk(Work work) {
        List<TaskRow> tasks = switch (work.kind) {
            case "cancel" -> each(cancelable(work, PENDING), task -> rollout.cancel(task.device(), task.id(), false));
            case "cancel-all" -> each(cancelable(work, UNFINISHED), task -> rollout.cancel(task.device(), task.id(), true));
            case "retry" -> each(retryable(work), task -> rollout.retry(task.device(), task.id()));
            default -> throw new IllegalStateException("batch [" + work.batchId + "] has work [" + work.kind + "], which nobody knows");
        };
        boolean done = tasks.size() < CHUNK;
        database.transaction(() -> {
            if (done) {
                database.jdbc().sql(sql.get("scheduler/work-done")).param("id", work.batchId).param("work", work.kind).update();
            } else {
                database.jdbc().sql(sql.get("scheduler/worked-until")).param("id", work.batchId).param("work", work.kind)
                        .param("until", tasks.get(CHUNK - 1).id()).param("now", Times.toDb(clock.instant())).update();
            }
        });
    }

    private List<TaskRow> cancelable(Work work, List<String> statuses) {
        return database.jdbc().sql(sql.get("scheduler/find-to-cancel")).param("batchId", work.batchId).param("statuses", statuses)
                .param("after", work.until).param("most", CHUNK).query(TaskRow::of).list();
    }

    /** Of those that succeeded only the ones whose devices have rolled back: they wait in an index, and the others are not read. */
    private List<TaskRow> retryable(Work work) {
        List<TaskRow> ended = database.jdbc().sql(sql.get("scheduler/find-to-retry")).param("batchId", work.batchId)
                .param("after", work.until).param("most", CHUNK).query(TaskRow::of).list();
        List<TaskRow> rolledBack = database.jdbc().sql(sql.get("scheduler/find-waiting")).param("batchId", work.batchId)
                .param("waiting", Task.Waiting.ROLLED_BACK.ordinal()).param("after", work.until).param("most", CHUNK).query(TaskRow::of).list();
        return Stream.concat(ended.stream(), rolledBack.stream()).sorted(Comparator.comparingLong(TaskRow::id)).limit(CHUNK).toList();
    }

    private static List<TaskRow> each(List<TaskRow> tasks, Function<TaskRow, CompletionStage<Void>> change) {
        CompletableFuture.allOf(tasks.stream().map(task -> change.apply(task).exceptionally(failure -> {
            // The store waits out what passes: this task would fail for ever, and hold up all the others.
            LogFields.ofDevice(task.device().path()).in(() -> LOG.warn("task {} of device {} stays as it is: {}",
                    task.id(), task.device(), failure.getMessage()));
            return null;
        }).toCompletableFuture()).toArray(CompletableFuture[]::new)).join();
        return tasks;
    }
}
