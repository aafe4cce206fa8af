package dev.otaroutes.store;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.Command;
import dev.otaroutes.rollout.DeviceState;
import dev.otaroutes.rollout.ModuleState;
import dev.otaroutes.rollout.Task;
import dev.otaroutes.rollout.TaskStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Locks the devices of a group, in one order, and reads what a decision about them needs. Inside a transaction. */
final class DeviceReader {
    private static final Pattern BATCH_ID = Pattern.compile("[0-9]{1,18}");

    private final Database database;
    private final Sql sql;
    private final Batches batches;
    private final WantedEvents wanted = new WantedEvents();
    private final Optional<String> lockForEvent;

    DeviceReader(Database database, Sql sql, Batches batches) {
        this.database = database;
        this.sql = sql;
        this.batches = batches;
        // It writes: not in place of what an integrator locks or numbers by.
        lockForEvent = sql.areOurs("device/lock", "device/update") ? sql.find("device/lock-for-event").filter(statement -> !Sql.replaced(statement))
                : Optional.empty();
    }

    /**
     * Reads their unfinished tasks as well.
     *
     * @param devices  whose product is known
     * @param register those of them that become known by this
     * @param modules  those of which modules are needed
     * @param onlyTask of those of which one task alone is needed, by path: to find it by its ID costs less
     * @param events   whether an event is to come of each: then its number may be written with the lock, which spares a write of the row
     * @return the devices that are known, by their path
     */
    Map<String, DeviceState> lock(Collection<DeviceId> devices, Collection<DeviceId> register, Set<String> modules, Map<String, Long> onlyTask, boolean events,
            Instant now) {
        Map<String, DeviceState> states = new LinkedHashMap<>();
        lock(devices, modules, onlyTask, events, states);
        List<DeviceId> missing = register.stream().filter(d -> !states.containsKey(d.path())).sorted().toList();
        if (!missing.isEmpty()) {
            database.batch(sql.get("device/register"), missing.stream().map(d -> new Row("device", d.path())
                    .addValue("productKey", d.productKey()).addValue("deviceKey", d.deviceKey())
                    .addValue("now", Times.toDb(now))).toList());
            lock(missing, modules, onlyTask, false, states);
        }
        return states;
    }

    /** @return as of the latest {@link #lock} */
    WantedEvents wanted() {
        return wanted;
    }

    private void lock(Collection<DeviceId> devices, Set<String> modules, Map<String, Long> onlyTask, boolean events, Map<String, DeviceState> states) {
        Map<String, DeviceId> byPath = new HashMap<>();
        devices.forEach(device -> byPath.put(device.path(), device));
        List<String> paths = List.copyOf(byPath.keySet());
        Optional<String> withNumber = events ? lockForEvent : Optional.empty();
        database.queries(List.of(
                new Database.Query(withNumber.orElseGet(() -> sql.get("device/lock")), "devices", paths, row -> {
                    String path = row.getString("device");
                    long stored = row.getLong(withNumber.isPresent() ? "stored" : "sequence");
                    states.put(path, new DeviceState(byPath.get(path), row.getLong("sequence"), stored, row.getLong("history_count")));
                }),
                openTasks(paths.stream().filter(path -> !onlyTask.containsKey(path)).toList(), states),
                openTasksById(paths.stream().map(onlyTask::get).filter(Objects::nonNull).toList(), states),
                modules(paths.stream().filter(modules::contains).toList(), states),
                wanted.query(sql)));
    }

    /**
     * Reads devices that nobody is kept from changing: what is decided about them may only stand if nothing of it has to be written.
     *
     * @return with their unfinished tasks and their modules, without their numbers
     */
    Map<String, DeviceState> look(Collection<DeviceId> devices) {
        Map<String, DeviceState> states = new HashMap<>();
        devices.forEach(device -> states.put(device.path(), new DeviceState(device, 0, 0)));
        List<String> paths = List.copyOf(states.keySet());
        database.queries(List.of(openTasks(paths, states), modules(paths, states)));
        return states;
    }

    private Database.Query openTasks(List<String> paths, Map<String, DeviceState> states) {
        return new Database.Query(sql.get("task/find-open"), "devices", paths, row -> addTask(row, states));
    }

    private Database.Query openTasksById(List<Long> ids, Map<String, DeviceState> states) {
        return new Database.Query(sql.get("task/find-open-by-id"), "ids", ids, row -> addTask(row, states));
    }

    private void addTask(ResultSet row, Map<String, DeviceState> states) throws SQLException {
        DeviceState state = states.get(row.getString("device"));
        // Not of one that another instance has registered since: its row is not locked here.
        if (state != null) {
            state.addTask(task(row));
        }
    }

    private Database.Query modules(List<String> paths, Map<String, DeviceState> states) {
        return new Database.Query(sql.get("device/find-modules"), "devices", paths, row -> {
            DeviceState state = states.get(row.getString("device"));
            if (state != null) {
                state.addModule(module(row));
            }
        });
    }

    /** Offers devices that have nothing to do the dynamic batches that want them and have not had them. */
    void readOffers(Map<String, DeviceState> states, List<Command> commands, DynamicBatches dynamic) {
        Map<String, List<DynamicBatches.Offer>> wanted = new TreeMap<>();
        for (Command command : commands) {
            DeviceState state = states.get(command.device().path());
            if (state != null && command instanceof Command.InformCommand inform
                    // What it has just come to run is no more to do.
                    && state.tasks().stream().noneMatch(task -> task.open() && task.batch.module().equals(inform.inform().module())
                            && !task.batch.toVersion().equals(inform.inform().version()))) {
                List<DynamicBatches.Offer> offers = dynamic.of(state.id().productKey(), inform.inform().module()).stream()
                        .filter(offer -> offer.selection().takes(state.id().path(), inform.inform().version())
                                && offer.batch().appliesTo(inform.inform().version())).toList();
                if (!offers.isEmpty()) {
                    wanted.computeIfAbsent(state.id().path(), device -> new ArrayList<>()).addAll(offers);
                }
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        Map<Long, Set<String>> byBatch = new TreeMap<>();
        wanted.forEach((device, offers) -> offers.forEach(offer ->
                byBatch.computeIfAbsent(offer.batch().id(), id -> new TreeSet<>()).add(device)));
        // Behind the devices' locks: what was remembered may have been canceled since.
        Set<Long> offered = new TreeSet<>();
        query("batch/find-offered", Map.of("ids", Database.padded(byBatch.keySet())), row -> {
            offered.add(row.getLong("id"));
        });
        byBatch.keySet().retainAll(offered);
        byBatch.forEach((batchId, devices) -> tasks("task/find-by-batch", Map.of("batchId", batchId, "devices", Database.padded(devices)), states));
        Map<String, Map<String, String>> tags = wanted.values().stream().flatMap(List::stream).allMatch(offer -> offer.selection().tags().isEmpty())
                ? Map.of() : tags(wanted.keySet());
        wanted.forEach((device, offers) -> offers.stream()
                .filter(offer -> offered.contains(offer.batch().id()) && offer.selection().fits(tags.getOrDefault(device, Map.of())))
                .forEach(offer -> states.get(device).offer(offer.batch())));
    }

    /** @return of those devices that have any, by path */
    Map<String, Map<String, String>> tags(Collection<String> devices) {
        Map<String, Map<String, String>> tags = new TreeMap<>();
        query("device/find-tags", KnownDevices.parameters(devices.stream().map(DeviceId::ofPath).toList()), row ->
                tags.computeIfAbsent(row.getString("device"), device -> new TreeMap<>()).put(row.getString("name"), row.getString("tag_value")));
        return tags;
    }

    /**
     * Says which batches of devices' tasks, or of those to come, hold first pushes. Read behind the devices' locks: a pause that has been
     * answered is seen.
     */
    void readHeld(Map<String, DeviceState> states, List<Command> commands) {
        Set<Long> asked = new TreeSet<>();
        for (Command command : commands) {
            DeviceState state = states.get(command.device().path());
            if (state == null || !command.pushes()) {
                continue;
            }
            state.tasks().stream().filter(task -> task.firstPushedAt == null || task.waiting != Task.Waiting.NO || !task.open())
                    .forEach(task -> asked.add(task.batch.id()));
            state.offers().forEach(batch -> asked.add(batch.id()));
            if (command instanceof Command.AssignCommand assign) {
                asked.add(assign.batch().id());
            }
        }
        if (!asked.isEmpty()) {
            query("batch/find-held", Map.of("ids", Database.padded(asked)), row -> {
                long batch = row.getLong("id");
                boolean byHand = row.getInt("by_hand") == 1;
                states.values().forEach(state -> state.hold(batch, byHand));
            });
        }
    }

    /** @return whether nothing of the batch is pushed for the first time */
    boolean isHeld(long batchId) {
        return !database.named().queryForList(sql.get("batch/find-held"), Map.of("ids", List.of(batchId))).isEmpty();
    }

    /** Adds the finished tasks that commands may mean: all of them at once, not one by one. */
    void readFinished(Map<String, DeviceState> states, List<Command> commands, Instant now) {
        Map<Long, Set<String>> byBatch = new TreeMap<>();
        Set<String> byModule = new TreeSet<>();
        Set<Long> byId = new TreeSet<>();
        for (Command command : commands) {
            DeviceState state = states.get(command.device().path());
            if (state == null) {
                continue;
            }
            if (command instanceof Command.AssignCommand assign) {
                byBatch.computeIfAbsent(assign.batch().id(), id -> new TreeSet<>()).add(state.id().path());
            } else if (command instanceof Command.ProgressCommand progress) {
                String strategy = progress.progress().strategy();
                if (strategy == null) {
                    if (state.tasks().stream().noneMatch(t -> t.batch.module().equals(progress.progress().module()))) {
                        byModule.add(state.id().path());
                    }
                } else if (BATCH_ID.matcher(strategy).matches()
                        && state.tasks().stream().noneMatch(t -> strategy.equals(String.valueOf(t.batch.id())))) {
                    byBatch.computeIfAbsent(Long.valueOf(strategy), id -> new TreeSet<>()).add(state.id().path());
                }
            } else if (command instanceof Command.TaskCommand task) {
                byId.add(task.taskId());
            } else if (command instanceof Command.InformCommand inform) {
                ModuleState module = state.modules().get(inform.inform().module());
                String version = inform.inform().version();
                if (module != null && (module.lateAfterSuccess(version, now) || module.undoesSuccess(version))) {
                    byId.add(module.successTaskId);
                }
            }
        }
        byBatch.forEach((batchId, devices) -> tasks("task/find-by-batch", Map.of("batchId", batchId, "devices", Database.padded(devices)), states));
        if (!byModule.isEmpty()) {
            tasks("task/find-last", Map.of("devices", Database.padded(byModule)), states);
        }
        if (!byId.isEmpty()) {
            tasks("task/find-by-id", Map.of("ids", Database.padded(byId)), states);
        }
    }

    private void tasks(String statement, Map<String, Object> parameters, Map<String, DeviceState> states) {
        query(statement, parameters, row -> {
            DeviceState state = states.get(row.getString("device"));
            long id = row.getLong("id");
            if (state.tasks().stream().noneMatch(t -> t.id == id)) {
                state.addTask(task(row));
            }
        });
    }

    private void query(String statement, Map<String, ?> parameters, RowCallbackHandler row) {
        database.named().query(sql.get(statement), parameters, row);
    }

    private static ModuleState module(ResultSet row) throws SQLException {
        ModuleState module = new ModuleState(row.getString("module"), true);
        module.version = row.getString("version");
        module.reportedAt = Times.get(row, "reported_at");
        module.informId = row.getString("inform_id");
        module.successTaskId = row.getObject("success_task_id", Long.class);
        module.successVersion = row.getString("success_version");
        module.successFromVersion = row.getString("success_from_version");
        module.successQuietUntil = Times.get(row, "success_quiet_until");
        return module;
    }

    private Task task(ResultSet row) throws SQLException {
        Task task = new Task(batches.get(row.getLong("batch_id")), Times.get(row, "created_at"));
        task.id = row.getLong("id");
        task.fromVersion = row.getString("from_version");
        task.status = TaskStatus.of(row.getString("status"));
        task.step = row.getObject("step", Integer.class);
        task.reason = row.getString("reason");
        task.deviceDesc = row.getString("device_desc");
        task.attempt = row.getInt("attempt");
        task.pushes = row.getInt("pushes");
        task.pushNumber = row.getInt("push_number");
        task.refusals = row.getInt("refusals");
        task.firstPushedAt = Times.get(row, "first_pushed_at");
        task.pushedAt = Times.get(row, "pushed_at");
        task.attemptPushedAt = Times.get(row, "attempt_pushed_at");
        task.notBefore = Times.get(row, "not_before");
        task.waiting = Task.Waiting.values()[row.getInt("waiting")];
        task.stage = row.getInt("stage");
        task.progressAt = Times.get(row, "progress_at");
        task.lastProgress = row.getString("last_progress");
        task.dueAt = Times.get(row, "due_at");
        task.historyCount = row.getLong("history_count");
        task.read();
        return task;
    }
}
