package dev.otaroutes.rollout;

import dev.otaroutes.message.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * What a progress makes of a device's tasks (domain.md, Task states; protocol.md §4). Pure: reads and changes the
 * {@link DeviceState} and nothing else.
 */
public final class ProgressRules {
    /** Messages of one device that come at the same time are handled in any order. */
    private static final Duration OVERTAKEN_WITHIN = Duration.ofSeconds(5);

    public void progress(DeviceState device, Progress progress, Instant now) {
        Task task = meant(device, progress);
        String unused = unused(device, task, progress, now);
        if (unused != null) {
            keep(device, task, unused, progress, now);
            device.outcome(unused);
            return;
        }
        task.step = progress.step();
        task.deviceDesc = progress.description();
        task.progressAt = now;
        task.lastProgress = asItCame(progress);
        task.dueAt = informOvertaking(task, progress.step(), now);
        if (progress.failed()) {
            keep(device, task, "progress", progress, now);
            TaskChanges.endAttempt(device, task, Reason.ofStep(progress.step()), now);
            return;
        }
        TaskChanges.progress(device, task, now);
        keep(device, task, "progress", progress, now);
        if (progress.step() == Progress.COMPLETE && task.batch.plan().successOn() == RolloutPlan.SuccessOn.PROGRESS_100) {
            ModuleState module = device.modules().get(task.batch.module());
            TaskChanges.succeed(device, task, module == null ? null : module.version, now);
            TaskChanges.wakeNext(device, task.batch.module(), now);
        }
    }

    /**
     * An inform of another version that was handled just before a progress may have been sent after it, and after the 100 to come, by a
     * device that booted the old image and informs at boot only: it must not be forgotten.
     *
     * @return when it is looked at, if nothing else comes; null if there was none
     */
    private static Instant informOvertaking(Task task, int step, Instant now) {
        if (!task.inProgress() || task.dueAt == null) {
            return null;
        }
        Duration quiet = Duration.ofSeconds(task.batch.plan().quietSeconds());
        Instant deferred = task.dueAt.minus(quiet);
        if (deferred.isAfter(now) || deferred.isBefore(now.minus(OVERTAKEN_WITHIN))) {
            return null;
        }
        return step == Progress.COMPLETE ? now.plus(quiet) : task.dueAt;
    }

    private static void keep(DeviceState device, Task task, String type, Progress progress, Instant now) {
        device.history(task, now, type, progress.step(), null, progress.id(), progress.description());
    }

    /** @return the task that a progress is about: {@code strategy} decides over {@code module}; null if there is none */
    private static Task meant(DeviceState device, Progress progress) {
        if (progress.strategy() != null) {
            return device.tasks().stream().filter(t -> String.valueOf(t.batch.id()).equals(progress.strategy())).findFirst().orElse(null);
        }
        Task head = device.head(progress.module());
        return head != null ? head : device.tasks().stream().filter(t -> t.batch.module().equals(progress.module()))
                .max(Comparator.comparingLong(t -> t.id)).orElse(null);
    }

    /** @return why the progress changes no state, as it is counted and kept; null if it does */
    private static String unused(DeviceState device, Task task, Progress progress, Instant now) {
        if (task == null) {
            return progress.strategy() == null ? "progress-no-task" : "progress-unknown-strategy";
        }
        if (!task.open()) {
            return "progress-finished-task";
        }
        if (task != device.head(task.batch.module()) || progress.strategy() == null && neverTold(task)) {
            return "progress-waiting-task";
        }
        if (progress.failed() && task.notBefore != null && now.isBefore(task.notBefore)) {
            // Of the attempt that has ended: the next one has not begun.
            return "progress-between-attempts";
        }
        boolean repeated = task.progressAt != null && asItCame(progress).equals(task.lastProgress)
                && !now.isAfter(task.progressAt.plusSeconds(task.batch.plan().quietSeconds()));
        return repeated ? "progress-repeated" : null;
    }

    /** @return whether the plan has not let the task go yet, so that what the device does not name is something else */
    private static boolean neverTold(Task task) {
        return task.status == TaskStatus.PENDING && task.firstPushedAt == null && task.batch.plan().countsFirstPushes()
                && task.waiting != Task.Waiting.NO && task.waiting != Task.Waiting.ABSENT;
    }

    /** @return what two deliveries of one progress have in common: step, ID and words */
    private static String asItCame(Progress progress) {
        return progress.step() + "/" + progress.id() + "/" + progress.description();
    }
}
