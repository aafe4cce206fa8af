package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent to PostgreSQL as arrays is what was in the rows. */
class RowArraysIT {
    private static final String INSERT = """
            INSERT INTO written
            SELECT * FROM unnest(:id::bigint[], :step::int[], :open::smallint[], :at::timestamp[], :until::timestamp[], :text::varchar[])""";

    /** Whichever format the URL asks for. */
    @ParameterizedTest
    @ValueSource(strings = {"", "?binaryTransfer=false"})
    void numbersTimesAndTextsArriveAsTheyWere(String options) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(StoreUnderTest.Kind.POSTGRESQL)) {
            List<Row> rows = List.of(
                    row(Long.MAX_VALUE, -4, 1, LocalDateTime.parse("2026-11-29T23:59:59.999"), null, "a,{\"b\"}\\NULL"),
                    row(1L, null, null, LocalDateTime.parse("1999-12-31T23:59:59.001"), LocalDateTime.parse("9999-12-31T00:00:00"), null),
                    row(2, 100, null, LocalDateTime.parse("2000-01-01T00:00:00"), null, "NULL"));
            write(rows, store, options);

            assertThat(store.texts("SELECT CONCAT_WS('|', id, step, open, at, until, text) FROM written ORDER BY id DESC")).containsExactly(
                    "9223372036854775807|-4|1|2026-11-29 23:59:59.999|a,{\"b\"}\\NULL",
                    "2|100|2000-01-01 00:00:00|NULL",
                    "1|1999-12-31 23:59:59.001|9999-12-31 00:00:00");
            assertThat(store.number("SELECT COUNT(*) FROM written WHERE step IS NULL AND open IS NULL AND text IS NULL")).isEqualTo(1);
        }
    }

    /** PostgreSQL fills up what comes to an end before the others. */
    @ParameterizedTest
    @ValueSource(strings = {"", "?binaryTransfer=false"})
    void whatIsNullInAllRowsArrivesAsNull(String options) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(StoreUnderTest.Kind.POSTGRESQL)) {
            write(List.of(row(1, null, null, null, null, null), row(2, null, null, null, null, null)), store, options);

            assertThat(store.texts("SELECT id FROM written WHERE step IS NULL AND open IS NULL AND at IS NULL AND until IS NULL AND text IS NULL ORDER BY id"))
                    .containsExactly("1", "2");
        }
    }

    @Test
    void rowsThatDifferInTheirParametersAreRefused() {
        List<Row> rows = List.of(new Row("id", 1).addValue("step", 2), new Row("id", 3));

        assertThatThrownBy(() -> new RowArrays().of("SELECT unnest(:id::bigint[], :step::int[])", rows))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("row 1 has the parameters [id] where the first has [id, step]");
    }

    private static void write(List<Row> rows, StoreUnderTest store, String options) {
        HikariDataSource pool = (HikariDataSource) store.database.dataSource();
        store.database.jdbc().sql("CREATE TABLE written (id BIGINT, step INT, open SMALLINT, at TIMESTAMP(3), until TIMESTAMP(3), text VARCHAR(99))").update();
        try (Database database = new Database(pool.getJdbcUrl() + options, pool.getUsername(), pool.getPassword(), 2)) {
            database.migrate();
            database.transaction(() -> database.batch(INSERT, rows));
        }
    }

    private static Row row(Number id, Integer step, Integer open, LocalDateTime at, LocalDateTime until, String text) {
        return new Row("id", id).addValue("step", step).addValue("open", open).addValue("at", at).addValue("until", until)
                .addValue("text", text);
    }
}
