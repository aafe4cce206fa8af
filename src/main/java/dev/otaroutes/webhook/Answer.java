package dev.otaroutes.webhook;

import java.time.Instant;

/**
 * What came of posting an event.
 *
 * @param status     HTTP status; null if there was no answer
 * @param retryAfter when a receiver that answered 429 or 503 wants to be asked again; else null
 * @param error      what went wrong, in words, of whatever length; null after a success
 * @param asked      whether the receiver was called: false if what was to be sent could not be made
 */
public record Answer(Integer status, Instant retryAfter, String error, boolean asked) {
    private static final int LONGEST_ERROR = 256;
    private static final int GONE = 410;

    public Answer {
        if (error != null) {
            // What a receiver answers may hold anything; a NUL, for one, fits into no column.
            error = error.replaceAll("\\p{Cntrl}+", " ").strip();
        }
    }

    /** The receiver was called. */
    public Answer(Integer status, Instant retryAfter, String error) {
        this(status, retryAfter, error, true);
    }

    /** The receiver was not called. */
    static Answer notAsked(String error) {
        return new Answer(null, null, error, false);
    }

    static Answer failed(String error) {
        return new Answer(null, null, error);
    }

    /**
     * @param words with nothing secret in them: of a secret that is cut, the rest would not be found
     * @return the same in these words, of which the first {@value #LONGEST_ERROR} characters are kept
     */
    Answer saying(String words) {
        return new Answer(status, retryAfter, words.substring(0, Math.min(LONGEST_ERROR, words.length())), asked);
    }

    boolean delivered() {
        return error == null;
    }

    /** @return whether the receiver wants no more: the subscription is paused */
    boolean gone() {
        return status != null && status == GONE;
    }
}
