package dev.otaroutes.rollout;

import dev.otaroutes.message.DeviceId;

/**
 * One upgrade to publish to one device.
 *
 * @param pushNumber counts the pushes of the task, over all attempts, from 1: a push that is repeated because nobody knows whether it went
 *                   keeps its number; an attempt leaves out one that may be on its way still
 * @param told       whether the device has been told already and asks once more: nothing is recorded of that
 * @param pulled     whether the device asks by itself, so that its task keeps its place in a stage though nobody listens
 */
public record PushOrder(DeviceId device, String module, long taskId, int pushNumber, long batchId, long packageId, boolean told, boolean pulled) {
    /** Pushes that a task has room for: a message ID must not run into the next task's. */
    public static final int PUSHES_PER_TASK = 999;

    public PushOrder(DeviceId device, String module, long taskId, int pushNumber, long batchId, long packageId) {
        this(device, module, taskId, pushNumber, batchId, packageId, false, false);
    }

    PushOrder asPulled() {
        return new PushOrder(device, module, taskId, pushNumber, batchId, packageId, told, true);
    }

    /** @return the same, for a task that had no ID yet when it was decided about */
    public PushOrder ofTask(long id) {
        return new PushOrder(device, module, id, pushNumber, batchId, packageId);
    }

    /** @return the {@code id} of the upgrade message, below 2^53 (domain.md, What an inform does) */
    public long messageId() {
        return taskId * (PUSHES_PER_TASK + 1) + pushNumber;
    }
}
