package dev.otaroutes.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The steps from one state of a task to the next, each with its event, history and counts (domain.md, Task states). */
final class TaskChanges {
    private TaskChanges() {
    }

    static void create(DeviceState device, Task task, Instant now) {
        task.changed = true;
        device.addTask(task);
        if (task.batch.plan().holdsFirstPushes()) {
            task.waiting = Task.Waiting.UNASKED;
        }
        device.count(task, task.status.text(), 1);
        record(device, task, "created", now);
        event(device, task, "task.created", now);
    }

    static void progress(DeviceState device, Task task, Instant now) {
        move(device, task, TaskStatus.UPGRADING);
        task.notBefore = null;
        task.waiting = Task.Waiting.NO;
        event(device, task, "task.progress", now);
    }

    static void pushed(DeviceState device, Task task, Instant now) {
        if (task.status == TaskStatus.PENDING) {
            move(device, task, TaskStatus.PUSHED);
        }
        record(device, task, "pushed", now);
        event(device, task, "task.pushed", now);
    }

    /** @param versionBefore what the device ran before the report that makes this a success; null if unknown */
    static void succeed(DeviceState device, Task task, String versionBefore, Instant now) {
        finish(device, task, TaskStatus.SUCCEEDED, null);
        ModuleState module = device.modules().get(task.batch.module());
        if (module != null) {
            module.successTaskId = task.id;
            module.successVersion = task.batch.toVersion();
            module.successFromVersion = versionBefore != null ? versionBefore : task.fromVersion;
            module.successQuietUntil = now.plusSeconds(task.batch.plan().quietSeconds());
            module.changed = true;
        }
        if (task.firstPushedAt != null) {
            device.succeededAfter(task.batch.id(), Duration.between(task.firstPushedAt, now));
        }
        record(device, task, "succeeded", now);
        event(device, task, "task.succeeded", now);
    }

    static void fail(DeviceState device, Task task, Reason reason, Instant now) {
        finish(device, task, TaskStatus.FAILED, reason);
        device.countFailure(task, 1);
        record(device, task, "failed", now);
        event(device, task, "task.failed", now);
        wakeNext(device, task.batch.module(), now);
    }

    static void cancel(DeviceState device, Task task, Reason reason, Instant now) {
        finish(device, task, TaskStatus.CANCELED, reason);
        record(device, task, "canceled", now);
        event(device, task, "task.canceled", now);
        wakeNext(device, task.batch.module(), now);
    }

    /** Ends the attempt: the task has failed, or begins the next one now or later. */
    static void endAttempt(DeviceState device, Task task, Reason reason, Instant now) {
        RolloutPlan plan = task.batch.plan();
        Integer minutes = reason == Reason.VERSION_MISMATCH ? Integer.valueOf(0) : plan.retryMinutes();
        boolean batchHasEnded = plan.endAt() != null && !now.isBefore(plan.endAt());
        if (minutes == null || task.attempt >= plan.attempts() || batchHasEnded) {
            fail(device, task, reason, now);
            return;
        }
        beginAttempt(device, task, task.attempt + 1);
        if (minutes > 0) {
            task.notBefore = now.plus(Duration.ofMinutes(minutes));
            task.dueAt = task.batch.push() ? task.notBefore : null;
        }
        device.history(task, now, "retry", null, null, null, reason.text());
        Map<String, Object> data = data(task);
        data.put("reason", reason.text());
        device.event("task.retry", now, task.batch.module(), task, data);
    }

    /** A task that failed, was canceled or whose device rolled back begins anew, because an operator says so. */
    static void again(DeviceState device, Task task, Instant now) {
        if (task.status == TaskStatus.FAILED) {
            device.countFailure(task, -1);
        } else if (task.waiting == Task.Waiting.ROLLED_BACK) {
            device.count(task, DeviceState.ROLLED_BACK, -1);
        }
        beginAttempt(device, task, 1);
        task.reason = null;
        task.firstPushedAt = null;
        holdBack(device, task, task.batch.plan().holdsFirstPushes() ? Task.Waiting.UNASKED : Task.Waiting.NO);
        record(device, task, "retry", now);
        event(device, task, "task.retry", now);
    }

    private static void beginAttempt(DeviceState device, Task task, int attempt) {
        move(device, task, TaskStatus.PENDING);
        // progressAt and lastProgress stay: what is delivered again now is a repetition in the new attempt, too.
        task.attempt = attempt;
        // A push of the attempt before may be on its way, unrecorded: its number, and with it its message ID, is not given a second time.
        task.pushNumber++;
        task.underway = Task.Underway.NO;
        task.pushes = 0;
        task.refusals = 0;
        task.attemptPushedAt = null;
        task.notBefore = null;
        task.step = null;
        task.deviceDesc = null;
        task.dueAt = null;
    }

    /** The first push waits, once more perhaps: it has no place in a stage until it is let go again. */
    static void holdBack(DeviceState device, Task task, Task.Waiting waiting) {
        task.changed |= task.waiting != waiting || task.stage != 0;
        task.waiting = waiting;
        moveToStage(device, task, 0);
    }

    /** A device whose first push waits for the plan has asked by itself. @param task may be null */
    static void pulled(Task task) {
        if (task != null && task.batch.plan().countsFirstPushes() && (task.waiting == Task.Waiting.UNASKED || task.waiting == Task.Waiting.ASKED)) {
            task.waiting = Task.Waiting.PULLED;
            task.changed = true;
        }
    }

    private static void moveToStage(DeviceState device, Task task, int stage) {
        if (task.stage != stage) {
            device.count(task, task.status.text(), -1);
            task.stage = stage;
            device.count(task, task.status.text(), 1);
        }
    }

    /** The plan lets the first push go, in one of its stages. */
    static void letGo(DeviceState device, Task task, int stage) {
        task.waiting = Task.Waiting.NO;
        task.changed = true;
        moveToStage(device, task, stage);
    }

    /** The device went back to what it ran before the task succeeded; the task stays so until its batch is retried. */
    static void rolledBack(DeviceState device, Task task, Instant now) {
        device.count(task, DeviceState.ROLLED_BACK, 1);
        task.waiting = Task.Waiting.ROLLED_BACK;
        task.changed = true;
        record(device, task, "rolled-back", now);
        event(device, task, "task.rolled-back", now);
    }

    /** The first that waits goes when the one before it has ended, if its devices are pushed to unasked and its plan lets it. */
    static void wakeNext(DeviceState device, String module, Instant now) {
        Task next = device.head(module);
        if (next != null && next.waiting == Task.Waiting.BEHIND) {
            holdBack(device, next, next.batch.push() ? Task.Waiting.UNASKED : Task.Waiting.ASKED);
        }
        if (next != null && next.status == TaskStatus.PENDING && next.batch.push() && next.waiting == Task.Waiting.NO && next.dueAt == null) {
            next.dueAt = now;
            next.changed = true;
        }
    }

    private static void finish(DeviceState device, Task task, TaskStatus status, Reason reason) {
        move(device, task, status);
        task.reason = reason == null ? null : reason.text();
        task.dueAt = null;
        task.notBefore = null;
        task.waiting = Task.Waiting.NO;
    }

    private static void move(DeviceState device, Task task, TaskStatus status) {
        task.changed = true;
        if (task.status != status) {
            device.count(task, task.status.text(), -1);
            device.count(task, status.text(), 1);
            task.status = status;
        }
    }

    private static void record(DeviceState device, Task task, String type, Instant now) {
        device.history(task, now, type, null, null, null, task.reason);
    }

    private static void event(DeviceState device, Task task, String type, Instant now) {
        device.event(type, now, task.batch.module(), task, data(task));
    }

    static Map<String, Object> data(Task task) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("status", task.status.text());
        data.put("step", task.step);
        if (task.reason != null) {
            data.put("reason", task.reason);
        }
        data.put("desc", task.deviceDesc == null ? "" : task.deviceDesc);
        data.put("fromVersion", task.fromVersion);
        data.put("toVersion", task.batch.toVersion());
        data.put("attempt", task.attempt);
        return data;
    }
}
