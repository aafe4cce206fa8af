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
    private static final int CREATED = 0;
    private static final int FIRST_PUSH = 1;

    /** @return where the entry is kept; it replaces the one that stood there */
    public int slot() {
        return (int) (number % KEPT);
    }

    /**
     * Most tasks are made, then pushed once, and tell both times in their own rows: another row for each would cost about as much.
     *
     * @return whether the task's row tells all that the entry does, and whoever lists the history finds it there
     */
    public boolean isToldByTask() {
        if (task == null || detail != null) {
            return false;
        }
        return number == CREATED && type.equals("created") && at.equals(task.createdAt)
                || number == FIRST_PUSH && type.equals("pushed") && TaskStatus.PUSHED.text().equals(status) && at.equals(task.firstPushedAt);
    }

    /** @return whether nothing can stand there yet: a task is never stored twice under one ID, while a device may come back */
    public boolean isFirstInSlot() {
        return task != null && number < KEPT;
    }
}
