package dev.otaroutes.store;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts once a day (UTC), as it begins or at the first start in it, how many devices run which version, and forgets days that are too long
 * ago (domain.md, Results). One instance does so for all.
 */
public final class VersionHistory implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger("ota.results");

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final int days;
    private final ScheduledExecutorService looks;
    private LocalDate counted;

    /** @param days that are kept ({@code ota.results.history-days}) */
    public VersionHistory(Database database, Sql sql, Clock clock, int days) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.days = days;
        looks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "ota-version-history");
            thread.setDaemon(true);
            return thread;
        });
    }

    public void start() {
        looks.scheduleWithFixedDelay(this::look, LOOK.toSeconds(), LOOK.toSeconds(), TimeUnit.SECONDS);
    }

    private void look() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (!database.migrated() || today.equals(counted)) {
            return;
        }
        try {
            if (count(today)) {
                counted = today;
            }
        } catch (RuntimeException e) {
            // Whatever it is, the next look must come. The store says that the database is away.
            LOG.debug("versions are not counted yet", e);
        }
    }

    /** @return whether the day is counted: not where another instance is at it, or there is no device yet */
    boolean count(LocalDate day) {
        return database.transaction(() -> {
            if (database.jdbc().sql(sql.get("version/lock-history")).query(String.class).optional().isEmpty()) {
                return false;
            }
            if (database.jdbc().sql(sql.get("version/find-day")).param("day", day).query().listOfRows().isEmpty()) {
                database.jdbc().sql(sql.get("version/delete-before")).param("day", day.minusDays(days)).update();
                return database.jdbc().sql(sql.get("version/add-day")).param("day", day).update() > 0;
            }
            return true;
        });
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
