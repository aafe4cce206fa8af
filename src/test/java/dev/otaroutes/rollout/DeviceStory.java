package dev.otaroutes.rollout;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.Inform;
import dev.otaroutes.message.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One device, told second by second: what it sends, what the broker answers, what is due. Without a database. */
final class DeviceStory {
    static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    static final String MODULE = "default";

    final DeviceState state = new DeviceState(new DeviceId("pk", "dk"), 0, 0);
    private final TaskRules tasks;
    private final ProgressRules progress = new ProgressRules();
    private Instant now = START;
    private int heard;

    DeviceStory() {
        this(false);
    }

    DeviceStory(boolean informEvents) {
        tasks = new TaskRules(VersionOrder.numbers(), () -> informEvents);
    }

    /** A batch that pushes; its package has ten times its ID. */
    static Batch batch(long id, String toVersion, RolloutPlan plan) {
        return new Batch(id, id * 10, "pk", MODULE, toVersion, true, plan);
    }

    static Batch batch(long id, String toVersion) {
        return batch(id, toVersion, RolloutPlan.DEFAULT);
    }

    /** A plan as it is posted: names and values in turn. */
    static RolloutPlan plan(Object... namesAndValues) {
        Map<String, Object> posted = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            posted.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return RolloutPlan.of(posted);
    }

    static RolloutPlan attempts(int attempts) {
        return plan("attempts", attempts);
    }

    static RolloutPlan quietSeconds(int quietSeconds) {
        return plan("quietSeconds", quietSeconds);
    }

    static RolloutPlan overwrite() {
        return plan("overwrite", true);
    }

    static RolloutPlan allowDowngrade() {
        return plan("allowDowngrade", true);
    }

    static RolloutPlan successOnProgress100() {
        return plan("successOn", "progress-100");
    }

    DeviceStory after(long seconds) {
        now = now.plusSeconds(seconds);
        return this;
    }

    DeviceStory at(long seconds) {
        now = START.plusSeconds(seconds);
        return this;
    }

    Instant now() {
        return now;
    }

    /** @return the task of the batch; null if the device got none. Its ID is the batch's and 100. */
    Task assign(Batch batch) {
        tasks.assign(state, batch, now);
        state.tasks().stream().filter(task -> task.id == 0).forEach(task -> task.id = 100 + task.batch.id());
        return task(batch.id());
    }

    /** @return what to publish, of a task whose ID is given as by {@link #assign} */
    PushOrder assignAndPush(Batch batch) {
        PushOrder order = tasks.assignAndPush(state, batch, now);
        state.tasks().stream().filter(task -> task.id == 0).forEach(task -> task.stored(100 + task.batch.id()));
        return order == null || order.taskId() != 0 ? order : order.ofTask(100 + order.batchId());
    }

    Task task(long batchId) {
        return state.tasks().stream().filter(task -> task.batch.id() == batchId).findFirst().orElse(null);
    }

    ModuleState module() {
        return state.modules().get(MODULE);
    }

    PushOrder inform(String version) {
        return tasks.inform(state, new Inform("7", version, MODULE), now);
    }

    /** After a reconnect: the broker may have sent it before. */
    PushOrder informMaybeRepeated(String id, String version) {
        return tasks.inform(state, new Inform(id, version, MODULE).asHeld(true), now);
    }

    PushOrder due(Task task) {
        return tasks.due(state, task.id, now);
    }

    /** What was on its way is forgotten, recorded or not. */
    void processKilled() {
        state.tasks().forEach(task -> {
            task.underway = Task.Underway.NO;
            task.underwaySince = null;
        });
    }

    /** As another process sees it that shares the tables. */
    PushOrder informElsewhere(String version) {
        Map<Task, Task.Underway> here = new HashMap<>();
        state.tasks().forEach(task -> {
            here.put(task, task.underway);
            task.underway = Task.Underway.NO;
        });
        PushOrder order = inform(version);
        here.forEach((task, underway) -> task.underway = underway);
        return order;
    }

    void pushed(PushOrder order) {
        pushed(order, 0);
    }

    void pushed(PushOrder order, int reasonCode) {
        tasks.pushed(state, order, reasonCode, now);
    }

    void refused(PushOrder order, int reasonCode) {
        tasks.pushRefused(state, order, reasonCode, now);
    }

    void progress(int step) {
        progress("1", step, null, null);
    }

    void progress(String id, int step, String desc, String strategy) {
        progress.progress(state, new Progress(id, step, desc, MODULE, strategy), now);
    }

    void progressOf(String module, int step, String strategy) {
        progress.progress(state, new Progress("1", step, null, module, strategy), now);
    }

    PushOrder ask() {
        return tasks.ask(state, MODULE, now);
    }

    void online() {
        tasks.online(state, now);
    }

    PushOrder letGo(Task task, int stage) {
        return tasks.letGo(state, task.id, stage, now);
    }

    PushOrder pushByHand(Task task) {
        return tasks.pushByHand(state, task.id, now);
    }

    void retry(Task task) {
        tasks.retry(state, task.id, now);
    }

    void cancel(Task task, boolean force) {
        tasks.cancel(state, task.id, force, now);
    }

    void timeOut(Task task) {
        tasks.timeOut(state, task.id, now);
    }

    void remove() {
        tasks.remove(state, now);
    }

    /** A device at 1.0.0 with a task of batch 1 to 2.0.0 that has just been pushed. */
    Task pushedTask(RolloutPlan plan) {
        inform("1.0.0");
        Task task = assign(batch(1, "2.0.0", plan));
        pushed(due(task));
        heard();
        return task;
    }

    Task pushedTask() {
        return pushedTask(RolloutPlan.DEFAULT);
    }

    /** @return the types of the events since this was last asked */
    List<String> heard() {
        List<String> types = state.events().subList(heard, state.events().size()).stream().map(Event::type).toList();
        heard = state.events().size();
        return types;
    }

    Event lastEvent() {
        return state.events().get(state.events().size() - 1);
    }

    HistoryEntry lastHistory() {
        return state.history().get(state.history().size() - 1);
    }

    /** @return what the counters of a batch's tasks in a status have come to, in all stages */
    long count(long batchId, String status) {
        return state.counts().entrySet().stream().filter(count -> count.getKey().batchId() == batchId && count.getKey().status().equals(status))
                .mapToLong(Map.Entry::getValue).sum();
    }

    /** @return the same in one stage; 0: before any */
    long count(long batchId, String status, int stage) {
        return state.counts().getOrDefault(new DeviceState.Count(batchId, status, stage), 0L);
    }

    static Duration sinceStart(Instant instant) {
        return Duration.between(START, instant);
    }
}
