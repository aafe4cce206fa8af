package dev.otaroutes.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.event.Event;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Claims lanes and reads what waits in them. A claim is a lease in the lane's row, so that nothing is locked while an event
 * is on its way, and an instance that dies loses its lanes to the others when the lease ends.
 */
final class LaneStore {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() { };

    private final Database database;
    private final Sql sql;
    private final ObjectMapper json = new ObjectMapper();

    LaneStore(Database database, Sql sql) {
        this.database = database;
        this.sql = sql;
    }

    /**
     * @param claim    who claims; another text at each claim
     * @param leaseEnd until when nobody else sends them
     * @return the lanes that are due and are ours now, at most {@code limit}
     */
    List<String> claim(long webhookId, int limit, String claim, Instant now, Instant leaseEnd) {
        if (database.jdbc().sql(sql.get("webhook/has-due-lane")).param("webhook", webhookId).param("now", Times.toDb(now))
                .query(Integer.class).list().isEmpty()) {
            return List.of();
        }
        return database.repeatableTransaction(() -> {
            List<String> lanes = database.jdbc().sql(sql.get("webhook/find-due-lanes")).param("webhook", webhookId)
                    .param("now", Times.toDb(now)).param("limit", limit).query(String.class).list();
            if (!lanes.isEmpty()) {
                database.named().batchUpdate(sql.get("webhook/claim-lane"), lanes.stream().map(lane -> new MapSqlParameterSource(
                        Map.of("webhook", webhookId, "lane", lane, "lease", Times.toDb(leaseEnd), "claim", claim)))
                        .toArray(SqlParameterSource[]::new));
            }
            return lanes;
        });
    }

    /** Lets go what an earlier run claimed and did not live to send. @param instance what its claims begin with */
    void releaseAll(String instance, Instant now) {
        database.repeatableTransaction(() -> database.jdbc().sql(sql.get("webhook/release-lanes-of"))
                .param("run", instance + "%").param("now", Times.toDb(now)).update());
    }

    /** @return whether the lane is still ours */
    boolean renew(Lane lane, String claim, Instant leaseEnd) {
        return database.repeatableTransaction(() -> database.jdbc().sql(sql.get("webhook/renew-claim")).param("webhook", lane.webhookId())
                .param("lane", lane.name()).param("lease", Times.toDb(leaseEnd)).param("claim", claim).update()) > 0;
    }

    /** @param claim of lanes of this subscription. @return their first events, at most {@code limit} of each: its oldest without a gap */
    List<WaitingDelivery> waiting(long webhookId, String claim, int limit) {
        return database.jdbc().sql(sql.get("webhook/find-waiting")).param("webhook", webhookId).param("claim", claim).param("limit", limit)
                .query((row, number) -> waiting(row)).list();
    }

    private WaitingDelivery waiting(ResultSet row) throws SQLException {
        Event event = new Event(row.getLong("id"), row.getString("type"), Times.get(row, "at"),
                row.getObject("sequence", Long.class), row.getString("product_key"), row.getString("device_key"),
                row.getString("module"), row.getObject("batch_id", Long.class), row.getObject("task_id", Long.class),
                row.getObject("package_id", Long.class), data(row.getString("data")));
        return new WaitingDelivery(row.getLong("delivery_id"), row.getString("lane"), row.getInt("attempts"),
                Times.get(row, "first_attempt_at"), row.getInt("replays"), event);
    }

    private Map<String, Object> data(String text) {
        try {
            return json.readValue(text, OBJECT);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the data of an event must be a JSON object, but was [" + text + "]", e);
        }
    }
}
