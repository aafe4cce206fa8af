package dev.otaroutes.download;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Uploaded files as the tables know them, remembered: a device that downloads in a thousand ranges costs one query, and
 * downloads go on while the database is away.
 */
public final class StoredPackageFiles implements PackageFiles {
    private static final int REMEMBERED = 10_000;
    /** Another instance may have replaced a file whose package is in no batch yet. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    private static final Duration FORGET = Duration.ofDays(1);

    private final AsyncLoadingCache<Key, PackageFile> cache;

    private record Key(long packageId, String name) {
    }

    /** @param executor for the queries, which block */
    public StoredPackageFiles(Database database, Sql sql, PackageDirectory directory, Executor executor) {
        cache = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .refreshAfterWrite(LOOK_AGAIN)
                .expireAfterWrite(FORGET)
                .executor(executor)
                .buildAsync(key -> database.jdbc().sql(sql.get("download/find-file"))
                        .param("packageId", key.packageId()).param("name", key.name())
                        .query((row, number) -> new PackageFile(directory.file(key.packageId(), key.name(), row.getString("sha256")),
                                row.getLong("size_bytes"), row.getString("sha256")))
                        .optional().orElse(null));
    }

    @Override
    public CompletionStage<Optional<PackageFile>> find(long packageId, String name) {
        return cache.get(new Key(packageId, name)).thenApply(Optional::ofNullable);
    }

    @Override
    public void forget(long packageId, String name) {
        cache.synchronous().invalidate(new Key(packageId, name));
    }
}
