package dev.otaroutes.store;

import java.time.Instant;

/** Commits a row and is gone at once, as with a power cut. Arguments: JDBC URL, product to store. */
final class HaltAfterCommit {
    private HaltAfterCommit() {
    }

    public static void main(String[] args) {
        Database database = new Database(args[0], "sa", "", 2);
        database.migrate();
        database.transaction(() -> database.jdbc()
                .sql("INSERT INTO ota_product (product_key, dialect, created_at, updated_at) VALUES (:key, 'sagoo', :now, :now)")
                .param("key", args[1]).param("now", Times.toDb(Instant.EPOCH)).update());
        Runtime.getRuntime().halt(42);
    }
}
