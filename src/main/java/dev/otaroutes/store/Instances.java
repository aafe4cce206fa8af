package dev.otaroutes.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Notices another instance on the same database that is not in the same share group (api.md, Settings): the broker then gives
 * each message to both. Nothing is lost by it, but everything is done twice, so it is warned about. So is a database whose clock is another.
 */
public final class Instances implements AutoCloseable {
    /** How often an instance says that it is there. */
    static final Duration BEAT = Duration.ofSeconds(10);
    /** Whoever has not been seen for as long is taken to be gone. */
    static final Duration GONE = BEAT.multipliedBy(3);
    /** Clocks that differ by more are worth a warning (domain.md). */
    private static final Duration APART = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger("ota.instances");

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final String clientId;
    private final String shareGroup;
    private final ScheduledExecutorService beats;
    private List<String> warnedOf = List.of();
    private boolean warnedOfClock;

    /**
     * @param clientId   as in {@code ota.mqtt.client-id}
     * @param shareGroup as in {@code ota.mqtt.share-group}; empty for plain subscriptions
     */
    public Instances(Database database, Sql sql, Clock clock, String clientId, String shareGroup) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.clientId = clientId;
        this.shareGroup = shareGroup;
        beats = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "ota-instances");
            thread.setDaemon(true);
            return thread;
        });
    }

    public void start() {
        beats.scheduleWithFixedDelay(this::beat, 0, BEAT.toSeconds(), TimeUnit.SECONDS);
    }

    private void beat() {
        if (!database.migrated()) {
            return;
        }
        try {
            List<String> rivals = lookAround();
            if (!rivals.isEmpty() && !rivals.equals(warnedOf)) {
                LOG.warn("ota.mqtt.share-group is [{}], and other instances use this database too: client ID {}. Each message is"
                        + " handled by all of them; set the same ota.mqtt.share-group on all, or stop the others", shareGroup, rivals);
            }
            warnedOf = rivals;
            compareClocks();
        } catch (RuntimeException e) {
            // Whatever it is, the next beat must come. The store says that the database is away.
            LOG.debug("the other instances are not known", e);
        }
    }

    private void compareClocks() {
        Duration ahead = databaseAhead();
        boolean apart = ahead.abs().compareTo(APART) > 0;
        if (apart && !warnedOfClock) {
            LOG.warn("the database's clock is {} s {} this machine's: times in tables and events are this machine's; set both by NTP",
                    ahead.abs().toMillis() / 1_000.0, ahead.isNegative() ? "behind" : "ahead of");
        }
        warnedOfClock = apart;
    }

    /** @return how far the database's clock is ahead, to a second; negative: behind */
    Duration databaseAhead() {
        Instant before = clock.instant();
        long seconds = database.jdbc().sql(sql.get("instance/clock")).query(Long.class).single();
        Instant between = before.plus(Duration.between(before, clock.instant()).dividedBy(2));
        // It says whole seconds: half of one has passed on the average.
        return Duration.between(between, Instant.ofEpochSecond(seconds).plusMillis(500));
    }

    /** Says that this instance is there. @return client IDs of those that get the same messages */
    List<String> lookAround() {
        Instant now = clock.instant();
        return database.transaction(() -> {
            if (write("instance/seen", now) == 0) {
                write("instance/arrive", now);
            }
            return database.jdbc().sql(sql.get("instance/find-rivals")).param("clientId", clientId).param("shareGroup", shareGroup)
                    .param("since", Times.toDb(now.minus(GONE))).query(String.class).list();
        });
    }

    private int write(String statement, Instant now) {
        return database.jdbc().sql(sql.get(statement)).param("clientId", clientId).param("shareGroup", shareGroup)
                .param("now", Times.toDb(now)).update();
    }

    @Override
    public void close() {
        beats.shutdownNow();
        if (!database.migrated()) {
            return;
        }
        try {
            database.transaction(() -> {
                database.jdbc().sql(sql.get("instance/leave")).param("clientId", clientId).update();
            });
        } catch (DataAccessException e) {
            LOG.debug("this instance is taken to be gone in {} s", GONE.toSeconds(), e);
        }
    }
}
