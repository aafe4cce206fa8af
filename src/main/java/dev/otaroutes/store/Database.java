package dev.otaroutes.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one database: pool, migration and transactions.
 * <p>
 * It is made without a connection, so that the process can live while the database is away; {@link #migrate()} is the
 * first that needs it. A transaction is READ COMMITTED on every database, and durable when {@link #transaction} returns.
 */
public final class Database implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    /** A database that is connected but silent is given up after this long, and tried again. */
    private static final int SILENCE_SECONDS = 30;
    /** For all transactions of a connection: set for each, PostgreSQL would first be asked each time what it is. */
    private static final String READ_COMMITTED = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED; ";
    /**
     * What is looked for is found by an index. PostgreSQL, which thinks of turning disks, would now and then rather read a table in its
     * order; and a statement that it planned while the table was empty would read all of it however it grows, until its rows are counted
     * anew. Without jit: it takes the cost of what it was told to avoid for real, and would compile each such statement.
     */
    private static final String PREFER_INDEXES = "SET random_page_cost = 1.1; SET enable_seqscan = off; SET enable_hashjoin = off;"
            + " SET enable_mergejoin = off; SET jit = off";
    /**
     * The same for MariaDB and MySQL: of a list of 200 values and more they only estimate how many rows each has, by what was counted when
     * the table was opened. One whose rows had not been counted by then would be read whole for each list until it is opened anew.
     */
    private static final String LOOK_UP_EACH = "SET eq_range_index_dive_limit = 0";

    /** H2: broken or closed connection, closed database. */
    private static final Set<Integer> CLOSED = Set.of(90067, 90098, 90121);
    /** Who has been chosen to step back lets the others go first, and is rarely chosen twice. */
    private static final int MOST_ATTEMPTS = 3;
    private static final long STEP_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final DatabaseKind kind;
    private final HikariDataSource pool;
    private final JdbcClient jdbc;
    private final NamedParameterJdbcTemplate named;
    private final Pipeline pipeline;
    private final RowArrays rowArrays = new RowArrays();
    private final TransactionTemplate transactions;
    private final Checkpoint checkpoint;
    private volatile boolean migrated;

    /**
     * @param url      as in {@code ota.db.url}
     * @param poolSize connections at most
     * @throws IllegalArgumentException if the URL is of no database served here
     */
    public Database(String url, String username, String password, int poolSize) {
        kind = DatabaseKind.ofUrl(url);
        HikariConfig config = new HikariConfig();
        config.setPoolName("ota");
        config.setJdbcUrl(driverUrl(kind, url));
        config.setUsername(username);
        config.setPassword(password);
        config.setMaximumPoolSize(poolSize);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        config.setInitializationFailTimeout(-1);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        switch (kind) {
            case POSTGRESQL -> {
                config.addDataSourceProperty("reWriteBatchedInserts", "true");
                config.addDataSourceProperty("socketTimeout", String.valueOf(SILENCE_SECONDS));
                config.addDataSourceProperty("connectTimeout", String.valueOf(CONNECT_TIMEOUT_MS / 1_000));
                config.addDataSourceProperty("ApplicationName", "ota-routes");
                config.addDataSourceProperty("binaryTransferEnable", String.valueOf(TimestampArray.OID));
                config.setConnectionInitSql(READ_COMMITTED + PREFER_INDEXES);
            }
            case MYSQL -> {
                config.addDataSourceProperty("socketTimeout", String.valueOf(SILENCE_SECONDS * 1_000));
                config.addDataSourceProperty("connectTimeout", String.valueOf(CONNECT_TIMEOUT_MS));
                // MariaDB gets all rows of a batch at once, and counts none of them for us.
                config.addDataSourceProperty("useBulkStmts", "true");
                config.setConnectionInitSql(LOOK_UP_EACH);
            }
            // A full disk closes the database under its connections, which say that they are valid.
            case H2 -> config.setExceptionOverride(new SQLExceptionOverride() {
                @java.lang.Override
                public Override adjudicate(SQLException failure) {
                    return CLOSED.contains(failure.getErrorCode()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
                }
            });
        }
        pool = new HikariDataSource(config);
        jdbc = JdbcClient.create(pool);
        named = new NamedParameterJdbcTemplate(pool);
        pipeline = new Pipeline(named.getJdbcOperations());
        checkpoint = new Checkpoint(() -> jdbc.sql("CHECKPOINT SYNC").update());
        transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
        if (kind != DatabaseKind.POSTGRESQL) {
            transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        }
    }

    private static String driverUrl(DatabaseKind kind, String url) {
        return switch (kind) {
            case H2 -> {
                String options = url.toUpperCase(Locale.ROOT);
                String mode = options.contains(";MODE=") ? "" : ";MODE=MySQL";
                String lower = options.contains(";DATABASE_TO_LOWER=") ? "" : ";DATABASE_TO_LOWER=TRUE";
                // Its own trace file would grow beside the data, and what goes in there is thrown as well.
                String trace = options.contains(";TRACE_LEVEL_FILE=") ? "" : ";TRACE_LEVEL_FILE=0";
                // Its own hook would close it while ours still stops what uses it.
                String exit = options.contains(";DB_CLOSE_ON_EXIT=") ? "" : ";DB_CLOSE_ON_EXIT=FALSE";
                String delay = options.contains(";WRITE_DELAY=") ? "" : ";WRITE_DELAY=" + Checkpoint.WRITE_DELAY_MS;
                yield url + mode + lower + trace + exit + delay;
            }
            case MYSQL -> url.startsWith("jdbc:mysql:") && !url.contains("permitMysqlScheme")
                    ? url + (url.contains("?") ? "&" : "?") + "permitMysqlScheme" : url;
            case POSTGRESQL -> url;
        };
    }

    /**
     * One connection outside the pool, which says at once what is wrong where the pool would try until its time-out.
     *
     * @throws SQLException as the driver throws it
     */
    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.putAll(pool.getDataSourceProperties());
        properties.setProperty("user", pool.getUsername());
        properties.setProperty("password", pool.getPassword());
        return DriverManager.getConnection(pool.getJdbcUrl(), properties);
    }

    /**
     * Brings the schema up to date.
     *
     * @throws SQLException if the database cannot be reached or used; from a migration as a cause
     */
    void reach() throws SQLException {
        try (Connection own = connect()) {
            new Migration(kind, pool).run(own);
        }
        if (kind == DatabaseKind.H2) {
            checkpoint.start();
        }
        migrated = true;
    }

    /** Brings the schema up to date; our tables may stand beside others in the same schema. */
    public void migrate() {
        try {
            reach();
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be used: " + e.getMessage(), e);
        }
    }

    /** @return whether the schema has been brought up to date by this process: nothing can be stored before */
    public boolean migrated() {
        return migrated;
    }

    public DatabaseKind kind() {
        return kind;
    }

    public DataSource dataSource() {
        return pool;
    }

    /** Measures the pool from now on, in Micrometer's names ({@code hikaricp.connections}). Once. */
    public void bindTo(MeterRegistry registry) {
        pool.setMetricRegistry(registry);
    }

    /** @return for single statements with named parameters; inside {@link #transaction} part of it */
    public JdbcClient jdbc() {
        return jdbc;
    }

    /** @return for batches of a statement with named parameters; inside {@link #transaction} part of it */
    public NamedParameterJdbcTemplate named() {
        return named;
    }

    /** Lists of a few lengths only, so that the databases meet a few statements and can keep their plans. */
    public static <T> List<T> padded(Collection<T> values) {
        List<T> list = new ArrayList<>(values);
        int length = list.size() > 1 ? Integer.highestOneBit(list.size() - 1) << 1 : 1;
        while (list.size() < length && !list.isEmpty()) {
            list.add(list.get(list.size() - 1));
        }
        return list;
    }

    /**
     * @param values texts or {@code Long}s, at least one
     * @return the values as the statement takes them: an array on PostgreSQL, if it says {@code = ANY (:name}, else a {@link #padded} list
     */
    public Object listed(String statement, Collection<?> values) {
        if (!takesArray(statement)) {
            return padded(values);
        }
        return values.toArray(values.iterator().next() instanceof Long ? new Long[0] : new String[0]);
    }

    /** A statement and the rows that it is to be run for: with the same parameters in the same order. */
    record Rows(String statement, List<Row> rows) {
    }

    /** As {@link #batches}, for one statement. */
    void batch(String statement, List<Row> rows) {
        batches(List.of(new Rows(statement, rows)));
    }

    /**
     * Runs statements one after the other, each for its rows; where it takes arrays ({@code unnest}, PostgreSQL) once for all of them, each
     * parameter an array with an element a row ({@link RowArrays}). Inside {@link #transaction} part of it.
     *
     * @param all one without rows is left out
     */
    void batches(List<Rows> all) {
        List<Pipeline.Step> together = new ArrayList<>();
        for (Rows batch : all) {
            if (batch.rows.isEmpty()) {
                continue;
            }
            boolean arrays = takesArray(batch.statement);
            if (arrays && !Sql.replaced(batch.statement)) {
                together.add(new Pipeline.Step(batch.statement, rowArrays.of(batch.statement, batch.rows), null));
                continue;
            }
            pipeline.run(together);
            together.clear();
            if (arrays) {
                named.update(batch.statement, rowArrays.of(batch.statement, batch.rows));
            } else {
                named.batchUpdate(batch.statement, batch.rows.toArray(Row[]::new));
            }
        }
        pipeline.run(together);
    }

    /** @return whether it stands for as many values or rows as there are, by arrays */
    private boolean takesArray(String statement) {
        return kind == DatabaseKind.POSTGRESQL && (statement.contains("unnest(") || statement.contains("ANY (:"));
    }

    /** A statement that reads, for a list of values as {@link #listed}, and who hears of each row. */
    record Query(String statement, String parameter, Collection<?> values, RowCallbackHandler row) {
        /** Of a statement without parameters. */
        static Query ofAll(String statement, RowCallbackHandler row) {
            return new Query(statement, null, List.of(), row);
        }
    }

    /** Runs statements one after the other. Inside {@link #transaction} part of it. @param all one whose list has no values is left out */
    void queries(List<Query> all) {
        List<Pipeline.Step> together = new ArrayList<>();
        for (Query query : all) {
            if (query.parameter != null && query.values.isEmpty()) {
                continue;
            }
            SqlParameterSource parameters = query.parameter == null ? new MapSqlParameterSource()
                    : new MapSqlParameterSource(query.parameter, listed(query.statement, query.values));
            if (kind == DatabaseKind.POSTGRESQL && !Sql.replaced(query.statement)) {
                together.add(new Pipeline.Step(query.statement, parameters, query.row));
            } else {
                pipeline.run(together);
                together.clear();
                named.query(query.statement, parameters, query.row);
            }
        }
        pipeline.run(together);
    }

    /**
     * Runs the work in one transaction on this thread; from its beginning again if the database has ended it for a deadlock.
     *
     * @return what the work returns, once it is on disk; inside another transaction of this thread, once that is
     */
    public <T> T transaction(Supplier<T> work) {
        requireSchema();
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            return transactions.execute(status -> work.get());
        }
        for (int attempt = 1;; attempt++) {
            try {
                return durable(work);
            } catch (ConcurrencyFailureException e) {
                if (attempt == MOST_ATTEMPTS || !Failures.rolledBack(e)) {
                    throw e;
                }
                // Else it may have its first lock again before the other has got it; and of different length, since both may have been ended.
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(STEP_BACK_NANOS, 5 * STEP_BACK_NANOS));
            }
        }
    }

    private <T> T durable(Supplier<T> work) {
        if (kind != DatabaseKind.H2) {
            return transactions.execute(status -> work.get());
        }
        T result = checkpoint.transaction(() -> transactions.execute(status -> work.get()));
        checkpoint.await();
        return result;
    }

    /**
     * As {@link #transaction(Supplier)}, but a kill of the process or of the database may undo it as a whole within the
     * next second: for what is then done again without harm. It spares the wait for the disk.
     */
    public <T> T repeatableTransaction(Supplier<T> work) {
        requireSchema();
        return switch (kind) {
            case H2 -> checkpoint.transaction(() -> transactions.execute(status -> work.get()));
            case POSTGRESQL -> transactions.execute(status -> {
                jdbc.sql("SET LOCAL synchronous_commit TO OFF").update();
                return work.get();
            });
            case MYSQL -> transactions.execute(status -> work.get());
        };
    }

    /** As {@link #transaction(Supplier)}, for work without a result. */
    public void transaction(Runnable work) {
        transaction(() -> {
            work.run();
            return null;
        });
    }

    /** Before the schema is up to date a statement would fail as if it were wrong; it is only early, and has to be tried again. */
    private void requireSchema() {
        if (!migrated) {
            throw new TransientDataAccessResourceException("the schema is not up to date yet");
        }
    }

    @Override
    public void close() {
        checkpoint.close();
        pool.close();
    }
}
