package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.TaskStatus.PENDING;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.Inform;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * What an inform, a due time and the broker's answer to a push make of a device's tasks (domain.md, Task states). Pure: reads and
 * changes the {@link DeviceState} and nothing else. Each may come twice, late or out of order.
 */
public final class TaskRules {
    /** An attempt ends when it has been pushed this often. */
    static final int PUSHES_PER_ATTEMPT = 10;
    /** The gaps between pushes of one attempt double up to this. */
    static final Duration LONGEST_GAP = Duration.ofHours(1);
    /** A push of which nothing more is heard is repeated after this long: the process that had it may be gone. */
    static final Duration PUSH_LEASE = Duration.ofSeconds(60);
    static final int REFUSALS = 3;
    static final Duration REFUSAL_PAUSE = Duration.ofSeconds(5);
    /** From a hint that a device is online to the push: it connects, and only then subscribes. */
    static final Duration ONLINE_PAUSE = Duration.ofSeconds(2);
    /** How far apart the clocks of instances may be (domain.md, Bad input, and our own failures). */
    static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);
    /** MQTT 5: the publish was taken, but nobody has subscribed. */
    static final int NO_MATCHING_SUBSCRIBERS = 0x10;

    private final VersionOrder versions;
    private final BooleanSupplier informEvents;
    private final boolean lasting;

    /** @param informEvents whether somebody wants an event for each inform */
    public TaskRules(VersionOrder versions, BooleanSupplier informEvents) {
        this.versions = versions;
        this.informEvents = informEvents;
        lasting = versions == VersionOrder.numbers();
    }

    /** @return whether what has been decided stands: an integrator's version order may be another after the next start */
    public boolean areLasting() {
        return lasting;
    }

    /** @return what to publish in answer; null for nothing */
    public PushOrder inform(DeviceState device, Inform inform, Instant now) {
        String version = inform.version();
        ModuleState module = device.modules().computeIfAbsent(inform.module(), name -> new ModuleState(name, false));
        boolean isTarget = device.open(module.module).stream().anyMatch(t -> t.batch.toVersion().equals(version));
        if (!isTarget && module.lateAfterSuccess(version, now)) {
            device.history(device.task(module.successTaskId), now, "inform-late", null, version, inform.id(), null);
            device.outcome("inform-late");
            return null;
        }
        String before = module.version;
        boolean repeated = inform.mayBeRepeated() && version.equals(before) && Objects.equals(inform.id(), module.informId);
        report(device, module, inform, now);
        if (!isTarget && module.undoesSuccess(version)) {
            rolledBack(device, module, now);
        }
        for (Task task : device.open(module.module)) {
            if (task.batch.toVersion().equals(version)) {
                TaskChanges.succeed(device, task, before, now);
            } else if (task.status == PENDING && downgrade(task, version)) {
                TaskChanges.cancel(device, task, Reason.DOWNGRADE, now);
            }
        }
        for (Batch offered : device.offers(module.module)) {
            if (device.head(module.module) == null) {
                assign(device, offered, now);
            }
        }
        Task head = device.head(module.module);
        if (head == null) {
            return null;
        }
        if (head.inProgress()) {
            boolean attemptEnded = head.step != null && head.step == 100;
            Instant quietUntil = lastNews(head).plusSeconds(head.batch.plan().quietSeconds());
            // What ran before the upgrade is no mismatch when it is only delivered again, after a kill or a lost connection.
            if ((!attemptEnded || repeated) && !now.isAfter(quietUntil)) {
                head.dueAt = now.plusSeconds(head.batch.plan().quietSeconds());
                device.history(head, now, "inform-deferred", null, version, inform.id(), null);
                return null;
            }
        }
        PushOrder order = push(device, module.module, inform.held(), now);
        if (order == null && head.underway == Task.Underway.ASKED_AGAIN) {
            device.history(head, now, "inform-deferred", null, version, inform.id(), null);
        }
        return order;
    }

    /** The device asks for what waits for it (protocol.md §5). @return what to answer; null for nothing */
    public PushOrder ask(DeviceState device, String module, Instant now) {
        Task head = device.head(module);
        if (head != null && head.inProgress()) {
            ModuleState state = device.modules().get(module);
            String runs = state == null ? null : state.runs();
            if (downgrade(head, runs) || runs != null && !head.batch.appliesTo(runs)) {
                // What it runs now would be older afterwards, or broken: the inform that said so ends the task in its time.
                return null;
            }
            return new PushOrder(device.id(), module, head.id, head.pushNumber, head.batch.id(), head.batch.packageId(), true, true);
        }
        if (head == null) {
            return null;
        }
        // It is answered where it asked, whatever is on its way to where it listens.
        head.underway = head.underway == Task.Underway.NO ? Task.Underway.NO : Task.Underway.LET_GO;
        // A device that hears nothing asks again.
        PushOrder order = push(device, module, true, now);
        if (order == null) {
            TaskChanges.pulled(device.head(module));
        }
        return order;
    }

    /** @return what to publish; null for nothing */
    public PushOrder due(DeviceState device, long taskId, Instant now) {
        Task task = device.task(taskId);
        if (task == null || !task.open() || task.dueAt == null) {
            return null;
        }
        if (task != device.head(task.batch.module()) || progresses(task, now)) {
            task.dueAt = null;
            task.changed = true;
            return null;
        }
        return push(device, task.batch.module(), false, now);
    }

    /** @return whether the device has said within quietSeconds that it is at work: other news than the inform that was to be acted on now */
    private static boolean progresses(Task task, Instant now) {
        return task.inProgress() && task.step != null && task.step != 100 && task.progressAt != null
                && now.isBefore(task.progressAt.plusSeconds(task.batch.plan().quietSeconds()));
    }

    /**
     * Somebody says that the device is online (protocol.md §9): what waits for nothing but the device goes soon, also what was pushed and
     * never answered, with the gaps between its pushes. A hint and no more: it ends no attempt, and one that comes twice changes nothing.
     */
    public void online(DeviceState device, Instant now) {
        device.tasks().stream().map(task -> task.batch.module()).distinct().toList().forEach(module -> {
            Task head = device.head(module);
            if (head == null || !head.batch.push() || head.dueAt != null) {
                return;
            }
            if (head.waiting == Task.Waiting.ABSENT) {
                // Its plan lets it go again, as after an inform.
                TaskChanges.holdBack(device, head, Task.Waiting.UNASKED);
                return;
            }
            boolean waits = head.status == PENDING && head.waiting == Task.Waiting.NO;
            boolean unanswered = head.status == TaskStatus.PUSHED && head.pushes < PUSHES_PER_ATTEMPT && !now.isBefore(head.pushedAt.plus(gap(head)));
            if (waits || unanswered) {
                wait(head, now.plus(ONLINE_PAUSE));
            }
        });
    }

    /**
     * Goes on with the task whose turn it is, and with the next ones if that ends it. A push that is on its way already will do.
     *
     * @param held whether the broker sends again what leads to this, if it is not done
     */
    private PushOrder push(DeviceState device, String module, boolean held, Instant now) {
        ModuleState state = device.modules().get(module);
        String version = state == null ? null : state.version;
        String runs = state == null ? null : state.runs();
        for (Task task = device.head(module); task != null; task = device.head(module)) {
            if (downgrade(task, runs)) {
                TaskChanges.cancel(device, task, Reason.DOWNGRADE, now);
            } else if (!task.inProgress() && task.batch.toVersion().equals(version)) {
                // Begun anew for a device that has come to run the target meanwhile.
                TaskChanges.succeed(device, task, null, now);
            } else if (runs != null && !task.batch.appliesTo(runs)) {
                // Also where it has been told already: the patch would break what it has come to run since.
                TaskChanges.fail(device, task, Reason.VERSION_MISMATCH, now);
            } else if (!task.inProgress()) {
                if (!task.batch.sourceVersions().isEmpty() && runs == null) {
                    // A patch for who knows what: the device's first inform will tell.
                    if (task.batch.plan().countsFirstPushes()) {
                        TaskChanges.holdBack(device, task, Task.Waiting.ABSENT);
                    }
                    wait(task, null);
                    return null;
                }
                if (!mayGo(device, task, now)) {
                    return null;
                }
                if (task.firstPushedAt == null && version != null && !version.equals(task.fromVersion)) {
                    task.fromVersion = version;
                    task.changed = true;
                }
                return orderOnce(device, task, held, now);
            } else if (task.step != null && task.step == 100) {
                TaskChanges.endAttempt(device, task, Reason.VERSION_MISMATCH, now);
            } else if (task.pushes >= PUSHES_PER_ATTEMPT) {
                TaskChanges.endAttempt(device, task, Reason.TIMEOUT, now);
            } else {
                Instant next = task.pushedAt == null ? now : task.pushedAt.plus(gap(task));
                if (now.isBefore(next)) {
                    task.dueAt = next;
                    task.changed = true;
                    return null;
                }
                return orderOnce(device, task, held, now);
            }
        }
        return null;
    }

    private static PushOrder orderOnce(DeviceState device, Task task, boolean held, Instant now) {
        if (task.underway == Task.Underway.NO || task.underway == Task.Underway.LET_GO) {
            PushOrder order = order(device, task, held, now);
            task.underway = order == null ? Task.Underway.NO : Task.Underway.YES;
            task.underwaySince = order == null ? null : now;
            return order;
        }
        task.underway = Task.Underway.ASKED_AGAIN;
        if (task.dueAt == null || !task.dueAt.isAfter(now)) {
            // Should the process end before the broker has answered, nobody would remember what asks now.
            wait(task, now.plus(PUSH_LEASE));
        }
        return null;
    }

    /**
     * Pause, plan and window hold every first push, whatever led to it, and the plan also one of a later attempt that has given its place in
     * a stage back; the pause between attempts holds the others.
     */
    private static boolean mayGo(DeviceState device, Task task, Instant now) {
        if (task.notBefore != null && now.isBefore(task.notBefore)) {
            wait(task, task.notBefore);
            return false;
        }
        if (task.firstPushedAt != null && task.waiting == Task.Waiting.NO) {
            return true;
        }
        if (device.held(task.batch.id()) || task.waiting != Task.Waiting.NO && task.underway == Task.Underway.NO) {
            if (task.underway == Task.Underway.YES) {
                task.underway = Task.Underway.ASKED_AGAIN;
            }
            TaskChanges.holdBack(device, task, task.waiting == Task.Waiting.PULLED ? Task.Waiting.PULLED
                    : task.batch.push() ? Task.Waiting.UNASKED : Task.Waiting.ASKED);
            wait(task, null);
            return false;
        }
        DailyWindow window = task.batch.plan().window();
        if (window != null && !window.isOpen(now)) {
            wait(task, window.opensAfter(now));
            return false;
        }
        return true;
    }

    private static void wait(Task task, Instant until) {
        task.changed |= !Objects.equals(task.dueAt, until);
        task.dueAt = until;
    }

    /**
     * The plan lets a task go.
     *
     * @param stage of the plan, from 1; 0 if it has none
     * @return what to publish; null for nothing
     */
    public PushOrder letGo(DeviceState device, long taskId, int stage, Instant now) {
        Task task = device.task(taskId);
        if (task == null || task.waiting == Task.Waiting.NO || task.underway != Task.Underway.NO || device.held(task.batch.id())) {
            return null;
        }
        if (task.status != PENDING) {
            // What held it has been overtaken by the device.
            task.waiting = Task.Waiting.NO;
            task.changed = true;
            return null;
        }
        boolean itsTurn = task == device.head(task.batch.module());
        boolean counts = task.batch.plan().countsFirstPushes();
        if (!itsTurn && counts) {
            // Else all that wait behind a batch would go at once when that one is canceled, whatever their own plan says.
            TaskChanges.holdBack(device, task, Task.Waiting.BEHIND);
            return null;
        }
        if (!itsTurn || counts) {
            boolean pulled = task.waiting == Task.Waiting.PULLED;
            TaskChanges.letGo(device, task, stage);
            PushOrder order = itsTurn ? push(device, task.batch.module(), false, now) : null;
            return order != null && pulled && order.taskId() == taskId ? order.asPulled() : order;
        }
        // Each write of a task costs: it goes on waiting in its row until the broker has answered, so that after a kill it is found again.
        task.underway = Task.Underway.LET_GO;
        PushOrder order = push(device, task.batch.module(), false, now);
        if (task.underway == Task.Underway.LET_GO) {
            task.underway = Task.Underway.NO;
            TaskChanges.letGo(device, task, stage);
        }
        return order;
    }

    /**
     * What has just been made for a device most often stays as it is until its time has come. Where first pushes are counted each is a
     * decision that is written, and where the device has more to do it may be another's turn then.
     *
     * @param device with its modules, or nothing of these has changed
     * @return whether {@link #letGo} would push the task for the first time and change nothing else, as long as nothing of the device changes,
     *         the batch is not held and its window is open
     */
    public boolean isReady(DeviceState device, Task task) {
        ModuleState module = device.modules().get(task.batch.module());
        String version = module == null ? null : module.version;
        String runs = module == null ? null : module.runs();
        boolean untold = task.status == PENDING && task.waiting == Task.Waiting.UNASKED && task.pushNumber == 0 && task.firstPushedAt == null
                && task.notBefore == null && task.dueAt == null;
        boolean fits = !downgrade(task, runs) && !task.batch.toVersion().equals(version)
                && (task.batch.sourceVersions().isEmpty() || runs != null && task.batch.appliesTo(runs));
        return untold && fits && !task.batch.plan().countsFirstPushes() && device.open(task.batch.module()).equals(List.of(task))
                && (version == null || version.equals(task.fromVersion));
    }

    /** @return what to publish for a task that is {@linkplain #isReady ready} */
    public PushOrder readyOrder(DeviceId device, long taskId, Batch batch) {
        return new PushOrder(device, batch.module(), taskId, 1, batch.id(), batch.packageId());
    }

    /**
     * An operator pushes a task by hand: a finished one begins anew, an unfinished one goes at once, whatever window and rate say.
     *
     * @return what to publish; null if the batch is paused, its stage has not come, another task goes first, it has succeeded, or the
     *         package is not for what the device runs
     */
    public PushOrder pushByHand(DeviceState device, long taskId, Instant now) {
        Task task = device.task(taskId);
        if (task == null || task.status == TaskStatus.SUCCEEDED || device.heldByHand(task.batch.id())) {
            return null;
        }
        boolean stageToCome = task.stage == 0 && task.firstPushedAt == null && !task.batch.plan().stages().isEmpty();
        Task head = device.head(task.batch.module());
        if (stageToCome || head != null && head != task && (head.inProgress() || head.batch.id() < task.batch.id())) {
            return null;
        }
        ModuleState module = device.modules().get(task.batch.module());
        String version = module == null ? null : module.version;
        String runs = module == null ? null : module.runs();
        boolean unfit = task.batch.toVersion().equals(version) || downgrade(task, runs)
                || !task.batch.sourceVersions().isEmpty() && (runs == null || !task.batch.appliesTo(runs));
        if (unfit) {
            return null;
        }
        if (!task.open()) {
            int stage = task.stage;
            TaskChanges.again(device, task, now);
            // It keeps its place: else another device would go in it, and what becomes of this one would count nowhere.
            TaskChanges.letGo(device, task, stage);
            device.reopen(task.batch.id());
        }
        task.waiting = Task.Waiting.NO;
        task.notBefore = null;
        task.changed = true;
        return order(device, task, false, now);
    }

    /** An operator has a batch tried again: a task of it that failed or was canceled begins anew, and one whose device has rolled back. */
    public void retry(DeviceState device, long taskId, Instant now) {
        Task task = device.task(taskId);
        if (task != null && (task.status == TaskStatus.FAILED || task.status == TaskStatus.CANCELED || rolledBack(device, task))) {
            TaskChanges.again(device, task, now);
            TaskChanges.wakeNext(device, task.batch.module(), now);
        }
    }

    /** @return whether the device went back after the task's success, and has come to run neither the target nor a later version since */
    private boolean rolledBack(DeviceState device, Task task) {
        if (task.status != TaskStatus.SUCCEEDED || task.waiting != Task.Waiting.ROLLED_BACK) {
            return false;
        }
        ModuleState module = device.modules().get(task.batch.module());
        String runs = module == null ? null : module.runs();
        return !task.batch.toVersion().equals(runs) && !downgrade(task, runs);
    }

    /** @param force whether a task is canceled, too, that the device has been told of: what it still reports is history */
    public void cancel(DeviceState device, long taskId, boolean force, Instant now) {
        Task task = device.task(taskId);
        if (task != null && (task.status == PENDING || force && task.open())) {
            TaskChanges.cancel(device, task, Reason.BATCH_CANCELED, now);
        }
    }

    /** Ends the attempt of a task whose device has said nothing for too long since its first push or its last progress. */
    public void timeOut(DeviceState device, long taskId, Instant now) {
        Task task = device.task(taskId);
        if (task == null || !task.inProgress()) {
            return;
        }
        Instant news = later(task.attemptPushedAt, task.progressAt);
        if (news != null && !now.isBefore(news.plus(Duration.ofMinutes(task.batch.plan().timeoutMinutes())))) {
            TaskChanges.endAttempt(device, task, Reason.TIMEOUT, now);
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a == null || b != null && b.isAfter(a) ? b : a;
    }

    private static PushOrder order(DeviceState device, Task task, boolean held, Instant now) {
        if (task.pushNumber >= PushOrder.PUSHES_PER_TASK) {
            TaskChanges.fail(device, task, Reason.PUSH_FAILED, now);
            return null;
        }
        // Each write of a task costs: what the broker would send again, or the plan find waiting, needs no lease; one just taken is good enough.
        boolean again = (held || task.waiting != Task.Waiting.NO) && task.dueAt == null;
        if (!again && !leased(task, now)) {
            task.dueAt = now.plus(PUSH_LEASE);
            task.changed = true;
        }
        return new PushOrder(device.id(), task.batch.module(), task.id, task.pushNumber + 1, task.batch.id(), task.batch.packageId());
    }

    private static boolean leased(Task task, Instant now) {
        return task.dueAt != null && task.dueAt.isAfter(now.plus(PUSH_LEASE.dividedBy(2))) && !task.dueAt.isAfter(now.plus(PUSH_LEASE));
    }

    /** The broker took the push. */
    public void pushed(DeviceState device, PushOrder order, int reasonCode, Instant now) {
        Task task = device.task(order.taskId());
        boolean askedAgain = task != null && task.underway == Task.Underway.ASKED_AGAIN;
        if (task != null) {
            task.underway = Task.Underway.NO;
        }
        if (task == null || !task.open() || order.pushNumber() <= task.pushNumber) {
            device.outcome("pushed-late");
            return;
        }
        task.changed = true;
        boolean answered = task.attemptPushedAt == null && task.status == TaskStatus.UPGRADING;
        if (!answered) {
            task.dueAt = null;
        }
        task.refusals = 0;
        if (reasonCode == NO_MATCHING_SUBSCRIBERS) {
            device.history(task, now, "push-unheard", null, null, String.valueOf(order.messageId()), null);
            boolean askedElsewhere = heldBackElsewhere(device, task);
            if (!task.batch.plan().countsFirstPushes()) {
                task.waiting = Task.Waiting.NO;
            }
            if (askedAgain) {
                // It came while the broker said that it was not there.
                task.dueAt = now;
            } else if (askedElsewhere) {
                wait(task, now.plus(ONLINE_PAUSE));
            } else if (task.status == PENDING && (task.stage > 0 || task.firstPushedAt == null && task.batch.plan().countsFirstPushes())) {
                if (order.pulled()) {
                    // It is answered when it asks again; if it has not until then, it is not there either.
                    wait(task, now.plus(Duration.ofMinutes(task.batch.plan().timeoutMinutes())));
                } else {
                    // A device that is not there takes no place in a stage, in whichever attempt: nothing would end it, and the stage with it.
                    TaskChanges.holdBack(device, task, Task.Waiting.ABSENT);
                }
            }
            return;
        }
        task.pushNumber = order.pushNumber();
        task.pushes++;
        task.pushedAt = now;
        task.notBefore = null;
        task.waiting = Task.Waiting.NO;
        if (task.attemptPushedAt == null) {
            task.attemptPushedAt = now;
        }
        if (task.firstPushedAt == null) {
            task.firstPushedAt = now;
        }
        TaskChanges.pushed(device, task, now);
        if (askedAgain && !answered) {
            // As for an inform that comes soon after a push.
            task.dueAt = now.plusSeconds(task.batch.plan().quietSeconds());
        }
    }

    /**
     * Another instance, which does not know what is on its way, takes a task for waiting that has been let go. @return whether one may have
     * left an inform unanswered for that
     */
    private static boolean heldBackElsewhere(DeviceState device, Task task) {
        ModuleState module = device.modules().get(task.batch.module());
        return task.waiting != Task.Waiting.NO && task.underwaySince != null && module != null && module.reportedAt != null
                && !module.reportedAt.isBefore(task.underwaySince.minus(CLOCKS_DIFFER));
    }

    /** The broker refused the push for good, with a reason code of 0x80 or above. */
    public void pushRefused(DeviceState device, PushOrder order, int reasonCode, Instant now) {
        Task task = device.task(order.taskId());
        if (task != null) {
            task.underway = Task.Underway.NO;
        }
        if (task == null || !task.open() || order.pushNumber() <= task.pushNumber) {
            return;
        }
        task.refusals++;
        task.changed = true;
        if (!task.batch.plan().countsFirstPushes()) {
            task.waiting = Task.Waiting.NO;
        }
        device.history(task, now, "push-refused", null, null, String.valueOf(order.messageId()),
                String.format("reason code 0x%02x", reasonCode));
        if (task.refusals >= REFUSALS) {
            TaskChanges.fail(device, task, Reason.PUSH_FAILED, now);
        } else {
            task.dueAt = now.plus(REFUSAL_PAUSE);
        }
    }

    /** Gives the device a task of the batch, unless it has one or runs the target already. */
    public void assign(DeviceState device, Batch batch, Instant now) {
        if (device.tasks().stream().anyMatch(t -> t.batch.id() == batch.id() && t.batch.module().equals(batch.module()))) {
            return;
        }
        ModuleState module = device.modules().get(batch.module());
        String version = module == null ? null : module.version;
        if (batch.toVersion().equals(version)) {
            return;
        }
        Task task = new Task(batch, now);
        task.fromVersion = version;
        TaskChanges.create(device, task, now);
        if (downgrade(task, module == null ? null : module.runs())) {
            TaskChanges.cancel(device, task, Reason.DOWNGRADE, now);
            return;
        }
        if (device.open(batch.module()).stream().anyMatch(t -> t.batch.id() > batch.id() && t.batch.plan().overwrite())) {
            TaskChanges.cancel(device, task, Reason.OVERTAKEN, now);
            return;
        }
        if (batch.plan().overwrite()) {
            for (Task earlier : device.open(batch.module())) {
                if (earlier.batch.id() < batch.id()) {
                    TaskChanges.cancel(device, earlier, Reason.OVERTAKEN, now);
                }
            }
        }
        if (device.head(batch.module()) == task) {
            TaskChanges.wakeNext(device, batch.module(), now);
        }
    }

    /** As {@link #assign}; what is due at once goes with it, in one write of the task. @return what to publish; null for nothing */
    public PushOrder assignAndPush(DeviceState device, Batch batch, Instant now) {
        Task before = device.head(batch.module());
        assign(device, batch, now);
        Task head = device.head(batch.module());
        return head == null || head == before || head.id != 0 || head.dueAt == null ? null : push(device, batch.module(), false, now);
    }

    /** Ends what the device had to do. */
    public void cancelAll(DeviceState device, Reason reason, Instant now) {
        for (Task task : device.tasks()) {
            if (task.open()) {
                TaskChanges.cancel(device, task, reason, now);
            }
        }
    }

    /** Ends what the device had to do; its rows are deleted with it. */
    public void remove(DeviceState device, Instant now) {
        cancelAll(device, Reason.DEVICE_REMOVED, now);
        device.remove();
    }

    private void report(DeviceState device, ModuleState module, Inform inform, Instant now) {
        String version = inform.version();
        if (informEvents.getAsBoolean()) {
            device.event("inform", now, module.module, null, Map.of("version", version));
        }
        if (!version.equals(module.version)) {
            Map<String, Object> data = new HashMap<>();
            data.put("fromVersion", module.version);
            data.put("toVersion", version);
            device.event("version.changed", now, module.module, null, data);
        }
        module.version = version;
        module.informId = inform.id();
        module.reportedAt = now;
        module.changed = true;
    }

    private static void rolledBack(DeviceState device, ModuleState module, Instant now) {
        Task task = device.task(module.successTaskId);
        if (task != null) {
            TaskChanges.rolledBack(device, task, now);
        }
        module.successTaskId = null;
    }

    private boolean downgrade(Task task, String version) {
        return !task.batch.plan().allowDowngrade() && version != null
                && versions.compare(task.batch.toVersion(), version).orElse(0) < 0;
    }

    private static Instant lastNews(Task task) {
        Instant news = later(task.pushedAt, task.progressAt);
        return news == null ? Instant.MIN : news;
    }

    private static Duration gap(Task task) {
        Duration quiet = Duration.ofSeconds(task.batch.plan().quietSeconds());
        Duration doubled = quiet.multipliedBy(1L << Math.max(0, task.pushes - 1));
        Duration longest = quiet.compareTo(LONGEST_GAP) > 0 ? quiet : LONGEST_GAP;
        return doubled.compareTo(longest) > 0 ? longest : doubled;
    }
}
