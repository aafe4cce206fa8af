package dev.otaroutes.store;

import java.time.Instant;
import java.util.Map;

/** What the end of a {@code verify} batch makes of its package (domain.md, Package). */
final class Verification {
    private final Database database;
    private final Sql sql;
    private final BatchEvents events;
    private final int percent;

    /** @param percent of a batch's devices that must have succeeded */
    Verification(Database database, Sql sql, BatchEvents events, int percent) {
        this.database = database;
        this.sql = sql;
        this.events = events;
        this.percent = percent;
    }

    /** In the transaction that ends the batch. A package that has been verified stays so. */
    void batchFinished(long batchId, Instant now) {
        if (database.jdbc().sql(sql.get("scheduler/verify-package")).param("batchId", batchId).param("percent", percent).update() == 1) {
            events.add("scheduler/add-package-event", batchId, "package.verified", Map.of("status", "verified"), now);
        } else {
            database.jdbc().sql(sql.get("scheduler/unverify-package")).param("batchId", batchId).update();
        }
    }
}
