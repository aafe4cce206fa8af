package dev.otaroutes;

import dev.otaroutes.device.FileDownloads;
import dev.otaroutes.device.MessageCounts;
import dev.otaroutes.download.BlockReader;
import dev.otaroutes.download.ByteBudget;
import dev.otaroutes.download.PackageFiles;
import dev.otaroutes.download.StreamFiles;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.function.IntSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ExecutorServiceManager;

/** What routes/file-download calls by name: {@code fileDownloads}. */
final class FileDownloadBeans {
    private static final int QUERIES = 2;
    private static final int READS = 4;
    /** Each of chunks that are kept and replies that the broker has not taken yet: the heap that all downloads together have. */
    private static final long MOST_BYTES = Runtime.getRuntime().maxMemory() / 16;

    private FileDownloadBeans() {
    }

    /** @param largestPacket bytes that the broker takes at a time */
    static void bind(CamelContext context, PackageFiles files, Database database, Sql sql, Clock clock, MeterRegistry meters, IntSupplier largestPacket) {
        ExecutorServiceManager threads = context.getExecutorServiceManager();
        // Apart: a database that hangs must not hold up those who have been let in.
        ExecutorService queries = threads.newFixedThreadPool(FileDownloadBeans.class, "ota-streams", QUERIES);
        ExecutorService reads = threads.newFixedThreadPool(FileDownloadBeans.class, "ota-blocks", READS);
        context.getRegistry().bind("fileDownloads", new FileDownloads(new StreamFiles(database, sql, clock, files, queries),
                new BlockReader(MOST_BYTES, reads), new ByteBudget(MOST_BYTES, reads), new MessageCounts(meters), largestPacket));
    }
}
