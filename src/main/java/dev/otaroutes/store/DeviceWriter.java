package dev.otaroutes.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.DeviceState;
import dev.otaroutes.rollout.Event;
import dev.otaroutes.rollout.HistoryEntry;
import dev.otaroutes.rollout.ModuleState;
import dev.otaroutes.rollout.Task;
import dev.otaroutes.rollout.TaskRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes what decisions have made of the devices of a group, in batches. Inside a transaction. */
final class DeviceWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Slot(DeviceId device, long taskId, int number) {
    }

    /** How tasks of a batch had waited that do so no more. */
    private record Waited(long batchId, Task.Waiting how) {
    }

    private final Database database;
    private final Sql sql;
    private final TaskRules rules;
    private final boolean marksReady;
    /** Whether what these statements leave to a task's row does not pass an integrator's by. */
    private final boolean ownUpdate;
    private final boolean ownHistory;
    private final int shard;
    private final FailureCounts failureCounts;
    private final BatchEvents batchEvents;

    /**
     * @param marksReady whether tasks are told that are {@linkplain TaskRules#isReady ready}
     * @param shard      of the counters that this process writes
     */
    DeviceWriter(Database database, Sql sql, TaskRules rules, boolean marksReady, int shard) {
        this.database = database;
        this.sql = sql;
        this.rules = rules;
        this.marksReady = marksReady;
        ownUpdate = sql.areOurs("task/update");
        ownHistory = sql.areOurs("device/add-history", "operator/list-task-history");
        this.shard = shard;
        failureCounts = new FailureCounts(database, sql, shard);
        // Who writes the devices' events says so: a batch is reopened by a task's.
        batchEvents = new BatchEvents(database, sql, () -> { });
    }

    /** Stores tasks that are new, so that they have an ID. */
    void addTasks(Collection<DeviceState> states, Instant now) {
        List<Row> rows = new ArrayList<>();
        Map<Long, Map<String, Task>> added = new TreeMap<>();
        for (DeviceState state : states) {
            for (Task task : state.tasks()) {
                if (task.id == 0) {
                    rows.add(newTask(state, task, now));
                    added.computeIfAbsent(task.batch.id(), id -> new LinkedHashMap<>()).put(state.id().path(), task);
                }
            }
        }
        database.batch(sql.get("task/add"), rows);
        added.forEach((batchId, tasks) -> database.named().query(sql.get("task/find-ids"),
                Map.of("batchId", batchId, "devices", Database.padded(tasks.keySet())),
                row -> {
                    tasks.get(row.getString("device")).stored(row.getLong("id"));
                }));
    }

    /** @return whether events have gone into the outbox */
    boolean write(Collection<DeviceState> states, WantedEvents wanted, Instant now) {
        addTasks(states, now);
        List<Row> devices = new ArrayList<>();
        List<Row> newModules = new ArrayList<>();
        List<Row> modules = new ArrayList<>();
        List<Row> pushed = new ArrayList<>();
        List<Row> tasks = new ArrayList<>();
        Map<Waited, TreeSet<Long>> waitNoMore = new HashMap<>();
        List<Row> wait = new ArrayList<>();
        List<Row> notReady = new ArrayList<>();
        List<Row> firstPushes = new ArrayList<>();
        Map<Slot, Row> newHistory = new LinkedHashMap<>();
        Map<Slot, Row> history = new LinkedHashMap<>();
        List<Row> events = new ArrayList<>();
        Map<DeviceState.Count, Long> counts = new HashMap<>();
        Map<DeviceState.Success, Long> successes = new HashMap<>();
        Map<DeviceState.Failure, Long> failures = new HashMap<>();
        Set<Long> reopened = new TreeSet<>();
        boolean undelivered = false;
        for (DeviceState state : states) {
            boolean untouched = state.untouched();
            if (state.changed()) {
                devices.add(new Row("device", state.id().path())
                        .addValue("sequence", state.sequence()).addValue("historyCount", state.historyCount()));
            }
            for (ModuleState module : state.modules().values()) {
                if (module.changed()) {
                    (module.stored ? modules : newModules).add(module(state, module));
                }
            }
            for (Task task : state.tasks()) {
                if (ownUpdate && task.isJustPushed()) {
                    pushed.add(new Row("id", task.id).addValue("at", Times.toDb(task.pushedAt)));
                } else if (task.changed()) {
                    tasks.add(task(task, now));
                }
                if (ownHistory && task.forgottenFirstPush() != null) {
                    firstPushes.add(new Row("device", state.id().path()).addValue("taskId", task.id)
                            .addValue("at", Times.toDb(task.forgottenFirstPush())));
                }
                if (task.waiting != task.storedWaiting()) {
                    if (task.storedWaiting() != Task.Waiting.NO) {
                        waitNoMore.computeIfAbsent(new Waited(task.batch.id(), task.storedWaiting()), waited -> new TreeSet<>()).add(task.id);
                    }
                    if (task.waiting != Task.Waiting.NO) {
                        boolean ready = marksReady && task.isNew() && rules.isReady(state, task);
                        wait.add(waiting(task.batch.id(), task.waiting).addValue("id", task.id).addValue("device", state.id().path())
                                .addValue("ready", ready ? 1 : 0));
                    }
                } else if (task.waiting == Task.Waiting.UNASKED && !untouched && !(marksReady && rules.isReady(state, task))) {
                    notReady.add(waiting(task.batch.id(), task.waiting).addValue("id", task.id));
                }
            }
            state.history().stream().filter(entry -> !(ownHistory && entry.isToldByTask())).forEach(entry -> {
                Row row = history(state, entry);
                Slot slot = new Slot(state.id(), entry.task() == null ? 0 : entry.task().id, entry.slot());
                if (entry.isFirstInSlot()) {
                    newHistory.put(slot, row);
                } else {
                    newHistory.remove(slot);
                    history.put(slot, row);
                }
            });
            for (Event event : state.events()) {
                boolean asked = wanted.contains(event.type(), state.id().productKey());
                undelivered |= asked;
                events.add(event(state, event).addValue("undelivered", asked ? 1 : null));
            }
            state.counts().forEach((count, change) -> counts.merge(count, change, Long::sum));
            state.successes().forEach((success, change) -> successes.merge(success, change, Long::sum));
            state.failures().forEach((failure, change) -> failures.merge(failure, change, Long::sum));
            reopened.addAll(state.reopened());
        }
        database.batches(List.of(
                rows("device/update", devices),
                rows("device/add-module", newModules),
                rows("device/update-module", modules),
                rows("task/pushed", pushed),
                rows("task/update", tasks),
                rows("task/remove-waiting", runs(waitNoMore)),
                rows("task/add-waiting", wait),
                rows("task/not-ready", notReady),
                rows("device/keep-first-push", firstPushes),
                rows("device/add-history", List.copyOf(newHistory.values())),
                rows("device/replace-history", List.copyOf(history.values())),
                rows("device/add-event", events),
                rows("batch/count", counts.entrySet().stream().filter(e -> e.getValue() != 0).sorted(Map.Entry.comparingByKey())
                        .map(e -> change(e.getKey().batchId(), e.getValue()).addValue("status", e.getKey().status())
                                .addValue("stage", e.getKey().stage())).toList()),
                rows("batch/count-success", successes.entrySet().stream().sorted(Map.Entry.comparingByKey())
                        .map(e -> change(e.getKey().batchId(), e.getValue()).addValue("bucket", e.getKey().bucket())).toList())));
        failureCounts.write(failures);
        reopened.forEach(batchId -> reopen(batchId, now));
        List<Row> removed = states.stream().filter(DeviceState::removed)
                .map(state -> new Row("device", state.id().path())).toList();
        database.batches(List.of(rows("device/remove-modules", removed), rows("device/remove-tags", removed), rows("device/remove", removed)));
        return undelivered;
    }

    /** With the task: after a kill it would be under way in a batch that is over, and nobody would end either. */
    private void reopen(long batchId, Instant now) {
        if (database.jdbc().sql(sql.get("operator/reopen-batch")).param("id", batchId).param("now", Times.toDb(now)).update() == 1) {
            batchEvents.add("scheduler/add-batch-event", batchId, "batch.resumed", Map.of("status", "running"), now);
        }
    }

    private Database.Rows rows(String statement, List<Row> rows) {
        return new Database.Rows(sql.get(statement), rows);
    }

    private Row change(long batchId, long change) {
        return new Row("batchId", batchId).addValue("shard", shard).addValue("change", change);
    }

    private static Row module(DeviceState state, ModuleState module) {
        return new Row("device", state.id().path())
                .addValue("module", module.module)
                .addValue("productKey", state.id().productKey())
                .addValue("version", module.version)
                .addValue("reportedAt", Times.toDb(module.reportedAt))
                .addValue("informId", module.informId)
                .addValue("successTaskId", module.successTaskId)
                .addValue("successVersion", module.successVersion)
                .addValue("successFromVersion", module.successFromVersion)
                .addValue("successQuietUntil", Times.toDb(module.successQuietUntil));
    }

    private static Row newTask(DeviceState state, Task task, Instant now) {
        return task(task, now)
                .addValue("batchId", task.batch.id())
                .addValue("packageId", task.batch.packageId())
                .addValue("device", state.id().path())
                .addValue("productKey", state.id().productKey())
                .addValue("deviceKey", state.id().deviceKey())
                .addValue("module", task.batch.module())
                .addValue("toVersion", task.batch.toVersion())
                .addValue("createdAt", Times.toDb(task.createdAt));
    }

    /** What of it changes. */
    private static Row task(Task task, Instant now) {
        return new Row("id", task.id)
                .addValue("fromVersion", task.fromVersion)
                .addValue("status", task.status.text())
                .addValue("open", task.open() ? 1 : null)
                .addValue("ended", task.open() ? null : task.status.text())
                .addValue("step", task.step)
                .addValue("reason", task.reason)
                .addValue("deviceDesc", task.deviceDesc)
                .addValue("attempt", task.attempt)
                .addValue("pushes", task.pushes)
                .addValue("pushNumber", task.pushNumber)
                .addValue("refusals", task.refusals)
                .addValue("firstPushedAt", Times.toDb(task.firstPushedAt))
                .addValue("pushedAt", Times.toDb(task.pushedAt))
                .addValue("attemptPushedAt", Times.toDb(task.attemptPushedAt))
                .addValue("notBefore", Times.toDb(task.notBefore))
                .addValue("waiting", task.waiting == Task.Waiting.NO ? null : task.waiting.ordinal())
                .addValue("stage", task.stage)
                .addValue("progressAt", Times.toDb(task.progressAt))
                .addValue("lastProgress", task.lastProgress)
                .addValue("dueAt", Times.toDb(task.dueAt))
                .addValue("historyCount", task.historyCount)
                .addValue("now", Times.toDb(now));
    }

    private static Row waiting(long batchId, Task.Waiting how) {
        return new Row("batchId", batchId).addValue("waiting", how.ordinal());
    }

    /**
     * A batch is pushed in the order of its tasks: those with IDs one after the other go as one range, which costs PostgreSQL a quarter of
     * what they do one by one. Nothing else can be between them.
     */
    private static List<Row> runs(Map<Waited, TreeSet<Long>> tasks) {
        List<Row> runs = new ArrayList<>();
        tasks.forEach((waited, ids) -> {
            Long first = null;
            for (Long id : ids) {
                first = first == null ? id : first;
                if (!ids.contains(id + 1)) {
                    runs.add(waiting(waited.batchId, waited.how).addValue("first", first).addValue("last", id));
                    first = null;
                }
            }
        });
        return runs;
    }

    private static Row history(DeviceState state, HistoryEntry entry) {
        return new Row("device", state.id().path())
                .addValue("taskId", entry.task() == null ? 0 : entry.task().id)
                .addValue("slot", entry.slot())
                .addValue("number", entry.number())
                .addValue("at", Times.toDb(entry.at()))
                .addValue("type", entry.type())
                .addValue("status", entry.status())
                .addValue("step", entry.step())
                .addValue("version", entry.version())
                .addValue("messageId", entry.messageId())
                .addValue("detail", entry.detail());
    }

    private static Row event(DeviceState state, Event event) {
        Task task = event.task();
        return new Row("type", event.type())
                .addValue("at", Times.toDb(event.at()))
                .addValue("sequence", event.sequence())
                .addValue("productKey", state.id().productKey())
                .addValue("deviceKey", state.id().deviceKey())
                .addValue("module", event.module())
                .addValue("batchId", task == null ? null : task.batch.id())
                .addValue("taskId", task == null ? null : task.id)
                .addValue("packageId", task == null ? null : task.batch.packageId())
                .addValue("data", json(event.data()));
    }

    private static String json(Map<String, Object> data) {
        try {
            return JSON.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("event data " + data.keySet() + " cannot be written as JSON", e);
        }
    }
}
