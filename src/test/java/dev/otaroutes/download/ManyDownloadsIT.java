package dev.otaroutes.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.download.PackageFiles.PackageFile;
import dev.otaroutes.http.TestHttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory and threads do not grow with the size or the number of downloads. */
class ManyDownloadsIT {
    private static final long SIZE = 300_000_000;
    private static final int CLIENTS = 40;
    /** Of the server: its event loops, and the twenty at most that open files for it. */
    private static final long MOST_THREADS = 30;
    /** 40 downloads of 300 MB are 12 GB; garbage of the test itself is in here too. */
    private static final long MOST_BYTES_ALLOCATED = 200_000_000;
    private static final long MOST_BYTES_HELD = 60_000_000;

    private static final String SEVERAL = "Range: bytes=0-149999999,150000000-299999999\r\n";

    @TempDir
    private Path directory;
    private TestHttpServer server;
    private String query;

    @BeforeEach
    void start() throws IOException {
        Path file = directory.resolve("big.bin");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(SIZE);
        }
        SigningKey key = SigningKey.of("0123456789abcdef");
        DownloadLinks links = new DownloadLinks(URI.create("http://unused"), key, Duration.ofHours(1), Clock.systemUTC());
        query = links.link(7, "big.bin").getRawQuery();
        server = new TestHttpServer(List.of(new DownloadHandler(links, key, new OneFile(file))::mount), Map.of());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void downloadsOfALargeFilePassTheHeapByAndTakeNoThreads() throws Exception {
        AtomicLong received = new AtomicLong();
        long allocated = allocated();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Thread(() -> received.addAndGet(downloadWhole())));
        }
        clients.forEach(Thread::start);
        AtomicLong threads = new AtomicLong();
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            threads.accumulateAndGet(serverThreads().count(), Math::max);
            return clients.stream().noneMatch(Thread::isAlive);
        });

        assertThat(received).hasValueGreaterThanOrEqualTo(CLIENTS * SIZE);
        assertThat(threads.get()).isBetween(1L, MOST_THREADS);
        assertThat(allocated() - allocated).isLessThan(MOST_BYTES_ALLOCATED);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"", SEVERAL})
    void aDeviceThatReadsSlowlyHoldsNoMemory(String range) throws Exception {
        long before = used();
        List<Socket> stalled = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Socket socket = ask(range);
            socket.getInputStream().readNBytes(1_000);
            stalled.add(socket);
        }

        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(20)).until(() -> used() - before < MOST_BYTES_HELD);
        for (Socket socket : stalled) {
            socket.close();
        }
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Heap that the server's threads have asked for since they started: what was collected since counts too. */
    private static long allocated() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (Thread thread : serverThreads().toList()) {
            sum += Math.max(0, threads.getThreadAllocatedBytes(thread.getId()));
        }
        return sum;
    }

    private static Stream<Thread> serverThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("vert.x"));
    }

    private Socket ask(String range) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.getOutputStream().write(("GET /download/7/big.bin?" + query + " HTTP/1.1\r\nHost: localhost\r\n" + range
                + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private long downloadWhole() {
        try (Socket socket = ask("")) {
            return socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record OneFile(Path path) implements PackageFiles {
        @Override
        public CompletionStage<Optional<PackageFile>> find(long packageId, String name) {
            return CompletableFuture.completedFuture(Optional.of(new PackageFile(path, SIZE, "0".repeat(64))));
        }

        @Override
        public void forget(long packageId, String name) {
            // nothing is remembered
        }
    }
}
