package dev.otaroutes.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otaroutes.download.PackageFiles.PackageFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockReaderTest {
    private static final int CHUNK = BlockReader.CHUNK_BYTES;
    private static final int SIZE = 3 * CHUNK + 1_000;

    @TempDir
    private Path directory;
    private final byte[] content = new byte[SIZE];
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final AtomicInteger reads = new AtomicInteger();
    private final BlockReader reader = new BlockReader(2 * CHUNK, task -> {
        reads.incrementAndGet();
        executor.execute(task);
    });
    private PackageFile file;

    @BeforeEach
    void write() throws IOException {
        new Random(7).nextBytes(content);
        file = new PackageFile(Files.write(directory.resolve("firmware.bin"), content), SIZE, "0".repeat(64));
    }

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @ParameterizedTest(name = "{1} bytes from {0}")
    @CsvSource({"0, 1", "0, 131072", "131071, 2", "100, 131072", "393216, 1000", "394215, 1", "0, 394216"})
    void aBlockIsWhatIsInTheFileWhereverItBegins(int offset, int length) {
        assertThat(read(file, offset, length)).isEqualTo(Arrays.copyOfRange(content, offset, offset + length));
    }

    @Test
    void theBlocksThatFollowAreThereAlready() {
        read(file, 0, 256);
        int first = reads.get();
        for (int offset = 256; offset < CHUNK; offset += 256) {
            read(file, offset, 256);
        }
        assertThat(first).isPositive();
        assertThat(reads).hasValue(first);
    }

    @Test
    void manyAtOnceAndMoreFilesThanStayOpenAreReadRight() throws IOException {
        List<PackageFile> files = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            files.add(new PackageFile(Files.write(directory.resolve(i + ".bin"), Arrays.copyOfRange(content, i, CHUNK + i)), CHUNK, "0".repeat(64)));
        }
        List<CompletableFuture<byte[]>> blocks = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            files.forEach(one -> blocks.add(start(one, 1_000, 4_096)));
        }
        for (int i = 0; i < blocks.size(); i++) {
            assertThat(blocks.get(i).join()).isEqualTo(Arrays.copyOfRange(content, i % 100 + 1_000, i % 100 + 5_096));
        }
    }

    @Test
    void aFileThatIsGoneOrTooShortIsSaidToBeSo() throws IOException {
        PackageFile gone = new PackageFile(directory.resolve("gone.bin"), 10, "0".repeat(64));
        assertThatThrownBy(() -> read(gone, 0, 10)).hasRootCauseInstanceOf(NoSuchFileException.class);

        PackageFile torn = new PackageFile(Files.write(directory.resolve("torn.bin"), new byte[9]), 10, "0".repeat(64));
        assertThatThrownBy(() -> read(torn, 0, 4)).hasRootCauseInstanceOf(EOFException.class).rootCause()
                .hasMessage("file [" + torn.path() + "] has not the [10] bytes that were uploaded");
        Files.write(torn.path(), content, StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(read(torn, 0, 4)).as("restored meanwhile").isEqualTo(Arrays.copyOf(content, 4));
    }

    private byte[] read(PackageFile from, int offset, int length) {
        return start(from, offset, length).join();
    }

    private CompletableFuture<byte[]> start(PackageFile from, int offset, int length) {
        byte[] target = new byte[length + 2];
        return reader.read(from, offset, target, 1, length).thenApply(done -> {
            assertThat(target[0]).isZero();
            assertThat(target[length + 1]).isZero();
            return Arrays.copyOfRange(target, 1, length + 1);
        }).toCompletableFuture();
    }
}
