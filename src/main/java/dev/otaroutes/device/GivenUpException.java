package dev.otaroutes.device;

/** The store tried a change alone as often as it does and gave up (domain.md, Our own failures): trying once more is no use. */
public final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GivenUpException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
