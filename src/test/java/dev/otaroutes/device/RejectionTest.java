package dev.otaroutes.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.extension.FaultPlaces;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.BadSqlGrammarException;

class RejectionTest {
    /** As PostgreSQL says it: without the statement. */
    private static final SQLException UNKNOWN_COLUMN = new SQLException("ERROR: column \"colour\" does not exist", "42703");

    @Test
    void anIntegratorsStatementThatFailsIsNamed() {
        assertThat(detail("/* upgrade/find.sql of ota.sql.dir */\nSELECT colour FROM firmware"))
                .isEqualTo("upgrade/find.sql of ota.sql.dir: SQLException: ERROR: column \"colour\" does not exist");
        assertThat(detail("SELECT colour FROM ota_package")).isEqualTo("SQLException: ERROR: column \"colour\" does not exist");
    }

    private static String detail(String statement) {
        return Rejection.of(new GivenUpException(new BadSqlGrammarException("query", statement, UNKNOWN_COLUMN)), new FaultPlaces()).detail();
    }
}
