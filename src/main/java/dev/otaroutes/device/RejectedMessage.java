package dev.otaroutes.device;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A message that could not be used (domain.md, Bad input).
 *
 * @param topic      where it came in; cut to 256 characters
 * @param payload    its first 64 KiB
 * @param reason     such as {@code no-version}, or {@code internal-error} when the fault is ours
 * @param detail     what is wrong, for a person
 * @param replayedAt when an operator last had it handled again; null if never
 */
public record RejectedMessage(long id, String topic, byte[] payload, String reason, String detail, Instant at, Instant replayedAt) {

    /** The payload as text; null if it is not UTF-8 or has a NUL in it, and has to be shown as base64. */
    public String text() {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
            return text.indexOf('\0') < 0 ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
