package dev.otaroutes.store;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.Rollout;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * Adds devices to a batch while their list comes in, a chunk at a time. What a chunk has added stays, whatever becomes of the list, and a
 * device that is listed twice has one task. The batch is leased by one list at a time: until that has come it does not end, and its plan
 * lets nothing go.
 */
public final class BatchLists {
    /** Longer than a client may be silent, and than a chunk takes. */
    private static final Duration LEASE = Duration.ofSeconds(90);

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Rollout rollout;
    private final Batches batches;
    private final KnownDevices fleet;

    public BatchLists(Database database, Sql sql, Clock clock, Rollout rollout) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.rollout = rollout;
        batches = new Batches(database, sql);
        fleet = new KnownDevices(database, sql);
    }

    /** A list that is coming in, and its lease. Not for use by several threads. */
    public static final class OpenList {
        private final Batch batch;
        private Instant until;

        private OpenList(Batch batch, Instant until) {
            this.batch = batch;
            this.until = until;
        }

        public long batchId() {
            return batch.id();
        }
    }

    /**
     * What became of some devices.
     *
     * @param added    have a task now
     * @param known    had one already
     * @param upToDate run the target, and need none
     * @param failed   by key: what could not be added through a fault of ours, and the fault
     */
    public record Added(int added, int known, int upToDate, Map<String, Throwable> failed) {
    }

    /**
     * Takes a batch for a list.
     *
     * @return empty if the batch is canceled or dynamic, or another list of it is coming in
     * @throws IllegalStateException if there is no such batch
     */
    public Optional<OpenList> begin(long batchId) {
        OpenList list = new OpenList(batches.get(batchId), until());
        return change("batch/begin-list", batchId, Map.of("now", Times.toDb(clock.instant()), "until", Times.toDb(list.until)))
                ? Optional.of(list) : Optional.empty();
    }

    /** @return keys of those that the fleet does not have, where SQL knows it; they are not to be added */
    public List<String> unknownOf(OpenList list, Collection<String> deviceKeys) {
        return fleet.unknownOf(deviceKeys.stream().map(key -> new DeviceId(list.batch.productKey(), key)).toList())
                .stream().map(DeviceId::deviceKey).toList();
    }

    /**
     * Adds devices, some hundred at a time.
     *
     * @param deviceKeys that follow the rule of keys, each once
     * @return empty if the batch has ended, or been given to another list, since
     */
    public Optional<Added> add(OpenList list, Collection<String> deviceKeys) {
        Instant renewed = until();
        if (over(list) || !change("batch/renew-list", list.batchId(), Map.of("held", Times.toDb(list.until), "until", Times.toDb(renewed)))) {
            return Optional.empty();
        }
        list.until = renewed;
        Map<String, String> keys = deviceKeys.stream().collect(Collectors.toMap(key -> path(list, key), key -> key, (a, b) -> a, LinkedHashMap::new));
        Set<String> before = withTask(list, keys.keySet());
        Map<String, CompletableFuture<Void>> assigned = new LinkedHashMap<>();
        keys.keySet().stream().filter(path -> !before.contains(path)).forEach(path ->
                assigned.put(path, rollout.assign(DeviceId.ofPath(path), list.batch).toCompletableFuture()));
        Map<String, Throwable> failed = new LinkedHashMap<>();
        assigned.forEach((path, assignment) -> {
            try {
                assignment.join();
            } catch (CompletionException e) {
                failed.put(keys.get(path), e.getCause());
            }
        });
        int added = assigned.isEmpty() ? 0 : withTask(list, assigned.keySet()).size();
        return Optional.of(new Added(added, before.size(), assigned.size() - added - failed.size(), failed));
    }

    /** @param whole whether all of the list has come: only then a batch that was made for it begins */
    public void end(OpenList list, boolean whole) {
        change("batch/end-list", list.batchId(), Map.of("held", Times.toDb(list.until), "whole", whole ? 1 : 0));
        if (over(list)) {
            change("batch/end-late", list.batchId(), Map.of());
        }
    }

    private boolean over(OpenList list) {
        return list.batch.plan().isOver(clock.instant());
    }

    private Set<String> withTask(OpenList list, Collection<String> paths) {
        return new TreeSet<>(database.named().query(sql.get("task/find-ids"),
                Map.of("batchId", list.batchId(), "devices", Database.padded(List.copyOf(paths))),
                (row, number) -> row.getString("device")));
    }

    private boolean change(String statement, long batchId, Map<String, ?> parameters) {
        return database.transaction(() -> database.jdbc().sql(sql.get(statement)).param("id", batchId).params(parameters).update()) == 1;
    }

    private Instant until() {
        return clock.instant().plus(LEASE);
    }

    private static String path(OpenList list, String key) {
        return new DeviceId(list.batch.productKey(), key).path();
    }
}
