package dev.otaroutes.store;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** Tells failures that pass, and are waited out, from those that come back however often one tries (domain.md, Our own failures). */
public final class Failures {
    /** Connection, rollback by the database, no room, operator intervention, system error. */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "40", "53", "57", "58");
    /** A lock, a server that is read-only until it takes over, a time-out. */
    private static final Set<String> PASSING_STATES = Set.of("55P03", "25006", "HYT00", "HYT01");
    /** H2: input/output, closed or broken connection, closed database; MariaDB and MySQL: no disk, full table, lock, deadlock, shutdown, read-only. */
    private static final Set<Integer> PASSING_CODES =
            Set.of(90028, 90031, 90067, 90098, 90121, 50200, 50300, 1021, 1040, 1053, 1114, 1205, 1213, 1290, 1836, 1927, 2006, 2013);

    private Failures() {
    }

    /** @return whether waiting and trying again can help */
    public static boolean passing(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && passing(sql)) {
                return true;
            }
            if (t instanceof CannotCreateTransactionException || t instanceof TransientDataAccessException
                    || t instanceof TransactionSystemException) {
                return true;
            }
        }
        return false;
    }

    /** @return whether the database has ended the transaction, as it does with one of those in a deadlock: nothing of it is left */
    static boolean rolledBack(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && sql.getSQLState() != null && sql.getSQLState().startsWith("40")) {
                return true;
            }
        }
        return false;
    }

    private static boolean passing(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return e instanceof SQLTransientException || e instanceof SQLRecoverableException
                || e instanceof SQLNonTransientConnectionException
                || PASSING_CODES.contains(e.getErrorCode())
                || PASSING_STATES.contains(state)
                || state.length() == 5 && PASSING_CLASSES.contains(state.substring(0, 2));
    }
}
