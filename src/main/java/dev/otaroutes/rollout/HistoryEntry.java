package dev.otaroutes.rollout;

import java.time.Instant;

/**
 * A line of a task's history; of the device's, where a message belongs to no task.
 *
 * @param task   null for none
 * @param number counts the task's entries from 0
 * @param status the task's status after it; null without a task
 */
public record HistoryEntry(Task task, long number, Instant at, String type, String status, Integer step, String version, String messageId, String detail) {
    /** Entries kept for a task (domain.md). */
    public static final int KEPT = 200;

    /** @return where the entry is kept; it replaces the one that stood there */
    public int slot() {
        return (int) (number % KEPT);
    }

    /** @return whether nothing can stand there yet: a task is never stored twice under one ID, while a device may come back */
    public boolean isFirstInSlot() {
        return task != null && number < KEPT;
    }
}
