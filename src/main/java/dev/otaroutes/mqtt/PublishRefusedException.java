package dev.otaroutes.mqtt;

import java.util.Locale;

/** The broker, or the client before it, refuses a message; sending the same again cannot help. */
public final class PublishRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int reasonCode;

    PublishRefusedException(String topic, int reasonCode, String reason, Throwable cause) {
        super(String.format(Locale.ROOT, "publish to [%s] was refused: %s (0x%02X)", topic, reason, reasonCode), cause);
        this.reasonCode = reasonCode;
    }

    /** The reason code of MQTT 5, 128 or above: 0x87 not authorised, 0x90 topic name invalid, 0x95 packet too large, 0x97 quota exceeded, … */
    public int reasonCode() {
        return reasonCode;
    }
}
