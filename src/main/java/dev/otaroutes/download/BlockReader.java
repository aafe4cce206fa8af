package dev.otaroutes.download;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.otaroutes.download.PackageFiles.PackageFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads blocks of package files ahead: a chunk of {@value #CHUNK_BYTES} bytes at a time, kept for the blocks that follow and for
 * other devices that are at the same place. Chunks and open files are few, however many devices and however long their files.
 */
public final class BlockReader {
    /** As long as the longest block: one touches two chunks at most. */
    static final int CHUNK_BYTES = 128 * 1024;
    private static final int MOST_FILES = 32;
    private static final Duration FILE_IDLE = Duration.ofMinutes(1);
    private static final Duration CHUNK_IDLE = Duration.ofMinutes(5);
    private static final Logger LOG = LoggerFactory.getLogger("ota.download");

    private final Executor executor;
    private final AsyncCache<Chunk, Read> chunks;
    private final Cache<PackageFile, FileChannel> files = Caffeine.newBuilder().maximumSize(MOST_FILES).expireAfterAccess(FILE_IDLE)
            .executor(Runnable::run)
            .<PackageFile, FileChannel>removalListener((file, channel, cause) -> close(channel)).build();

    private record Chunk(PackageFile file, long number) {
    }

    /** What became of a chunk. A failure is a value: as the exception of a load the cache would log it, each time with its stack. */
    private record Read(byte[] bytes, UncheckedIOException failure) {
    }

    /**
     * @param mostBytes of chunks that are kept
     * @param executor  for reading, which blocks
     */
    public BlockReader(long mostBytes, Executor executor) {
        this.executor = executor;
        this.chunks = Caffeine.newBuilder().maximumSize(Math.max(1, mostBytes / CHUNK_BYTES)).expireAfterAccess(CHUNK_IDLE)
                .executor(Runnable::run).buildAsync();
    }

    /**
     * Reads into {@code target}, from {@code at} on.
     *
     * @param offset in the file; offset and length lie within it
     * @return fails with an {@link UncheckedIOException} if the file cannot be read, or is not as long as it is said to be
     */
    public CompletionStage<Void> read(PackageFile file, long offset, byte[] target, int at, int length) {
        if (length == 0) {
            return CompletableFuture.completedStage(null);
        }
        int from = (int) (offset % CHUNK_BYTES);
        int now = Math.min(length, CHUNK_BYTES - from);
        Chunk chunk = new Chunk(file, offset / CHUNK_BYTES);
        // Copied before the next chunk is asked for: a request that waits holds no chunk.
        return chunks.get(chunk, (key, pool) -> CompletableFuture.supplyAsync(() -> load(key), executor))
                .thenAccept(read -> System.arraycopy(bytes(chunk, read), from, target, at, now))
                .thenCompose(copied -> read(file, offset + now, target, at + now, length - now));
    }

    private byte[] bytes(Chunk chunk, Read read) {
        if (read.failure() != null) {
            chunks.asMap().remove(chunk);
            throw read.failure();
        }
        return read.bytes();
    }

    private Read load(Chunk chunk) {
        long start = chunk.number() * CHUNK_BYTES;
        byte[] bytes = new byte[(int) Math.min(CHUNK_BYTES, chunk.file().size() - start)];
        try {
            try {
                fill(files.get(chunk.file(), BlockReader::open), chunk.file(), start, bytes);
            } catch (ClosedChannelException crowdedOut) {
                // It may be crowded out again and again: this time nobody else has it.
                try (FileChannel own = FileChannel.open(chunk.file().path(), StandardOpenOption.READ)) {
                    fill(own, chunk.file(), start, bytes);
                }
            }
            return new Read(bytes, null);
        } catch (IOException e) {
            files.invalidate(chunk.file());
            return new Read(null, new UncheckedIOException(e));
        } catch (UncheckedIOException unopened) {
            return new Read(null, unopened);
        }
    }

    private static void fill(FileChannel channel, PackageFile file, long start, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, start + buffer.position()) < 0) {
                throw new EOFException("file [" + file.path() + "] has not the [" + file.size() + "] bytes that were uploaded");
            }
        }
    }

    private static FileChannel open(PackageFile file) {
        try {
            return FileChannel.open(file.path(), StandardOpenOption.READ);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a package file was not closed", e);
        }
    }
}
