package dev.otaroutes;

import dev.otaroutes.store.Database;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.springframework.dao.DataAccessException;

/** Ready only while the database answers and its schema is up to date; no reason to restart the process (api.md, Running it). */
final class DatabaseHealth extends AbstractHealthCheck {
    private final Database database;
    private final String url;

    DatabaseHealth(Database database, String url) {
        super("ota", "database");
        this.database = database;
        this.url = url;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder answer, Map<String, Object> options) {
        answer.detail("ota.db.url", url);
        if (!database.migrated()) {
            answer.message("the database has not been reached since the start").down();
            return;
        }
        try {
            database.jdbc().sql("SELECT 1").query(Integer.class).single();
            answer.up();
        } catch (DataAccessException e) {
            answer.message("the database does not answer: " + e.getMostSpecificCause().getMessage()).down();
        }
    }
}
