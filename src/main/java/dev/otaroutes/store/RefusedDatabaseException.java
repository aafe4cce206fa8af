package dev.otaroutes.store;

/** The database cannot be used as it is configured; the message is one line that names property, value and remedy. */
public final class RefusedDatabaseException extends RuntimeException {
    RefusedDatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
