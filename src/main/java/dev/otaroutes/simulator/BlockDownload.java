package dev.otaroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A download over MQTT as a small device makes it (protocol.md §6): it asks for a few blocks ahead, checks each, and asks once more for
 * what does not come. Of the connection it knows how to publish a request alone; who has it hands over the replies.
 */
public final class BlockDownload {
    private static final int OK = 200;
    private static final int LENGTH_BYTES = 2;
    private static final int CRC_BYTES = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Consumer<byte[]> requests;
    private final JsonNode upgrade;
    private final long size;
    private final int window;
    private final OutputStream file;
    private final BlockingQueue<byte[]> replies = new LinkedBlockingQueue<>();
    private final TreeMap<Long, byte[]> early = new TreeMap<>();
    private int blockBytes;
    private long asked;
    private long requestId;
    private volatile long received;
    private volatile int repeats;

    /**
     * @param requests   publishes to {@code …/thing/file/download}; may lose what it is given
     * @param upgrade    the {@code data} of the upgrade, with streamId, streamFileId and size
     * @param blockBytes of a block; becomes less if the service sends shorter ones
     * @param window     blocks that are asked for at a time
     * @param file       takes the file in order
     */
    public BlockDownload(Consumer<byte[]> requests, JsonNode upgrade, int blockBytes, int window, OutputStream file) {
        this.requests = requests;
        this.upgrade = upgrade;
        this.size = upgrade.path("size").asLong();
        this.blockBytes = blockBytes;
        this.window = window;
        this.file = file;
    }

    /** A message from {@code …/thing/file/download_reply}, on any thread. */
    public void reply(byte[] payload) {
        replies.add(payload);
    }

    /**
     * Fetches what is missing. Called again after a failure it goes on where it was.
     *
     * @param patience after which what has not come is asked for again
     * @throws IOException if the service refuses a block
     */
    public void fetch(Duration patience) throws IOException, InterruptedException {
        askFrom(received);
        while (received < size) {
            byte[] reply = replies.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (reply == null) {
                repeats++;
                askFrom(received);
            } else {
                take(reply);
                askFrom(asked);
            }
        }
    }

    /** @return bytes written so far */
    public long received() {
        return received;
    }

    /** @return how often nothing came for as long as its patience lasts, or a block with a wrong CRC did */
    public int repeats() {
        return repeats;
    }

    private void askFrom(long offset) throws IOException {
        asked = offset;
        while (asked < size && asked < received + (long) window * blockBytes) {
            if (!early.containsKey(asked)) {
                requests.accept(JSON.writeValueAsBytes(Map.of("id", Long.toString(++requestId), "version", "1.0", "params", Map.of(
                        "fileInfo", Map.of("streamId", upgrade.path("streamId"), "fileId", upgrade.path("streamFileId")),
                        "fileBlock", Map.of("size", Math.min(blockBytes, size - asked), "offset", asked)))));
            }
            asked += Math.min(blockBytes, size - asked);
        }
    }

    private void take(byte[] reply) throws IOException {
        int start = LENGTH_BYTES + (Byte.toUnsignedInt(reply[0]) << 8 | Byte.toUnsignedInt(reply[1]));
        JsonNode header = JSON.readTree(reply, LENGTH_BYTES, start - LENGTH_BYTES);
        if (header.path("code").asInt() != OK) {
            throw new IOException("a block was answered with " + header);
        }
        long offset = header.path("data").path("bOffset").asLong();
        int length = header.path("data").path("bSize").asInt();
        if (reply.length != start + length + CRC_BYTES || crc(reply, start, length + CRC_BYTES) != 0) {
            repeats++;
            asked = received;
        } else if (offset >= received && offset < received + (long) window * blockBytes) {
            early.put(offset, Arrays.copyOfRange(reply, start, start + length));
            write();
            if (length < blockBytes && offset + length < size) {
                blockBytes = length;
                early.clear();
                asked = received;
            }
        }
    }

    private void write() throws IOException {
        for (byte[] block = early.remove(received); block != null; block = early.remove(received)) {
            file.write(block);
            received += block.length;
        }
    }

    /** CRC-16/IBM, bit by bit as a device without room for a table does it; 0 over a block with its CRC behind it. */
    private static int crc(byte[] bytes, int from, int length) {
        int crc = 0;
        for (int i = from; i < from + length; i++) {
            crc ^= Byte.toUnsignedInt(bytes[i]);
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xA001;
            }
        }
        return crc;
    }
}
