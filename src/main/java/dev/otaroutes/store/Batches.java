package dev.otaroutes.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.RolloutPlan;
import dev.otaroutes.rollout.Selection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;

/** The part of batches that never changes, remembered. */
final class Batches {
    private static final int REMEMBERED = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;
    private final Sql sql;
    private final Cache<Long, Batch> cache = Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    Batches(Database database, Sql sql) {
        this.database = database;
        this.sql = sql;
    }

    /** @throws IllegalStateException if there is no such batch */
    Batch get(long id) {
        return cache.get(id, key -> database.jdbc().sql(sql.get("batch/find")).param("id", key).query(this::batch).optional()
                .orElseThrow(() -> new IllegalStateException("there is no batch [" + key + "]")));
    }

    private Batch batch(ResultSet row, int number) throws SQLException {
        return new Batch(row.getLong("id"), row.getLong("package_id"), row.getString("product_key"), row.getString("module"),
                row.getString("to_version"), row.getInt("push") != 0, plan(row.getString("rollout")),
                row.getString("type").equals("diff") ? sources(row.getLong("package_id")) : Set.of());
    }

    private Set<String> sources(long packageId) {
        return Set.copyOf(database.jdbc().sql(sql.get("batch/find-sources")).param("packageId", packageId).query(String.class).list());
    }

    private static RolloutPlan plan(String json) {
        return RolloutPlan.of(read("rollout plan", json));
    }

    /** @throws IllegalStateException if it is not JSON */
    static Selection selection(String json) {
        return Selection.of(read("selection", json));
    }

    private static Map<String, Object> read(String what, String json) {
        try {
            return JSON.readValue(json, new TypeReference<Map<String, Object>>() { });
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the " + what + " of a batch is not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
