package dev.otaroutes.device;

import dev.otaroutes.download.BlockReader;
import dev.otaroutes.download.ByteBudget;
import dev.otaroutes.download.PackageFiles.PackageFile;
import dev.otaroutes.download.StreamFiles;
import dev.otaroutes.log.LogFields;
import dev.otaroutes.message.BlockReply;
import dev.otaroutes.message.BlockRequest;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.DeviceTopic;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers devices that download over MQTT, block by block (protocol.md §6). Reads, and writes nothing down. */
public final class FileDownloads {
    /** Alibaba's limit, bytes. */
    static final int LONGEST_BLOCK = 128 * 1024;
    /** The codes of replies without a block, as HTTP has them. */
    static final int BAD_SIZE = 400;
    static final int NO_SUCH_FILE = 404;
    static final int NO_ROOM = 413;
    static final int BEYOND_THE_END = 416;
    static final int FILE_AWAY = 503;
    /** What a publish has beside topic and payload, with room for a topic alias and the like. */
    private static final int PUBLISH_BYTES = 32;
    private static final String TOPIC = "file-download";
    private static final Logger LOG = LoggerFactory.getLogger("ota.download");
    private static final Logger REFUSED = LoggerFactory.getLogger("ota.refused");

    private final StreamFiles streams;
    private final BlockReader reader;
    private final ByteBudget budget;
    private final MessageCounts counts;
    private final IntSupplier largestPacket;

    /**
     * @param budget        what all replies together may have of the heap until the broker has taken them
     * @param largestPacket bytes that the broker takes at a time, as it said when it was connected to
     */
    public FileDownloads(StreamFiles streams, BlockReader reader, ByteBudget budget, MessageCounts counts, IntSupplier largestPacket) {
        this.streams = streams;
        this.reader = reader;
        this.budget = budget;
        this.counts = counts;
        this.largestPacket = largestPacket;
    }

    /** @see BlockRequest#parse */
    public BlockRequest readRequest(byte[] json) {
        return BlockRequest.parse(json);
    }

    /**
     * The payload of the reply: the block, or the code that says why there is none. A longer block than can be sent is cut short.
     *
     * @return waits while too much is on its way, and fails if the database does, to be tried again
     */
    public CompletionStage<byte[]> reply(@Variable("device") DeviceId device, @Variable("request") BlockRequest request, Exchange exchange) {
        if (request.size() == 0) {
            return refused(request, BAD_SIZE, "fileBlock.size must be 1 or more, but was [0]");
        }
        if (request.fileId() != BlockRequest.ONLY_FILE) {
            return noSuchFile(device, request);
        }
        return streams.find(device, request.streamId())
                .thenCompose(file -> file.isEmpty() ? noSuchFile(device, request) : block(device, request, file.get(), exchange));
    }

    /** Says in header {@value PahoMqtt5Constants#CAMEL_PAHO_OVERRIDE_TOPIC} where the block goes. */
    public void addressReply(@Variable("device") DeviceId device, Message message) {
        message.setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, DeviceTopic.fileDownloadReply(device));
    }

    private CompletionStage<byte[]> block(DeviceId device, BlockRequest request, PackageFile file, Exchange exchange) {
        if (request.offset() >= file.size()) {
            return refused(request, BEYOND_THE_END, "fileBlock.offset must be less than the file's [" + file.size() + "] bytes, but was ["
                    + request.offset() + "]");
        }
        int wanted = (int) Math.min(Math.min(request.size(), LONGEST_BLOCK), file.size() - request.offset());
        int most = largestPacket.getAsInt() - PUBLISH_BYTES - DeviceTopic.fileDownloadReply(device).getBytes(StandardCharsets.UTF_8).length;
        return take(wanted, exchange).thenCompose(mine -> {
            BlockReply reply = BlockReply.of(request, file.size(), wanted, most);
            return reply == null ? refused(request, NO_ROOM, "the broker takes packets of [" + largestPacket.getAsInt() + "] bytes, too few for a block")
                    : read(request, file, reply);
        });
    }

    private CompletionStage<byte[]> read(BlockRequest request, PackageFile file, BlockReply reply) {
        return reader.read(file, request.offset(), reply.payload(), reply.start(), reply.length()).handle((read, failure) -> {
            if (failure == null) {
                counts.count(TOPIC, MessageCounts.ACCEPTED);
                return CompletableFuture.completedStage(reply.seal());
            }
            if (!(cause(failure) instanceof UncheckedIOException unread)) {
                return CompletableFuture.<byte[]>failedStage(failure);
            }
            // Not waited for: the device asks again, and what waits would keep others from their blocks.
            streams.forget(file, request.streamId());
            LOG.warn("file [{}] of [{}] bytes cannot be read, see to ota.download.dir; a device that asked for a block of it was answered {}: {}",
                    file.path(), file.size(), FILE_AWAY, unread.getCause().toString());
            return refused(request, FILE_AWAY, "the file cannot be read at the moment");
        }).thenCompose(answer -> answer);
    }

    /** Says that the broker took no block. */
    public void notTaken(@Variable("device") DeviceId device, @ExchangeException Throwable fault) {
        LogFields.ofDevice(device.path()).in(() -> REFUSED.warn("the broker refused a block for {}: {}", device, fault.getMessage()));
    }

    /** Holds the bytes until the exchange is over, tried again or not. */
    private CompletionStage<Void> take(int bytes, Exchange exchange) {
        if (exchange.getVariable("held") != null) {
            return CompletableFuture.completedStage(null);
        }
        exchange.setVariable("held", true);
        return budget.take(bytes).thenRun(() -> exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                budget.giveBack(bytes);
            }
        }));
    }

    /** The same words whether there is none or it is another device's: nobody learns what others get. */
    private CompletionStage<byte[]> noSuchFile(DeviceId device, BlockRequest request) {
        return refused(request, NO_SUCH_FILE, "there is no file [" + request.fileId() + "] of stream [" + request.streamId() + "] for device ["
                + device.deviceKey() + "]");
    }

    private CompletionStage<byte[]> refused(BlockRequest request, int code, String message) {
        counts.count(TOPIC, "refused-" + code);
        return CompletableFuture.completedStage(BlockReply.refusal(request, code, message));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }
}
