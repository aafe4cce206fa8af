package dev.otaroutes;

import dev.otaroutes.store.Database;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.springframework.dao.DataAccessException;

/**
 * Ready only while the database answers and its schema is up to date; no reason to restart the process (api.md, Running it).
 * <p>
 * It asks the database by itself, twice a second, and answers from what it knows: a caller that had to wait for a database that is
 * away would give up and ask again, and the server's health would be busy with callers that are gone.
 */
final class DatabaseHealth extends AbstractHealthCheck implements AutoCloseable {
    private static final long LOOK_AGAIN_MS = 500;
    /** An answer that takes longer is none. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Database database;
    private final String url;
    private final Supplier<String> storing;
    private final ScheduledExecutorService looks;
    private volatile String trouble = "the database has not been reached since the start";
    private volatile long lookedAt = System.nanoTime();

    /** @param storing why nothing can be stored, though the database may answer: a full disk, a standby; null if it can */
    DatabaseHealth(Database database, String url, Supplier<String> storing) {
        super("ota", "database");
        this.database = database;
        this.url = url;
        this.storing = storing;
        looks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "ota-database-health");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        looks.scheduleWithFixedDelay(this::look, 0, LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (database.migrated()) {
            try {
                database.jdbc().sql("SELECT 1").query(Integer.class).single();
                trouble = null;
            } catch (DataAccessException e) {
                trouble = "the database does not answer: " + e.getMostSpecificCause().getMessage();
            }
        }
        lookedAt = System.nanoTime();
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder answer, Map<String, Object> options) {
        answer.detail("ota.db.url", url);
        String known = trouble;
        if (known != null) {
            answer.message(known).down();
        } else if (System.nanoTime() - lookedAt > PATIENCE.toNanos()) {
            answer.message("the database has not answered for " + PATIENCE.toSeconds() + " s").down();
        } else if (storing.get() != null) {
            answer.message("nothing can be stored: " + storing.get()).down();
        } else {
            answer.up();
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
