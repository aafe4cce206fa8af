package dev.otaroutes.support;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A transaction that another process has open: what it has locked is held until it is committed or closed.
 * <p>
 * On H2 none of this process may take its place. A checkpoint waits for the transactions of this process that run, and holds up those that
 * begin meanwhile: one that waits for another to come to its lock would wait for ever as soon as a checkpoint is due.
 */
public final class OtherTransaction implements AutoCloseable {
    private final Connection connection;
    private final JdbcClient jdbc;

    public OtherTransaction(DataSource database) throws SQLException {
        connection = database.getConnection();
        connection.setAutoCommit(false);
        jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
    }

    /** @return for the statements of this transaction */
    public JdbcClient jdbc() {
        return jdbc;
    }

    public void commit() throws SQLException {
        connection.commit();
    }

    /** Undoes what is not committed. */
    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }
}
