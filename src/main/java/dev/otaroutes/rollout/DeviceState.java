package dev.otaroutes.rollout;

import dev.otaroutes.message.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A device as its rows say, while messages are decided about, and what they make of it: changed tasks and modules, events,
 * history, counts. The store reads it, the {@link TaskRules} change it, the store writes it. Not for use by several threads.
 */
public final class DeviceState {
    /** Tasks of a batch in a status, or rolled back, by the stage that let them go: by how many the number changes. */
    public record Count(long batchId, String status, int stage) implements Comparable<Count> {
        private static final Comparator<Count> ORDER = Comparator.comparingLong(Count::batchId).thenComparing(Count::status).thenComparingInt(Count::stage);

        @Override
        public int compareTo(Count other) {
            return ORDER.compare(this, other);
        }
    }

    /** A success, by how long it took from the first push. */
    public record Success(long batchId, int bucket) implements Comparable<Success> {
        private static final Comparator<Success> ORDER = Comparator.comparingLong(Success::batchId).thenComparingInt(Success::bucket);

        @Override
        public int compareTo(Success other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * Tasks that have failed now.
     *
     * @param fromVersion what the device ran before; empty where it is unknown
     * @param message     the device's words; empty for none
     */
    public record Failure(long batchId, String reason, String fromVersion, String message) implements Comparable<Failure> {
        @Override
        public int compareTo(Failure other) {
            return Comparator.comparingLong(Failure::batchId).thenComparing(Failure::reason).thenComparing(Failure::fromVersion)
                    .thenComparing(Failure::message).compare(this, other);
        }
    }

    static final String ROLLED_BACK = "rolled-back";

    private final DeviceId id;
    private final long storedSequence;
    private final long storedHistoryCount;
    private final Map<String, ModuleState> modules = new LinkedHashMap<>();
    private final List<Task> tasks = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<HistoryEntry> history = new ArrayList<>();
    private final Map<Count, Long> counts = new HashMap<>();
    private final Map<Success, Long> successes = new HashMap<>();
    private final Map<Failure, Long> failures = new HashMap<>();
    private final List<Batch> offers = new ArrayList<>();
    private final Set<Long> held = new HashSet<>();
    private final Set<Long> heldByHand = new HashSet<>();
    private final Set<Long> reopened = new HashSet<>();
    private final List<String> outcomes = new ArrayList<>();
    private long sequence;
    private long historyCount;
    private boolean removed;

    /**
     * @param sequence     of the device's last event; 0 before the first
     * @param historyCount entries so far that belong to no task
     */
    public DeviceState(DeviceId id, long sequence, long historyCount) {
        this(id, sequence, sequence, historyCount);
    }

    /** @param storedSequence what its row says: where that has gone ahead, an event is to follow, or it has to be set back */
    public DeviceState(DeviceId id, long sequence, long storedSequence, long historyCount) {
        this.id = id;
        this.storedSequence = storedSequence;
        this.storedHistoryCount = historyCount;
        this.sequence = sequence;
        this.historyCount = historyCount;
    }

    public void addModule(ModuleState module) {
        modules.put(module.module, module);
    }

    /** Adds a task as it is stored. Unfinished ones have to be complete; of the finished ones only those a message may mean. */
    public void addTask(Task task) {
        tasks.add(task);
        if (tasks.size() > 1) {
            tasks.sort(Comparator.comparingLong(t -> t.batch.id()));
        }
    }

    /** A dynamic batch for a module without an unfinished task, which the device may have a task of now. */
    public void offer(Batch batch) {
        offers.add(batch);
    }

    public List<Batch> offers() {
        return offers;
    }

    /** @return in the order of the batches */
    List<Batch> offers(String module) {
        return offers.stream().filter(batch -> batch.module().equals(module)).sorted(Comparator.comparingLong(Batch::id)).toList();
    }

    /**
     * Says that nothing of a batch is pushed for the first time.
     *
     * @param byHand whether not by an operator's hand either: the batch is paused, or about to cancel its tasks; false where it was canceled
     */
    public void hold(long batchId, boolean byHand) {
        held.add(batchId);
        if (byHand) {
            heldByHand.add(batchId);
        }
    }

    /** Says that a task of a batch has begun anew: if the batch is over, it goes on. */
    void reopen(long batchId) {
        reopened.add(batchId);
    }

    /** @return batches that are not over any more */
    public Set<Long> reopened() {
        return reopened;
    }

    boolean held(long batchId) {
        return held.contains(batchId);
    }

    boolean heldByHand(long batchId) {
        return heldByHand.contains(batchId);
    }

    public DeviceId id() {
        return id;
    }

    public long sequence() {
        return sequence;
    }

    public long historyCount() {
        return historyCount;
    }

    /** @return whether the device's own row has to be written */
    public boolean changed() {
        return sequence != storedSequence || historyCount != storedHistoryCount;
    }

    public boolean removed() {
        return removed;
    }

    /** @return whether nothing of it has to be written, nor told */
    public boolean untouched() {
        return !changed() && events.isEmpty() && !removed && reopened.isEmpty() && outcomes.isEmpty() && tasks.stream().noneMatch(Task::changed)
                && modules.values().stream().noneMatch(ModuleState::changed);
    }

    public Map<String, ModuleState> modules() {
        return modules;
    }

    public List<Task> tasks() {
        return tasks;
    }

    public List<Event> events() {
        return events;
    }

    public List<HistoryEntry> history() {
        return history;
    }

    public Map<Count, Long> counts() {
        return counts;
    }

    public Map<Success, Long> successes() {
        return successes;
    }

    /** @return by how many the numbers of tasks that have failed change */
    public Map<Failure, Long> failures() {
        return failures;
    }

    /** @return names of what messages came to, where that is worth counting */
    public List<String> outcomes() {
        return outcomes;
    }

    /** @return the unfinished tasks of a module in the order of their batches */
    List<Task> open(String module) {
        return tasks.stream().filter(t -> t.open() && t.batch.module().equals(module)).toList();
    }

    /** @return the task whose turn it is: the one in progress, else the first that waits; null if there is none */
    Task head(String module) {
        Task first = null;
        for (Task task : tasks) {
            if (task.open() && task.batch.module().equals(module)) {
                if (task.inProgress()) {
                    return task;
                }
                first = first == null ? task : first;
            }
        }
        return first;
    }

    /** @return null if there is none */
    Task task(long taskId) {
        return tasks.stream().filter(t -> t.id == taskId && t.id != 0).findFirst().orElse(null);
    }

    void event(String type, Instant at, String module, Task task, Map<String, Object> data) {
        events.add(new Event(type, at, ++sequence, module, task, data));
    }

    /** @param task null for what belongs to none */
    void history(Task task, Instant at, String type, Integer step, String version, String messageId, String detail) {
        long number;
        if (task == null) {
            number = historyCount++;
        } else {
            number = task.historyCount++;
            task.changed = true;
        }
        history.add(new HistoryEntry(task, number, at, type, task == null ? null : task.status.text(), step, version, messageId, detail));
    }

    void count(Task task, String status, long change) {
        counts.merge(new Count(task.batch.id(), status, task.stage), change, Long::sum);
    }

    void succeededAfter(long batchId, Duration sinceFirstPush) {
        successes.merge(new Success(batchId, DurationBuckets.ofMillis(sinceFirstPush.toMillis())), 1L, Long::sum);
    }

    /** @param task failed. @param change 1: now; -1: it begins anew */
    void countFailure(Task task, long change) {
        failures.merge(new Failure(task.batch.id(), task.reason, task.fromVersion == null ? "" : task.fromVersion,
                task.deviceDesc == null ? "" : task.deviceDesc), change, Long::sum);
    }

    void outcome(String name) {
        outcomes.add(name);
    }

    void remove() {
        removed = true;
    }
}
