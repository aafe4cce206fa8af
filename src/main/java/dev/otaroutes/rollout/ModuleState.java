package dev.otaroutes.rollout;

import java.time.Instant;

/** What a device's module last reported, and its last success. Not for use by several threads. */
public final class ModuleState {
    public final String module;
    /** Whether the row exists already. */
    public final boolean stored;
    public String version;
    public Instant reportedAt;
    /** The device's own number of that inform; null if it sent none. */
    public String informId;
    /** The task that last succeeded; null if none, or once it has been rolled back. */
    public Long successTaskId;
    public String successVersion;
    /** What ran before that success; null if unknown. */
    public String successFromVersion;
    /** Until then an inform of another version is taken for a late one. */
    public Instant successQuietUntil;
    boolean changed;

    public ModuleState(String module, boolean stored) {
        this.module = module;
        this.stored = stored;
    }

    /**
     * What it runs, as far as is known: what it reported, or the target of a success that came without a report and has not been followed
     * by one yet (domain.md, successOn). Whether a package fits it or is a downgrade is asked of this one.
     *
     * @return null if unknown
     */
    public String runs() {
        boolean succeededSince = successTaskId != null && (reportedAt == null || !reportedAt.isAfter(successQuietUntil));
        return succeededSince ? successVersion : version;
    }

    /** @return whether a report of the version comes too soon after a success to be believed (domain.md, Stale and repeated messages) */
    public boolean lateAfterSuccess(String reported, Instant now) {
        return successTaskId != null && !reported.equals(successVersion) && !now.isAfter(successQuietUntil);
    }

    /** @return whether the version is what ran before the last success, and so undoes it */
    public boolean undoesSuccess(String reported) {
        return successTaskId != null && !reported.equals(successVersion) && reported.equals(successFromVersion);
    }

    /** @return whether anything differs from what was read */
    public boolean changed() {
        return changed;
    }
}
