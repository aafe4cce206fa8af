package dev.otaroutes.download;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.otaroutes.download.PackageFiles.PackageFile;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Which file a device may read in blocks: that of a package which it has a task for in a batch over MQTT, or had until lately. Remembered,
 * so that a download of ten thousand blocks costs a query, and goes on while the database is away. What was not found is looked for again
 * each time: the task may be there by then.
 */
public final class StreamFiles {
    /** About 250 bytes each. */
    private static final int REMEMBERED = 20_000;
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);
    private static final Duration FORGET = Duration.ofHours(6);
    /** A device may begin to report before it has read the last block, or read once more what it could not flash. */
    private static final Duration LATELY = Duration.ofDays(1);

    private final PackageFiles files;
    private final AsyncLoadingCache<Key, String> names;

    private record Key(DeviceId device, long streamId) {
    }

    /** @param executor for the queries, which block */
    public StreamFiles(Database database, Sql sql, Clock clock, PackageFiles files, Executor executor) {
        this.files = files;
        names = Caffeine.newBuilder().maximumSize(REMEMBERED).refreshAfterWrite(LOOK_AGAIN).expireAfterWrite(FORGET).executor(executor)
                .buildAsync(key -> database.jdbc().sql(sql.get("download/find-stream")).param("device", key.device().path())
                        .param("packageId", key.streamId()).param("since", Times.toDb(clock.instant().minus(LATELY)))
                        .query(String.class).optional().orElse(null));
    }

    /**
     * @param streamId of an upgrade: the package's ID
     * @return empty if there is none that the device may read; never blocks the caller's thread
     */
    public CompletionStage<Optional<PackageFile>> find(DeviceId device, long streamId) {
        return names.get(new Key(device, streamId)).thenCompose(name -> name == null
                ? CompletableFuture.completedStage(Optional.empty()) : files.find(streamId, name));
    }

    /** Forgets what is remembered of a file that is not on disk as it should be. */
    public void forget(PackageFile file, long streamId) {
        files.forget(streamId, file.path().getFileName().toString());
    }
}
