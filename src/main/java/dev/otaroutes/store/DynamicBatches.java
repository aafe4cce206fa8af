package dev.otaroutes.store;

import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The batches that take devices as they inform, remembered for a second: that is how late another instance notices a new one. */
final class DynamicBatches {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A batch that takes devices, and which. */
    record Offer(Batch batch, Selection selection) {
    }

    private final Database database;
    private final Sql sql;
    private final Batches batches;
    private Map<String, List<Offer>> byModule = Map.of();
    private long readAt = System.nanoTime() - FRESH_NANOS;

    DynamicBatches(Database database, Sql sql) {
        this.database = database;
        this.sql = sql;
        this.batches = new Batches(database, sql);
    }

    /** @return in the order of the batches. Called by one thread. */
    List<Offer> of(String productKey, String module) {
        if (System.nanoTime() - readAt >= FRESH_NANOS) {
            Map<String, List<Offer>> read = new HashMap<>();
            database.jdbc().sql(sql.get("batch/find-dynamic")).query(row -> {
                Batch batch = batches.get(row.getLong("id"));
                read.computeIfAbsent(batch.productKey() + "/" + batch.module(), key -> new ArrayList<>())
                        .add(new Offer(batch, Batches.selection(row.getString("selection"))));
            });
            byModule = read;
            readAt = System.nanoTime();
        }
        return byModule.getOrDefault(productKey + "/" + module, List.of());
    }
}
