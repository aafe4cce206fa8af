package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;

/** domain.md, Bad input, and our own failures. */
class FailuresTest {
    @ParameterizedTest(name = "{2}")
    @CsvSource({
            "08006, 0, PostgreSQL: connection lost",
            "57P01, 0, PostgreSQL: shut down by its administrator",
            "57P03, 0, PostgreSQL: starting up",
            "53100, 0, PostgreSQL: disk full",
            "53300, 0, PostgreSQL: too many connections",
            "40P01, 0, PostgreSQL: deadlock",
            "55P03, 0, PostgreSQL: lock not available",
            "25006, 0, PostgreSQL: read-only until it takes over",
            "40001, 1213, MariaDB: deadlock",
            "HY000, 1205, MariaDB: lock wait time-out",
            "HY000, 1021, MariaDB: disk full",
            "HY000, 1290, MariaDB: read-only until it takes over",
            "70100, 1927, MariaDB: connection killed",
            "40001, 40001, H2: deadlock",
            "HYT00, 50200, H2: lock time-out",
            "90121, 90121, H2: closed",
            "90031, 90031, H2: input or output"})
    void connectionsLocksAndRoomAreWaitedFor(String state, int code, String what) {
        assertThat(Failures.passing(new UncategorizedSQLException("t", "s", new SQLException(what, state, code)))).isTrue();
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource({
            "22001, 0, too long for its column", "22001, 1406, MariaDB: too long for its column", "23505, 0, not unique",
            "23000, 1062, MariaDB: not unique", "42P01, 0, no such table", "42S02, 1146, MariaDB: no such table",
            "42S22, 42122, H2: no such column", "XX000, 0, internal error of the server"})
    void errorsOfTheStatementComeBackHoweverOftenOneTries(String state, int code, String what) {
        assertThat(Failures.passing(new UncategorizedSQLException("t", "s", new SQLException(what, state, code)))).isFalse();
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource({"40P01, 0, PostgreSQL: deadlock, true", "40001, 1213, MariaDB: deadlock, true", "40001, 40001, H2: deadlock, true",
            "HY000, 1205, MariaDB: lock wait time-out, false", "55P03, 0, PostgreSQL: lock not available, false",
            "08006, 0, PostgreSQL: connection lost, false"})
    void nothingIsLeftOfATransactionThatWasChosenInADeadlock(String state, int code, String what, boolean rolledBack) {
        assertThat(Failures.rolledBack(new UncategorizedSQLException("t", "s", new SQLException(what, state, code)))).isEqualTo(rolledBack);
    }

    @Test
    void aFullPoolIsWaitedFor() {
        assertThat(Failures.passing(new CannotCreateTransactionException("no connection",
                new SQLTransientConnectionException("ota - Connection is not available")))).isTrue();
    }

    @Test
    void theKindsOfTheLibraryCount() {
        assertThat(Failures.passing(new CannotAcquireLockException("lock"))).isTrue();
        assertThat(Failures.passing(new DataIntegrityViolationException("no"))).isFalse();
        assertThat(Failures.passing(new IllegalStateException("a bug of ours"))).isFalse();
    }
}
