package dev.otaroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/** A download over MQTT (protocol.md §6) by one device on its connection. Takes a thread while it lasts. */
final class MqttDownload implements Download {
    private static final int BLOCK_BYTES = 16_384;
    private static final int WINDOW = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** A lost connection is blocks that do not come. */
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DeviceConnection connection;
    private final String deviceKey;
    private final int every;
    private final Executor threads;

    /** @param every percent between two reports */
    MqttDownload(DeviceConnection connection, String deviceKey, int every, Executor threads) {
        this.connection = connection;
        this.deviceKey = deviceKey;
        this.every = every;
        this.threads = threads;
    }

    @Override
    public CompletableFuture<String> fetch(JsonNode data, IntFunction<CompletableFuture<Void>> percent, LongConsumer lost) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                Flash flash = new Flash(data, percent, lost);
                BlockDownload blocks = new BlockDownload(request -> connection.askForBlock(deviceKey, request), data, BLOCK_BYTES, WINDOW, flash);
                // What is asked for before it hears, or while the connection is away, is asked for again.
                connection.hearBlocks(deviceKey, block -> {
                    if (System.nanoTime() - flash.deafUntil >= 0) {
                        blocks.reply(block);
                    }
                });
                blocks.fetch(PATIENCE);
                return HexFormat.of().formatHex(flash.digest.digest());
            } catch (IOException e) {
                throw new CompletionException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CompletionException(new InterruptedIOException("the simulator ends"));
            } finally {
                connection.forgetBlocks(deviceKey);
            }
        }, threads);
    }

    /** Where the blocks go, in order; reports how much has come. */
    private final class Flash extends OutputStream {
        private final MessageDigest digest;
        private final long size;
        private final IntFunction<CompletableFuture<Void>> percent;
        private LongConsumer lost;
        private long received;
        private int told;
        private volatile long deafUntil = System.nanoTime();

        Flash(JsonNode data, IntFunction<CompletableFuture<Void>> percent, LongConsumer lost) throws IOException {
            this.digest = Download.digest(data);
            this.size = data.path("size").asLong();
            this.percent = percent;
            this.lost = lost;
        }

        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
            received += length;
            if (lost != null && received >= size / 2) {
                deafUntil = System.nanoTime() + LOST_NANOS;
                lost.accept(received);
                lost = null;
            }
            int now = (int) (received * 100 / size);
            if (now >= told + every || received == size) {
                told = now;
                percent.apply(now).join();
            }
        }
    }
}
