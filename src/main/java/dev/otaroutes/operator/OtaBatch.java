package dev.otaroutes.operator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.otaroutes.rollout.RolloutPlan;
import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/**
 * A batch as the API shows it.
 *
 * @param id          decimal; what devices know as {@code strategy}
 * @param name        null for none
 * @param select      as posted, each device once; null in a list where it lists devices or is long
 * @param tags        as posted; empty for none
 * @param rollout     as posted, with the defaults of what was not
 * @param pauseReason null unless it is paused
 * @param counts      tasks in each state now
 * @param successRate in percent; null while no task has succeeded or failed
 * @param finishedAt  null while it is not finished
 */
public record OtaBatch(String id, String packageId, String productKey, String module, String toVersion, String type,
                       String name, String protocol, JsonNode select, boolean push, boolean dynamic, JsonNode tags, JsonNode rollout,
                       String status, String pauseReason, Map<String, Long> counts,
                       @JsonInclude(JsonInclude.Include.ALWAYS) Double successRate, String createdAt, String finishedAt) {

    static OtaBatch of(ResultSet row, int number) throws SQLException {
        return new OtaBatch(row.getString("id"), row.getString("package_id"), row.getString("product_key"),
                row.getString("module"), row.getString("to_version"), row.getString("type"), row.getString("name"),
                row.getString("protocol"), OperatorJson.read(row.getString("selection")), row.getInt("push") == 1, row.getInt("dynamic") != 0,
                OperatorJson.read(row.getString("tags")), shown(OperatorJson.read(row.getString("rollout"))),
                row.getString("status"), row.getString("pause_reason"), TaskCounts.NONE.shown(), null, Times.text(row, "created_at"),
                Times.text(row, "finished_at"));
    }

    OtaBatch with(TaskCounts now) {
        return new OtaBatch(id, packageId, productKey, module, toVersion, type, name, protocol, select, push, dynamic, tags, rollout,
                status, pauseReason, now.shown(), now.successRate(), createdAt, finishedAt);
    }

    /** @param rollout as posted; null for none */
    static RolloutPlan plan(JsonNode rollout) {
        return RolloutPlan.of(rollout == null ? Map.of() : OperatorJson.mapper().convertValue(rollout, Map.class));
    }

    /** @return what was posted, with the defaults of what was not */
    private static JsonNode shown(JsonNode posted) {
        RolloutPlan plan = plan(posted);
        ObjectNode shown = posted.deepCopy();
        shown.put("attempts", plan.attempts()).put("timeoutMinutes", plan.timeoutMinutes()).put("quietSeconds", plan.quietSeconds())
                .put("overwrite", plan.overwrite()).put("allowDowngrade", plan.allowDowngrade()).put("successOn", plan.successOn().text());
        return shown;
    }

    /** A batch as posted: null where nothing was. */
    public record Posted(String type, String name, String protocol, ObjectNode select, Boolean push, Boolean dynamic, ObjectNode tags,
                         ObjectNode rollout) {
    }
}
