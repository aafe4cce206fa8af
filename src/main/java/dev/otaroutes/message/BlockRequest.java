package dev.otaroutes.message;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;

/**
 * A device asks for a block of the file that it is to install (protocol.md §6).
 *
 * @param id        the request's, to be echoed, at most 64 code points; null when it sent none
 * @param numericId whether it sent the id as a number
 * @param fileToken to be echoed; null when it sent none
 * @param streamId  which package, as the upgrade named it
 * @param fileId    which of its files
 * @param size      bytes that it wants
 * @param offset    of the first of them in the file
 */
public record BlockRequest(String id, boolean numericId, String fileToken, long streamId, long fileId, long size, long offset) {
    /** The {@code streamFileId} of every upgrade: a package that is downloaded over MQTT has one file. */
    public static final int ONLY_FILE = 1;
    /** The longest {@code fileToken}, in UTF-16 units: twice what Alibaba's C SDK has room for. */
    static final int MAX_TOKEN = 256;
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    /**
     * @param json the payload as it came
     * @throws RefusedMessageException {@code too-large}, {@code not-json}, {@code not-an-object}, {@code bad-id}, {@code bad-file-token},
     *                                 {@code bad-file-info} or {@code bad-file-block}
     */
    public static BlockRequest parse(byte[] json) {
        DeviceJson message = DeviceJson.parse(json);
        return new BlockRequest(message.id(), message.numericId(), fileToken(message),
                number(message, "fileInfo", "streamId", "bad-file-info"), number(message, "fileInfo", "fileId", "bad-file-info"),
                number(message, "fileBlock", "size", "bad-file-block"), number(message, "fileBlock", "offset", "bad-file-block"));
    }

    private static String fileToken(DeviceJson message) {
        String token = message.string("fileToken", "bad-file-token");
        if (token != null && token.length() > MAX_TOKEN) {
            throw new RefusedMessageException("bad-file-token", "params.fileToken must have at most " + MAX_TOKEN + " characters, but has ["
                    + token.length() + "]");
        }
        return token == null ? null : Text.clean(token);
    }

    /** A whole number from 0; some devices send it as a text. One that no long holds is as far beyond every file as the largest that one does. */
    private static long number(DeviceJson message, String object, String field, String reason) {
        JsonNode value = message.params().path(object).path(field);
        if (value.isIntegralNumber() && value.bigIntegerValue().signum() >= 0) {
            return value.bigIntegerValue().min(MOST).longValue();
        }
        if (value.isTextual() && value.textValue().matches("[0-9]{1,18}")) {
            return Long.parseLong(value.textValue());
        }
        throw new RefusedMessageException(reason, "params." + object + "." + field + " must be a whole number from 0, but "
                + (value.isMissingNode() ? "was missing" : "was " + RefusedMessageException.shown(value)));
    }
}
