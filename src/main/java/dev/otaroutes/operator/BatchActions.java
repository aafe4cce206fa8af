package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.store.BatchEvents;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** What operators do to batches and tasks that are under way (domain.md, Task states, Rollout plan of a batch). */
public final class BatchActions implements AutoCloseable {
    /** Operators push by hand, one after the other. */
    private static final int WORKERS = 2;
    private static final List<String> UNFINISHED = List.of("preparing", "scheduled", "running", "paused");

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Packages packages;
    private final Batches batches;
    private final Tasks tasks;
    private final Rollout rollout;
    private final BatchEvents events;
    private final Consumer<PushOrder> push;
    private final Runnable wake;
    private final ExecutorService workers;

    /**
     * @param push publishes an upgrade, some time
     * @param wake has the scheduler look at once
     */
    public BatchActions(Database database, Sql sql, Clock clock, Packages packages, Batches batches, Tasks tasks, Rollout rollout, BatchEvents events,
            Consumer<PushOrder> push, Runnable wake) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.packages = packages;
        this.batches = batches;
        this.tasks = tasks;
        this.rollout = rollout;
        this.events = events;
        this.push = push;
        this.wake = wake;
        AtomicInteger made = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(WORKERS, WORKERS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, "ota-push-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        pool.allowCoreThreadTimeOut(true);
        workers = pool;
    }

    /** From now on nothing of the batch is pushed for the first time; what is in progress goes on. */
    public OtaBatch pause(@Variable("id") String id) {
        unfinished(id, "paused");
        change(id, "batch.paused", Map.of("status", "paused", "reason", "operator"), "operator/pause-batch");
        return batches.find(id);
    }

    /** Failures that made the batch pause are known to the operator, and do not make it pause again. */
    public OtaBatch resume(@Variable("id") String id) {
        OtaBatch batch = unfinished(id, "resumed");
        if (resume(id, Map.of(), "operator/resume-batch")) {
            wake.run();
        }
        return batches.find(batch.id());
    }

    /** @param posted JSON, or null or nothing */
    public OtaBatch cancel(@Variable("id") String id, @Body String posted) {
        boolean force = posted != null && !posted.isBlank() && OperatorJson.read(posted).path("force").asBoolean();
        OtaBatch batch = batches.find(id);
        // Once canceled it can still be canceled with force.
        if (!batch.status().equals("canceled")) {
            unfinished(id, "canceled");
        }
        boolean first = events.change(number(id), "batch.canceled", Map.of("status", "canceled", "force", force), clock.instant(), () ->
                statement("operator/cancel-batch", id).param("work", force ? "cancel-all" : "cancel").update() == 1);
        if (!first && force) {
            database.transaction(() -> {
                statement("operator/cancel-batch-all", id).update();
            });
        }
        wake.run();
        return batches.find(id);
    }

    /** Begins all tasks of the batch anew that failed or were canceled, or whose devices have rolled back. */
    public OtaBatch retry(@Variable("id") String id) {
        OtaBatch batch = batches.find(id);
        packages.requireOf(batch);
        if (batch.status().equals("paused")) {
            throw new ProblemException(409, "batch [" + id + "] is paused: POST /api/v1/batches/" + id + "/resume first");
        }
        if (batch.status().equals("preparing") || !resume(id, Map.of("retry", true), "operator/retry-batch")) {
            throw new ProblemException(409, "batch [" + id + "] is " + batch.status() + " and at work on its tasks: try again when that is done");
        }
        wake.run();
        return batches.find(id);
    }

    /** Pushes one task now: a failed or canceled one begins anew (手动下发). */
    public CompletionStage<OtaTask> push(@Variable("id") String id) {
        OtaTask task = tasks.find(id);
        OtaBatch batch = batches.find(task.batchId());
        packages.requireOf(batch);
        if (task.status().equals("succeeded")) {
            throw new ProblemException(409, "task [" + id + "] has succeeded: the device runs [" + task.toVersion() + "]");
        }
        if (batch.status().equals("paused")) {
            throw new ProblemException(409, "task [" + id + "] is of batch [" + batch.id() + "], which is paused: POST /api/v1/batches/"
                    + batch.id() + "/resume first");
        }
        // Not on the thread that completes it: the store has two of these for the answers to all devices, and here the database is waited for.
        return rollout.pushByHand(new DeviceId(task.productKey(), task.deviceKey()), number(id)).thenApplyAsync(order -> {
            if (order == null) {
                throw new ProblemException(409, "task [" + id + "] cannot go now: its batch [" + batch.id() + "] is " + batch.status()
                        + ", its stage has not come, another task of device [" + task.deviceKey()
                        + "] goes first, or the package is not for the version that it runs");
            }
            reopen(batches.find(batch.id()));
            push.accept(order);
            return tasks.find(id);
        }, workers);
    }

    /** A batch that was over goes on with its task (store/DeviceWriter), unless it ended or was canceled in that very moment. */
    private void reopen(OtaBatch batch) {
        if (!UNFINISHED.contains(batch.status())
                && !resume(batch.id(), Map.of(), "operator/reopen-batch")) {
            throw new ProblemException(409, "batch [" + batch.id() + "] is at work on its tasks: try again when that is done");
        }
    }

    private OtaBatch unfinished(String id, String what) {
        OtaBatch batch = batches.find(id);
        if (!UNFINISHED.contains(batch.status())) {
            throw new ProblemException(409, "batch [" + id + "] is " + batch.status() + " and cannot be " + what);
        }
        return batch;
    }

    private boolean change(String id, String event, Map<String, Object> data, String statement) {
        return events.change(number(id), event, data, clock.instant(), () -> statement(statement, id).update() == 1);
    }

    /** The event says what the batch is from now on: one that has not been prepared, or whose start has not come, does not run yet. */
    private boolean resume(String id, Map<String, Object> more, String statement) {
        Map<String, Object> data = new LinkedHashMap<>();
        return events.change(number(id), "batch.resumed", data, clock.instant(), () -> {
            boolean resumed = statement(statement, id).update() == 1;
            data.put("status", statement("scheduler/find-status", id).query(String.class).single());
            data.putAll(more);
            return resumed;
        });
    }

    private StatementSpec statement(String name, String id) {
        return database.jdbc().sql(sql.get(name)).param("id", number(id)).param("now", Times.toDb(clock.instant()));
    }

    /** Ends the threads that pushes by hand go on. */
    @Override
    public void close() {
        workers.shutdown();
    }

    private static long number(String id) {
        return Long.parseLong(id);
    }
}
