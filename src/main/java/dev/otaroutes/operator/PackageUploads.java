package dev.otaroutes.operator;

import dev.otaroutes.download.FileName;
import dev.otaroutes.download.PackageDirectory;
import dev.otaroutes.download.PackageFiles;
import dev.otaroutes.http.ProblemException;
import dev.otaroutes.http.Urls;
import dev.otaroutes.message.UpgradePackage;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Which uploads a package takes, and the step from bytes on disk to files of the package (domain.md, Package). Blocks. */
public final class PackageUploads {
    private static final Logger LOG = LoggerFactory.getLogger("ota.upload");

    private final Database database;
    private final Sql sql;
    private final PackageDirectory directory;
    private final PackageFiles downloads;
    private final List<String> suffixes;
    private final Clock clock;

    /**
     * @param downloads is told when a file is replaced
     * @param suffixes {@code ota.package.file-suffixes}, each with its dot, compared without regard to case
     */
    public PackageUploads(Database database, Sql sql, PackageDirectory directory, PackageFiles downloads, List<String> suffixes,
            Clock clock) {
        this.database = database;
        this.sql = sql;
        this.directory = directory;
        this.downloads = downloads;
        this.suffixes = suffixes.stream().map(suffix -> suffix.toLowerCase(Locale.ROOT)).toList();
        this.clock = clock;
    }

    /** What an uploaded file turned out to be. */
    public record Uploaded(String name, long size, String md5, String sha256) {
    }

    /** @throws ProblemException 400 if no package takes a file of that name */
    void checkName(String name) {
        String fault = FileName.fault(name);
        if (fault != null) {
            throw new ProblemException(400, fault);
        }
        if (suffixes.stream().noneMatch(name.toLowerCase(Locale.ROOT)::endsWith)) {
            throw new ProblemException(400, "the file name [" + name + "] must end in one of " + suffixes
                    + " (ota.package.file-suffixes)");
        }
    }

    /**
     * Begins an upload.
     *
     * @return where its bytes go until they are known to be whole
     * @throws ProblemException 404 or 409 if the package does not take the file
     */
    Path begin(long packageId, String name) throws IOException {
        database.transaction(() -> lock(packageId, name));
        return directory.upload(packageId);
    }

    /** Makes the bytes a file of the package; asks again whether it takes them, since an upload takes its time. */
    void finish(long packageId, Uploaded file, Path bytes) {
        database.transaction(() -> {
            int number = lock(packageId, file.name());
            database.jdbc().sql(sql.get("operator/delete-package-file")).param("packageId", packageId).param("name", file.name()).update();
            database.jdbc().sql(sql.get("operator/insert-package-file")).param("packageId", packageId).param("name", file.name())
                    .param("number", number).param("size", file.size()).param("md5", file.md5()).param("sha256", file.sha256()).param("url", null)
                    .param("now", Times.toDb(clock.instant())).update();
            // Last, and under the package's lock. Beside the file that was there, not in its place: the row may not be committed after all.
            arrive(bytes, packageId, file);
        });
        settle(packageId, file);
        downloads.forget(packageId, file.name());
    }

    /** @return the file's place among those of the package: the one it has had, or the next */
    private int lock(long packageId, String name) {
        database.jdbc().sql(sql.get("operator/lock-package")).param("id", packageId).query(Long.class).optional()
                .orElseThrow(() -> new ProblemException(404, "there is no package [" + packageId + "]"));
        database.jdbc().sql(sql.get("operator/find-batch-of-package")).param("packageId", packageId).query(Long.class).optional()
                .ifPresent(batch -> {
                    throw new ProblemException(409, "package [" + packageId + "] is in batch [" + batch
                            + "] and does not change any more; other bytes need another version");
                });
        List<Stored> files = stored(packageId);
        files.stream().filter(file -> file.url != null).findFirst().ifPresent(file -> {
            throw new ProblemException(409, "package [" + packageId + "] has its file at [" + Urls.shown(file.url)
                    + "]; a package is either uploaded or elsewhere");
        });
        return files.stream().filter(file -> file.name.equals(name)).findFirst().map(Stored::number)
                .orElseGet(() -> next(packageId, name, files));
    }

    private static int next(long packageId, String name, List<Stored> files) {
        if (files.size() == UpgradePackage.MOST_FILES) {
            throw new ProblemException(409, "package [" + packageId + "] has " + files.size() + " files, and no room for [" + name + "]");
        }
        return files.stream().mapToInt(Stored::number).max().orElse(0) + 1;
    }

    private record Stored(String name, String url, int number, String sha256) {
    }

    private List<Stored> stored(long packageId) {
        return database.jdbc().sql(sql.get("operator/list-package-files")).param("packageIds", List.of(packageId))
                .query((row, number) -> new Stored(row.getString("name"), row.getString("url"), row.getInt("number"), row.getString("sha256"))).list();
    }

    private void arrive(Path bytes, long packageId, Uploaded file) {
        try {
            directory.arrive(bytes, packageId, file.name(), file.sha256());
        } catch (IOException e) {
            throw new UncheckedIOException("the upload [" + bytes + "] cannot be moved beside the files of package [" + packageId + "]", e);
        }
    }

    /** The upload is one already: should this fail, or the process end before, it is found where it has arrived. */
    private void settle(long packageId, Uploaded file) {
        try {
            database.transaction(() -> {
                database.jdbc().sql(sql.get("operator/lock-package")).param("id", packageId).query(Long.class).optional();
                // Another one of its name may have come since, or the package may have been removed.
                if (stored(packageId).stream().anyMatch(row -> row.name.equals(file.name()) && file.sha256().equals(row.sha256))) {
                    try {
                        directory.settle(packageId, file.name(), file.sha256());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
        } catch (DataAccessException | TransactionException | UncheckedIOException e) {
            LOG.info("file [{}] of package [{}] stays where it has arrived: {}", file.name(), packageId, e.getMessage());
        }
    }
}
