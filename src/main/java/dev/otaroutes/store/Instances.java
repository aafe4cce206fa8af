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
 * each message to both. Nothing is lost by it, but everything is done twice, so it is warned about.
 */
public final class Instances implements AutoCloseable {
    /** How often an instance says that it is there. */
    static final Duration BEAT = Duration.ofSeconds(10);
    /** Whoever has not been seen for as long is taken to be gone. */
    static final Duration GONE = BEAT.multipliedBy(3);
    private static final Logger LOG = LoggerFactory.getLogger("ota.instances");

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final String clientId;
    private final String shareGroup;
    private final ScheduledExecutorService beats;
    private List<String> warnedOf = List.of();

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
        } catch (RuntimeException e) {
            // Whatever it is, the next beat must come. The store says that the database is away.
            LOG.debug("the other instances are not known", e);
        }
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
            database.jdbc().sql(sql.get("instance/leave")).param("clientId", clientId).update();
        } catch (DataAccessException e) {
            LOG.debug("this instance is taken to be gone in {} s", GONE.toSeconds(), e);
        }
    }
}
