package dev.otaroutes.store;

import dev.otaroutes.message.Dialect;
import dev.otaroutes.rollout.ExternalFile;
import dev.otaroutes.rollout.FileCheck;
import dev.otaroutes.rollout.Finding;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The rows of files whose bytes are elsewhere, and when they are looked at. */
public final class FilesElsewhere {

    /** @param failures times in a row that it could not be downloaded */
    record Due(ExternalFile file, int failures) {
    }

    private final Database database;
    private final Sql sql;

    public FilesElsewhere(Database database, Sql sql) {
        this.database = database;
        this.sql = sql;
    }

    /** @return in the order in which devices are told of them; none for a package that was uploaded, or is not there */
    public List<ExternalFile> ofPackage(long packageId) {
        return database.jdbc().sql(sql.get("external/find-of-package")).param("packageId", packageId).query(FilesElsewhere::file).list();
    }

    private static ExternalFile file(ResultSet row, int number) throws SQLException {
        return new ExternalFile(row.getLong("package_id"), row.getString("name"), row.getString("url"), row.getLong("size_bytes"),
                row.getString("md5"), row.getString("sha256"), Dialect.ofWireName(row.getString("dialect")).followsRedirects());
    }

    /** Of packages with a batch under way. @param verified whether all its bytes have been read */
    List<Due> due(boolean verified, Instant now, int most) {
        return database.jdbc().sql(sql.get("external/find-due")).param("verified", verified ? 1 : 0).param("now", Times.toDb(now)).param("most", most)
                .query((row, number) -> new Due(file(row, number), row.getInt("failures"))).list();
    }

    /** @return whether it is ours until the lease ends */
    boolean claim(ExternalFile file, Instant now, Instant lease) {
        return database.transaction(() -> statement("external/claim", file).param("now", Times.toDb(now)).param("lease", Times.toDb(lease)).update()) == 1;
    }

    void renew(ExternalFile file, Instant lease) {
        database.transaction(() -> {
            statement("external/renew", file).param("lease", Times.toDb(lease)).update();
        });
    }

    /** @param read whether all its bytes have been read */
    void settle(ExternalFile file, boolean read, Finding finding, FileCheck check, Instant now) {
        database.transaction(() -> {
            statement("external/settle", file).param("failures", check.failures()).param("fault", finding.fault())
                    .param("again", Times.toDb(now.plus(check.again()))).param("verifiedAt", read && finding.fine() ? Times.toDb(now) : null)
                    .param("mismatch", finding.mismatch() ? 1 : 0).update();
        });
    }

    List<Long> batchesUnderWay(long packageId) {
        return database.jdbc().sql(sql.get("external/find-batches")).param("packageId", packageId).query(Long.class).list();
    }

    private StatementSpec statement(String name, ExternalFile file) {
        return database.jdbc().sql(sql.get(name)).param("packageId", file.packageId()).param("name", file.name());
    }
}
