package dev.otaroutes.store;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Counts once a day (UTC), as it begins or at the first start in it, how many devices run which version, and forgets days that are too long
 * ago (domain.md, Results). One instance does so for all.
 */
public final class VersionHistory {
    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final int days;
    private LocalDate counted;

    /** @param days that are kept ({@code ota.results.history-days}) */
    public VersionHistory(Database database, Sql sql, Clock clock, int days) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.days = days;
    }

    /** Counts today, unless that is done. Called now and then, by one thread at a time. */
    public void countToday() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (!today.equals(counted) && count(today)) {
            counted = today;
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
}
