package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.rollout.RolloutPlan;
import dev.otaroutes.store.BatchEvents;
import dev.otaroutes.store.BatchLists;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/** Which batches take a list of devices, and what that makes of them. Blocks. */
public final class DeviceLists {
    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Packages packages;
    private final Batches batches;
    private final BatchLists lists;
    private final BatchEvents events;
    private final Runnable wake;

    /** @param wake has the scheduler look at once */
    public DeviceLists(Database database, Sql sql, Clock clock, Packages packages, Batches batches, BatchLists lists, BatchEvents events, Runnable wake) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.packages = packages;
        this.batches = batches;
        this.lists = lists;
        this.events = events;
        this.wake = wake;
    }

    /**
     * Begins to take a list; a batch that is finished goes on with it.
     *
     * @param type one of {@link DeviceListReader#TYPES}
     * @throws ProblemException 404 or 409 if the batch does not take one
     */
    DeviceListSink begin(String batchId, String type) {
        OtaBatch batch = batches.find(batchId);
        packages.requireOf(batch);
        if (batch.dynamic()) {
            throw new ProblemException(409, "batch [" + batchId + "] is dynamic: devices are taken as they inform, and not listed");
        }
        if (batch.status().equals("canceled")) {
            throw new ProblemException(409, "batch [" + batchId + "] is canceled and takes no more devices: make another one");
        }
        Instant endAt = plan(batch).endAt();
        if (endAt != null && !endAt.isAfter(clock.instant())) {
            throw new ProblemException(409, "batch [" + batchId + "] takes no more devices: its rollout.endAt was [" + endAt + "]");
        }
        long id = Long.parseLong(batchId);
        BatchLists.OpenList list = lists.begin(id).orElseThrow(() -> new ProblemException(409, "another list of batch [" + batchId
                + "] is coming in, or broke off less than 90 s ago: try again when that is over"));
        // Behind the lease: the batch cannot end any more.
        if (batches.find(batchId).status().equals("finished")) {
            events.change(id, "batch.resumed", Map.of("status", "running"), clock.instant(), () ->
                    database.jdbc().sql(sql.get("operator/reopen-batch")).param("id", id).param("now", Times.toDb(clock.instant())).update() == 1);
        }
        return new DeviceListSink(lists, list, type);
    }

    DeviceListSink.Report finish(DeviceListSink list) {
        DeviceListSink.Report report = list.finish();
        wake.run();
        return report;
    }

    private static RolloutPlan plan(OtaBatch batch) {
        return OtaBatch.plan(batch.rollout());
    }
}
