package dev.otaroutes.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** SagooIOT's tables and rows in them, as statements for MariaDB. */
public final class SagooIotTables {
    /** As in {@code ota.sql.dir}. */
    public static final String STATEMENTS = "classpath:sql-sagooiot";
    private static final Path TABLES = Path.of("src/test/resources/sagooiot/tables.sql");

    private final Consumer<String> execute;

    private SagooIotTables(Consumer<String> execute) {
        this.execute = execute;
    }

    /** @param charset utf8mb4 or utf8mb3, as installations have either */
    public static SagooIotTables create(String charset, Consumer<String> execute) {
        try {
            for (String statement : Files.readString(TABLES).replace("{charset}", charset).split(";\\R")) {
                execute.accept(statement);
            }
            return new SagooIotTables(execute);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param status 0 unpublished, 1 published */
    public SagooIotTables product(String key, int status) {
        execute.accept("INSERT INTO dev_product (`key`, name, status, created_at) VALUES ('" + key + "', 'Named " + key + "', " + status
                + ", '2026-01-01 00:00:00')");
        return this;
    }

    /** @param status 0 disabled, 1 offline, 2 online */
    public SagooIotTables device(String productKey, String key, int status) {
        execute.accept("INSERT INTO dev_device (product_key, `key`, status) VALUES ('" + productKey + "', '" + key + "', " + status + ")");
        return this;
    }

    public SagooIotTables tag(String deviceKey, String key, String value) {
        execute.accept("INSERT INTO dev_device_tag (device_id, device_key, `key`, name, value) SELECT id, `key`, '" + key + "', 'shown', '" + value
                + "' FROM dev_device WHERE BINARY `key` = '" + deviceKey + "'");
        return this;
    }

    /** Sets {@code deleted_at}, as SagooIOT deletes. */
    public void delete(String table, String key) {
        execute.accept("UPDATE " + table + " SET deleted_at = '2026-01-02 00:00:00' WHERE BINARY `key` = '" + key + "'");
    }

    public void setStatus(String deviceKey, int status) {
        execute.accept("UPDATE dev_device SET status = " + status + " WHERE BINARY `key` = '" + deviceKey + "'");
    }
}
