package dev.otaroutes.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Connections beside the bundle's own pool. */
final class DriverConnections {
    private DriverConnections() {
    }

    /** @return a connection that batches inserts where the driver can */
    static Connection of(String url, String username, String password) throws SQLException {
        String full = url.startsWith("jdbc:postgresql") ? url + "?reWriteBatchedInserts=true"
                : url.startsWith("jdbc:mariadb") ? url + "?useBulkStmts=true"
                : url + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE";
        return DriverManager.getConnection(full, username, password);
    }
}
