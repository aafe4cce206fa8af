package dev.otaroutes.rollout;

import dev.otaroutes.message.Text;

/**
 * What was found where a file is said to be.
 *
 * @param fault    file, address and what was answered, for people, at most {@value #MOST} characters; null: the file is as declared
 * @param mismatch whether other bytes than those declared are there; else it could not be downloaded
 */
public record Finding(String fault, boolean mismatch) {
    /** As declared. */
    public static final Finding FINE = new Finding(null, false);
    private static final int MOST = 500;

    public static Finding unreachable(String fault) {
        return new Finding(Text.cut(fault, MOST), false);
    }

    public static Finding mismatch(String fault) {
        return new Finding(Text.cut(fault, MOST), true);
    }

    public boolean fine() {
        return fault == null;
    }
}
