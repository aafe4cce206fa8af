package dev.otaroutes.message;

import java.util.Objects;

/**
 * The message itself is wrong: sending it again cannot help (domain.md, Bad input). Whoever meets one acknowledges the
 * message, counts it under {@link #reason()} and keeps it where the operator can look.
 */
public class RefusedMessageException extends RuntimeException {
    private static final int SHOWN_CODE_POINTS = 80;

    private final String reason;

    /**
     * @param reason short, from a small fixed set, in lower case with hyphens: it becomes the value of a metric's tag
     * @param detail what is wrong, with the value in brackets, for the operator to read
     */
    public RefusedMessageException(String reason, String detail) {
        super(detail, null, false, false); // no stack trace: nobody reads it, and hostile devices would make it the hottest code
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** The name that the message is counted and listed under, such as {@code no-version}. */
    public String reason() {
        return reason;
    }

    /** What a device sent, in brackets and short enough for a log line. */
    static String shown(Object value) {
        String text = Text.clean(String.valueOf(value));
        String cut = Text.cut(text, SHOWN_CODE_POINTS);
        return "[" + cut + (cut.length() < text.length() ? "…" : "") + "]";
    }
}
