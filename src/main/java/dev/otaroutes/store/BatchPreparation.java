package dev.otaroutes.store;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.rollout.Selection;
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
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Writes the tasks of a batch behind the answer to the operator, a chunk at a time: how far it got is on the batch's row, so that
 * any instance goes on where another one stopped. A chunk that is written twice changes nothing. What no plan holds back is pushed as it
 * is written, while there is a broker, so that its row is written once before the push and once after it.
 */
final class BatchPreparation {
    private static final int CHUNK = 500;
    /** Devices that are named, of those that a batch goes on without. */
    private static final int NAMED = 10;
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Chunk NO_MORE = new Chunk(List.of(), null);

    private record Claim(long id, String productKey, String module, String selection, String preparedUntil) {
    }

    /** @param last the last device that was looked at; null: there are no more */
    private record Chunk(List<String> devices, String last) {
    }

    private record Reported(String device, String version) {
    }

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Rollout rollout;
    private final Pushes pushes;
    private final Batches batches;
    private final DeviceReader reader;
    private final BatchEvents events;
    private final BiConsumer<String, Throwable> givenUp;

    /** @param givenUp hears which devices a batch goes on without, through a fault of ours, and the fault */
    BatchPreparation(Database database, Sql sql, Clock clock, Rollout rollout, Pushes pushes, BatchEvents events, BiConsumer<String, Throwable> givenUp) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.rollout = rollout;
        this.pushes = pushes;
        this.batches = new Batches(database, sql);
        this.reader = new DeviceReader(database, sql, batches);
        this.events = events;
        this.givenUp = givenUp;
    }

    /** @return whether there was a chunk to write; none is while pushes wait for room, for it may bring more of them */
    boolean step() {
        if (pushes.full()) {
            return false;
        }
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
        Batch batch = batches.get(claim.id);
        boolean goes = batch.push() && !batch.plan().holdsFirstPushes() && pushes.possible();
        Chunk chunk = batch.plan().isOver(clock.instant()) ? NO_MORE : nextDevices(claim, batch, goes ? pushes.room() : CHUNK);
        assign(chunk.devices, device -> goes ? pushes.pushNew(device, batch) : rollout.assign(device, batch), batch);
        Instant now = clock.instant();
        if (chunk.last != null) {
            database.repeatableTransaction(() -> preparedUntil(claim.id, chunk.last, now));
            return;
        }
        events.change(claim.id, "batch.started", Map.of("status", "running"), now, () ->
                database.jdbc().sql(sql.get("scheduler/start-batch")).param("id", claim.id).param("now", Times.toDb(now)).update() == 1
                && "running".equals(database.jdbc().sql(sql.get("scheduler/find-status")).param("id", claim.id).query(String.class).single()));
    }

    /**
     * The store waits out what passes, so a device that fails here would fail for ever: the batch goes on without it.
     *
     * @throws IllegalStateException if it is not a device's fault, since all of them fail
     */
    private void assign(List<String> devices, Function<DeviceId, CompletionStage<?>> assign, Batch batch) {
        Map<String, CompletableFuture<?>> assigned = new LinkedHashMap<>();
        devices.forEach(path -> assigned.put(path, assign.apply(DeviceId.ofPath(path)).toCompletableFuture()));
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

    private Chunk nextDevices(Claim claim, Batch batch, int most) {
        Selection selection = Batches.selection(claim.selection);
        String after = claim.preparedUntil == null ? "" : claim.preparedUntil;
        if (selection.lists()) {
            TreeSet<String> listed = new TreeSet<>();
            selection.devices().forEach(key -> listed.add(new DeviceId(claim.productKey, key).path()));
            List<String> next = listed.tailSet(after, false).stream().limit(most).toList();
            return new Chunk(next, next.size() == most ? next.get(most - 1) : null);
        }
        List<Reported> reported = database.jdbc().sql(sql.get("scheduler/next-devices")).param("productKey", claim.productKey)
                .param("module", claim.module).param("after", after).param("most", most)
                .query((row, number) -> new Reported(row.getString("device"), row.getString("version"))).list();
        List<String> taken = reported.stream().filter(one -> selection.takes(one.device, one.version) && batch.appliesTo(one.version)).map(Reported::device).toList();
        if (!taken.isEmpty() && !selection.tags().isEmpty()) {
            Map<String, Map<String, String>> tags = reader.tags(taken);
            taken = taken.stream().filter(device -> selection.fits(tags.getOrDefault(device, Map.of()))).toList();
        }
        return new Chunk(taken, reported.size() == most ? reported.get(most - 1).device : null);
    }

    private int preparedUntil(long id, String device, Instant until) {
        return database.jdbc().sql(sql.get("scheduler/prepared-until")).param("id", id).param("preparedUntil", device)
                .param("until", Times.toDb(until)).update();
    }
}
