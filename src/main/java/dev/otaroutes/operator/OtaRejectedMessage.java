package dev.otaroutes.operator;

import dev.otaroutes.device.RejectedMessage;
import dev.otaroutes.store.Times;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A message that could not be used, as the API shows it.
 *
 * @param id         decimal
 * @param payload    its first 64 KiB
 * @param encoding   of the payload: {@code utf-8}, or {@code base64} of what is not that
 * @param reason     a word that messages of one fault share
 * @param detail     the fault with the value; null for none
 * @param replayedAt null if it has not been replayed
 */
public record OtaRejectedMessage(String id, String topic, String payload, String encoding, String reason, String detail,
                                 String at, String replayedAt) {

    static OtaRejectedMessage of(RejectedMessage kept) {
        String text = text(kept.payload());
        return new OtaRejectedMessage(Long.toString(kept.id()), kept.topic(),
                text == null ? Base64.getEncoder().encodeToString(kept.payload()) : text, text == null ? "base64" : "utf-8",
                kept.reason(), kept.detail(), Times.text(kept.at()), Times.text(kept.replayedAt()));
    }

    private static String text(byte[] payload) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }
}
