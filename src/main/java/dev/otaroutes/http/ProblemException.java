package dev.otaroutes.http;

/**
 * A request that is refused; the caller sees it as problem JSON (RFC 9457, {@code api.md}, Operator API).
 * The message is for the caller: it names the field and, in [brackets], the value.
 */
public final class ProblemException extends RuntimeException {
    private final int status;

    /**
     * @param status HTTP status, 400 to 599
     * @param detail what is wrong, with field and value, and what to do
     */
    public ProblemException(int status, String detail) {
        // A refusal is an answer, not a fault: nobody looks at its stack.
        super(detail, null, false, false);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("a problem's status must be 400 to 599, but was [" + status + "]");
        }
        this.status = status;
    }

    public int status() {
        return status;
    }
}
