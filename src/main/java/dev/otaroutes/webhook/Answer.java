package dev.otaroutes.webhook;

import java.time.Instant;

/**
 * What came of posting an event.
 *
 * @param status     HTTP status; null if there was no answer
 * @param retryAfter when a receiver that answered 429 or 503 wants to be asked again; else null
 * @param error      what went wrong, in words, at most {@value #LONGEST_ERROR} characters; null after a success
 */
public record Answer(Integer status, Instant retryAfter, String error) {
    private static final int LONGEST_ERROR = 256;
    private static final int GONE = 410;

    public Answer {
        if (error != null) {
            // What a receiver answers may hold anything; a NUL, for one, fits into no column.
            String plain = error.replaceAll("\\p{Cntrl}+", " ").strip();
            error = plain.length() > LONGEST_ERROR ? plain.substring(0, LONGEST_ERROR) : plain;
        }
    }

    static Answer failed(String error) {
        return new Answer(null, null, error);
    }

    boolean delivered() {
        return error == null;
    }

    /** @return whether the receiver wants no more: the subscription is paused */
    boolean gone() {
        return status != null && status == GONE;
    }
}
