package dev.otaroutes.operator;

import dev.otaroutes.rollout.TaskStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tasks in each state (domain.md, Results).
 *
 * @param byStatus as the table holds them: a status without a task may be absent
 */
record TaskCounts(Map<String, Long> byStatus) {
    static final TaskCounts NONE = new TaskCounts(Map.of());
    private static final String ROLLED_BACK = "rolled-back";

    /** Every status, 0 included, in the order in which a task goes through them. */
    Map<String, Long> shown() {
        Map<String, Long> shown = new LinkedHashMap<>();
        for (TaskStatus status : TaskStatus.values()) {
            shown.put(status.text(), of(status.text()));
        }
        return shown;
    }

    long rolledBack() {
        return of(ROLLED_BACK);
    }

    /** succeeded / (succeeded + failed) in percent to two places; null while there is neither. */
    Double successRate() {
        long succeeded = of(TaskStatus.SUCCEEDED.text());
        long ended = succeeded + of(TaskStatus.FAILED.text());
        return ended == 0 ? null : percent(succeeded, ended);
    }

    /** A share in percent, to two places. */
    static double percent(long part, long whole) {
        return Math.round(part * 10_000.0 / whole) / 100.0;
    }

    private long of(String status) {
        return byStatus.getOrDefault(status, 0L);
    }
}
