package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.rollout.TaskStatus;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The operations on tasks (domain.md, Task states). Every refusal is a {@link ProblemException}. */
public final class Tasks {
    /** Unfinished tasks that a page looks at, at most (openapi/ota.yaml, listTasks). */
    static final int LOOKED_AT = 10_000;

    private final Database database;
    private final Sql sql;
    private final Batches batches;

    public Tasks(Database database, Sql sql, Batches batches) {
        this.database = database;
        this.sql = sql;
        this.batches = batches;
    }

    /**
     * Tasks of a batch in the order of their making. A page of unfinished ones in one status may be short and have a next one.
     *
     * @param status    null for all
     * @param deviceKey null for all
     * @param asked     entries in the page; null for the default
     * @param after     null for the first page
     */
    public Page<OtaTask> list(@Variable("id") String batchId, @Variable("status") String status,
                              @Variable("deviceKey") String deviceKey, @Variable("limit") Integer asked,
                              @Variable("after") String after) {
        int limit = Page.limit(asked);
        OtaBatch batch = batches.find(batchId);
        long first = Page.afterId(after);
        if (deviceKey != null) {
            return new Page<>(statement("operator/find-task-of-device", batchId)
                    .param("device", batch.productKey() + "/" + deviceKey).query(OtaTask::of).list().stream()
                    .filter(task -> status == null || status.equals(task.status()))
                    .filter(task -> Long.parseLong(task.id()) > first).toList(), null);
        }
        if (status != null && !TaskStatus.of(status).finished()) {
            return listOpen(batchId, status, first, limit);
        }
        StatementSpec statement = status == null ? statement("operator/list-tasks", batchId)
                : statement("operator/list-ended-tasks", batchId).param("status", status);
        return Page.of(statement.param("after", first).param("limit", limit + 1).query(OtaTask::of).list(),
                limit, OtaTask::id);
    }

    /** A page that may be short and yet have a next one: few of millions may be in the status, and no index knows which. */
    private Page<OtaTask> listOpen(String batchId, String status, long first, int limit) {
        // Before the page: a task that ends in between must not move the end of it beyond what the page has looked at.
        Optional<Long> until = statement("operator/find-last-open-task", batchId).param("after", first).param("before", LOOKED_AT - 1)
                .query(Long.class).optional();
        Page<OtaTask> page = Page.of(statement("operator/list-open-tasks", batchId).param("status", status).param("after", first)
                .param("until", until.orElse(Long.MAX_VALUE)).param("limit", limit + 1).query(OtaTask::of).list(), limit, OtaTask::id);
        return page.next() == null ? new Page<>(page.items(), until.map(Object::toString).orElse(null)) : page;
    }

    private StatementSpec statement(String name, String batchId) {
        return database.jdbc().sql(sql.get(name)).param("batchId", Long.parseLong(batchId));
    }

    /** One task with its history, the oldest entry first. */
    public OtaTask find(@Variable("id") String id) {
        OtaTask task = database.jdbc().sql(sql.get("operator/find-task")).param("id", Long.parseLong(id))
                .query(OtaTask::of).optional().orElseThrow(() -> new ProblemException(404, "there is no task [" + id + "]"));
        List<OtaTask.HistoryEntry> history = database.jdbc().sql(sql.get("operator/list-task-history"))
                .param("device", task.productKey() + "/" + task.deviceKey()).param("taskId", Long.parseLong(id))
                .query(OtaTask.HistoryEntry::of).list();
        return task.with(history);
    }
}
