package dev.otaroutes.operator;

import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * A task as the API shows it.
 *
 * @param id          decimal, as batchId and packageId
 * @param step        as last reported, 1 to 100 or -4 to -1; null while nothing was
 * @param reason      why it failed or was canceled (domain.md, Task states); null otherwise
 * @param desc        what the device said; null for nothing
 * @param fromVersion what the device ran before; null if it never informed
 * @param pushedAt    of the last push; null before the first
 * @param history     only where one task is asked for, else null
 */
public record OtaTask(String id, String batchId, String packageId, String productKey, String deviceKey, String module,
                      String status, Integer step, String reason, String desc, int attempt, String fromVersion,
                      String toVersion, String createdAt, String pushedAt, String updatedAt, List<HistoryEntry> history) {

    static OtaTask of(ResultSet row, int number) throws SQLException {
        return new OtaTask(row.getString("id"), row.getString("batch_id"), row.getString("package_id"),
                row.getString("product_key"), row.getString("device_key"), row.getString("module"), row.getString("status"),
                row.getObject("step", Integer.class), row.getString("reason"), row.getString("device_desc"),
                row.getInt("attempt"), row.getString("from_version"), row.getString("to_version"),
                Times.text(row, "created_at"), Times.text(row, "pushed_at"), Times.text(row, "updated_at"), null);
    }

    OtaTask with(List<HistoryEntry> entries) {
        return new OtaTask(id, batchId, packageId, productKey, deviceKey, module, status, step, reason, desc, attempt,
                fromVersion, toVersion, createdAt, pushedAt, updatedAt, entries);
    }

    /**
     * Something that happened to a task.
     *
     * @param type      what happened
     * @param status    of the task from then on; null where it is not known; the others are null where they do not apply
     * @param messageId the device's
     */
    public record HistoryEntry(String at, String type, String status, Integer step, String version, String messageId,
                               String detail) {

        static HistoryEntry of(ResultSet row, int number) throws SQLException {
            return new HistoryEntry(Times.text(row, "at"), row.getString("type"), row.getString("status"),
                    row.getObject("step", Integer.class), row.getString("version"), row.getString("message_id"),
                    row.getString("detail"));
        }
    }
}
