package dev.otaroutes.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.Rollout;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;

/**
 * Writes the tasks of a batch behind the answer to the operator, a chunk at a time: how far it got is on the batch's row, so that
 * any instance goes on where another one stopped. A chunk that is written twice changes nothing.
 */
final class BatchPreparation {
    private static final int CHUNK = 500;
    /** Devices that are named, of those that a batch goes on without. */
    private static final int NAMED = 10;
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Claim(long id, String productKey, String module, String selection, String preparedUntil) {
    }

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Rollout rollout;
    private final Batches batches;
    private final BiConsumer<String, Throwable> givenUp;

    /** @param givenUp hears which devices a batch goes on without, through a fault of ours, and the fault */
    BatchPreparation(Database database, Sql sql, Clock clock, Rollout rollout, BiConsumer<String, Throwable> givenUp) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.rollout = rollout;
        this.batches = new Batches(database, sql);
        this.givenUp = givenUp;
    }

    /** @return whether there was a chunk to write */
    boolean step() {
        Optional<Claim> claimed = claim();
        claimed.ifPresent(this::prepare);
        return claimed.isPresent();
    }

    private Optional<Claim> claim() {
        Instant now = clock.instant();
        return database.transaction(() -> {
            Optional<Claim> claim = database.jdbc().sql(sql.get("scheduler/claim-preparing")).param("now", Times.toDb(now))
                    .query((row, number) -> new Claim(row.getLong("id"), row.getString("product_key"), row.getString("module"),
                            row.getString("selection"), row.getString("prepared_until"))).optional();
            claim.ifPresent(c -> preparedUntil(c.id, c.preparedUntil, now.plus(LEASE)));
            return claim;
        });
    }

    private void prepare(Claim claim) {
        List<String> devices = nextDevices(claim);
        Batch batch = batches.get(claim.id);
        assign(devices, batch);
        Instant now = clock.instant();
        if (devices.size() == CHUNK) {
            database.transaction(() -> preparedUntil(claim.id, devices.get(devices.size() - 1), now));
            return;
        }
        database.transaction(() -> {
            if (database.jdbc().sql(sql.get("scheduler/start-batch")).param("id", claim.id).update() == 1) {
                addEvent(claim.id, "batch.started", "{\"status\":\"running\"}", now);
            }
        });
    }

    /**
     * The store waits out what passes, so a device that fails here would fail for ever: the batch goes on without it.
     *
     * @throws IllegalStateException if it is not a device's fault, since all of them fail
     */
    private void assign(List<String> devices, Batch batch) {
        Map<String, CompletableFuture<Void>> assigned = new LinkedHashMap<>();
        devices.forEach(path -> assigned.put(path, rollout.assign(DeviceId.ofPath(path), batch).toCompletableFuture()));
        Map<String, Throwable> failed = new LinkedHashMap<>();
        assigned.forEach((path, assignment) -> {
            try {
                assignment.join();
            } catch (CompletionException e) {
                failed.put(path, e.getCause());
            }
        });
        if (failed.isEmpty()) {
            return;
        }
        Throwable first = failed.values().iterator().next();
        if (failed.size() == devices.size()) {
            throw new IllegalStateException("batch [" + batch.id() + "] is not prepared yet: " + first.getMessage(), first);
        }
        givenUp.accept("batch [" + batch.id() + "] goes on without " + failed.keySet().stream().limit(NAMED).toList()
                + (failed.size() > NAMED ? " and " + (failed.size() - NAMED) + " more" : ""), first);
    }

    private List<String> nextDevices(Claim claim) {
        JsonNode selection;
        try {
            selection = JSON.readTree(claim.selection);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the selection of batch [" + claim.id + "] is not JSON: " + e.getOriginalMessage(), e);
        }
        String after = claim.preparedUntil == null ? "" : claim.preparedUntil;
        if (selection.path("all").asBoolean()) {
            return database.jdbc().sql(sql.get("scheduler/next-devices")).param("productKey", claim.productKey)
                    .param("module", claim.module).param("after", after).param("most", CHUNK).query(String.class).list();
        }
        TreeSet<String> listed = new TreeSet<>();
        selection.path("devices").forEach(key -> listed.add(new DeviceId(claim.productKey, key.asText()).path()));
        return listed.tailSet(after, false).stream().limit(CHUNK).toList();
    }

    private void preparedUntil(long id, String device, Instant until) {
        database.jdbc().sql(sql.get("scheduler/prepared-until")).param("id", id).param("preparedUntil", device)
                .param("until", Times.toDb(until)).update();
    }

    /** Writes an event of a batch to the outbox, inside a transaction. */
    void addEvent(long batchId, String type, String data, Instant now) {
        database.jdbc().sql(sql.get("scheduler/add-batch-event")).param("id", batchId).param("type", type)
                .param("now", Times.toDb(now)).param("data", data).update();
    }
}
