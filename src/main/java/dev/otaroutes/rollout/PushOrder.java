package dev.otaroutes.rollout;

import dev.otaroutes.message.DeviceId;

/**
 * One upgrade to publish to one device.
 *
 * @param pushNumber counts the pushes of the task that the broker took, over all attempts, from 1: a push that is repeated
 *                   because nobody knows whether it went keeps its number
 */
public record PushOrder(DeviceId device, String module, long taskId, int pushNumber, long batchId, long packageId) {
    /** Pushes that a task has room for: a message ID must not run into the next task's. */
    public static final int PUSHES_PER_TASK = 999;

    /** @return the {@code id} of the upgrade message, below 2^53 (domain.md, What an inform does) */
    public long messageId() {
        return taskId * (PUSHES_PER_TASK + 1) + pushNumber;
    }
}
