package dev.otaroutes.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A block of a file on its way to a device (protocol.md §6): the length of the header, the header as JSON, the block, its CRC.
 * Made with room for the block, which is read right into {@link #payload()} from {@link #start()}, then {@linkplain #seal() sealed}.
 */
public final class BlockReply {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int OK = 200;
    private static final int LENGTH_BYTES = 2;
    private static final int CRC_BYTES = 2;

    private final byte[] payload;
    private final int start;
    private final int length;

    private BlockReply(byte[] header, int length) {
        this.payload = new byte[LENGTH_BYTES + header.length + length + CRC_BYTES];
        this.start = writeHeader(payload, header);
        this.length = length;
    }

    /**
     * @param fileLength bytes of the whole file
     * @param wanted     bytes of the block
     * @param most       the largest payload that can be sent, in bytes: the block is shorter if it has to be, and {@code bSize} says so
     * @return null if there is no room for a single byte
     */
    public static BlockReply of(BlockRequest request, long fileLength, int wanted, int most) {
        byte[] header = header(request, OK, "success", json -> writeData(json, request, fileLength, wanted));
        int length = Math.min(wanted, most - LENGTH_BYTES - header.length - CRC_BYTES);
        if (length < 1) {
            return null;
        }
        return new BlockReply(length == wanted ? header : header(request, OK, "success", json -> writeData(json, request, fileLength, length)), length);
    }

    /**
     * The payload of a reply without a block, and without a CRC of one: Alibaba's C SDK takes an empty block for a good one and asks on for ever.
     *
     * @param code other than 200
     */
    public static byte[] refusal(BlockRequest request, int code, String message) {
        byte[] header = header(request, code, message, json -> { });
        byte[] payload = new byte[LENGTH_BYTES + header.length];
        writeHeader(payload, header);
        return payload;
    }

    /** The whole payload, to be written into from {@link #start()} and nowhere else. */
    public byte[] payload() {
        return payload;
    }

    public int start() {
        return start;
    }

    /** @return bytes of the block */
    public int length() {
        return length;
    }

    /** Writes the CRC behind the block. @return the payload, now complete */
    public byte[] seal() {
        int crc = Crc16.of(payload, start, length);
        payload[start + length] = (byte) crc;
        payload[start + length + 1] = (byte) (crc >>> 8);
        return payload;
    }

    private interface Part {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] header(BlockRequest request, int code, String message, Part data) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (request.id() != null && request.numericId()) {
                json.writeFieldName("id");
                json.writeNumber(request.id());
            } else if (request.id() != null) {
                json.writeStringField("id", request.id());
            }
            json.writeNumberField("code", code);
            json.writeStringField("msg", message);
            json.writeObjectFieldStart("data");
            if (request.fileToken() != null) {
                json.writeStringField("fileToken", request.fileToken());
            }
            data.write(json);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        return bytes.toByteArray();
    }

    private static void writeData(JsonGenerator json, BlockRequest request, long fileLength, int length) throws IOException {
        json.writeNumberField("fileLength", fileLength);
        json.writeNumberField("bSize", length);
        json.writeNumberField("bOffset", request.offset());
    }

    /** @return where the header ends */
    private static int writeHeader(byte[] payload, byte[] header) {
        payload[0] = (byte) (header.length >>> 8);
        payload[1] = (byte) header.length;
        System.arraycopy(header, 0, payload, LENGTH_BYTES, header.length);
        return LENGTH_BYTES + header.length;
    }
}
