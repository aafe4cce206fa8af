package dev.otaroutes.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Brings the schema up to date; our tables may stand beside others in the same schema.
 * <p>
 * On H2 and MySQL each statement of a migration commits by itself. What a first migration left behind that was cut off
 * (Ctrl-C, a kill) is cleared, or no later start would succeed: nothing can have been stored in it, and that is looked at.
 */
final class Migration {
    private static final String PREFIX = "ota_";
    private static final String HISTORY_TABLE = "ota_schema_history";
    private static final String FILLED_BY_MIGRATION = "ota_lock";
    /** Longer than a migration takes on another instance, seconds. */
    private static final int LOCK_SECONDS = 600;

    private final DatabaseKind kind;
    private final DataSource pool;

    Migration(DatabaseKind kind, DataSource pool) {
        this.kind = kind;
        this.pool = pool;
    }

    /** @param own outside the pool; a lock that instances share is held as long as it is open */
    void run(Connection own) throws SQLException {
        if (kind != DatabaseKind.POSTGRESQL) {
            clearWhatWasCutOff(own);
        }
        Flyway.configure()
                .dataSource(pool)
                .locations("classpath:db/migration")
                .table(HISTORY_TABLE)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .placeholders(kind.schemaPlaceholders())
                .load()
                .migrate();
    }

    private void clearWhatWasCutOff(Connection own) throws SQLException {
        try (Statement statement = own.createStatement()) {
            if (kind == DatabaseKind.MYSQL) {
                // Another instance may be in the middle of it. H2 in a file belongs to one process anyway.
                statement.execute("SELECT GET_LOCK('ota-routes-migration', " + LOCK_SECONDS + ")");
            }
            List<String> tables = tables(own);
            boolean history = tables.remove(HISTORY_TABLE);
            if (tables.isEmpty() || history && finished(statement)) {
                return;
            }
            for (String table : tables) {
                if (!table.equals(FILLED_BY_MIGRATION) && hasRow(statement, "SELECT 1 FROM " + table)) {
                    return;
                }
            }
            for (String table : tables) {
                statement.execute("DROP TABLE " + table);
            }
            if (history) {
                statement.execute("DROP TABLE " + HISTORY_TABLE);
            }
        }
    }

    private static List<String> tables(Connection own) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet found = own.getMetaData().getTables(own.getCatalog(), own.getSchema(), PREFIX + "%", new String[] {"TABLE", "BASE TABLE"})) {
            while (found.next()) {
                String name = found.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
                if (name.startsWith(PREFIX)) {
                    tables.add(name);
                }
            }
        }
        return tables;
    }

    private static boolean finished(Statement statement) throws SQLException {
        return hasRow(statement, "SELECT 1 FROM " + HISTORY_TABLE + " WHERE success = TRUE AND version = '1'");
    }

    private static boolean hasRow(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query + " LIMIT 1")) {
            return row.next();
        }
    }
}
