package dev.otaroutes.store;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Reaches the database at start and brings its schema up to date. What waiting cannot mend (a wrong password, a database
 * that does not exist) ends the start at once; a database that is merely not there yet is tried again.
 */
public final class DatabaseStart {
    private static final long AGAIN_MS = 1_000;
    /** Connection trouble, out of resources, being started or stopped: SQL states by class. */
    private static final Set<String> MAY_PASS = Set.of("08", "53", "57");
    private static final Set<String> NOT_LET_IN = Set.of("28");
    private static final String POSTGRES_NO_SUCH_DATABASE = "3D000";
    private static final int MYSQL_NO_SUCH_DATABASE = 1049;
    private static final int H2_IN_USE = 90020;

    private final Database database;
    private final String url;
    private final String username;
    private final Duration patience;
    private final Consumer<String> warning;
    private volatile boolean stopped;

    /**
     * @param patience how long a database that cannot be reached is tried again; zero: not at all
     * @param warning  told once, in one line, that it cannot be reached yet
     */
    public DatabaseStart(Database database, String url, String username, Duration patience, Consumer<String> warning) {
        this.database = database;
        this.url = url;
        this.username = username;
        this.patience = patience;
        this.warning = warning;
    }

    /**
     * Returns when the schema is up to date, or {@link #stop()} ended the waiting.
     *
     * @throws RefusedDatabaseException if the database cannot be used, or could not be reached in time
     */
    public void run() throws RefusedDatabaseException {
        long giveUp = System.nanoTime() + patience.toNanos();
        for (boolean warned = false; !stopped; warned = true) {
            try {
                database.reach();
                return;
            } catch (SQLException | RuntimeException e) {
                if (!mayPass(e)) {
                    throw new RefusedDatabaseException(fault(e), e);
                }
                String away = "ota.db.url is [" + url + "]: the database cannot be reached (" + text(e) + "); ";
                if (System.nanoTime() >= giveUp) {
                    throw new RefusedDatabaseException(away + "start it or correct ota.db.url (waited "
                            + patience.toSeconds() + " s, ota.db.start-wait-seconds)", e);
                }
                if (!warned) {
                    warning.accept(away + "start it or correct ota.db.url; trying again for " + patience.toSeconds() + " s");
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(AGAIN_MS));
        }
    }

    /** Ends the waiting; a migration that runs goes on to its end. */
    public void stop() {
        stopped = true;
    }

    private static boolean mayPass(Throwable failure) {
        if (find(failure, UnknownHostException.class) != null) {
            return false;
        }
        SQLException sql = find(failure, SQLException.class);
        return sql instanceof SQLTransientException
                || sql != null && sql.getSQLState() != null && MAY_PASS.contains(stateClass(sql));
    }

    private String fault(Throwable failure) {
        SQLException sql = find(failure, SQLException.class);
        UnknownHostException host = find(failure, UnknownHostException.class);
        if (host != null) {
            return "ota.db.url is [" + url + "]: no such host is known; correct ota.db.url";
        }
        if (sql == null || sql.getSQLState() == null) {
            return "ota.db.url is [" + url + "]: the database cannot be used (" + text(failure) + "); correct ota.db.url";
        }
        if (NOT_LET_IN.contains(stateClass(sql))) {
            return "ota.db.username is [" + username + "]: the database at " + url + " does not let it in (" + text(sql)
                    + "); correct ota.db.username or ota.db.password";
        }
        if (sql.getErrorCode() == H2_IN_USE && database.kind() == DatabaseKind.H2) {
            return "ota.db.url is [" + url + "]: in use by another process; stop it or set ota.db.url to another file";
        }
        if (POSTGRES_NO_SUCH_DATABASE.equals(sql.getSQLState())
                || sql.getErrorCode() == MYSQL_NO_SUCH_DATABASE && database.kind() == DatabaseKind.MYSQL) {
            return "ota.db.url is [" + url + "]: there is no such database; create it or correct ota.db.url";
        }
        return "ota.db.url is [" + url + "]: the database cannot be used (" + text(sql) + "); correct ota.db.url";
    }

    private static String stateClass(SQLException sql) {
        return sql.getSQLState().substring(0, Math.min(2, sql.getSQLState().length()));
    }

    /** The network's own words are shorter than the drivers': "Connection refused". */
    private static String text(Throwable failure) {
        IOException network = find(failure, SocketException.class);
        network = network == null ? find(failure, SocketTimeoutException.class) : network;
        return String.valueOf((network == null ? failure : network).getMessage()).lines().findFirst().orElse("").strip();
    }

    private static <T extends Throwable> T find(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
