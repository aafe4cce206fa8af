package dev.otaroutes.rollout;

import java.time.Instant;
import java.util.Objects;

/** One device × one module × one batch: the row as it is being decided about. Not for use by several threads. */
public final class Task {
    /** Generated when the task is first stored; 0 until then. */
    public long id;
    public final Batch batch;
    public final Instant createdAt;
    public String fromVersion;
    public TaskStatus status = TaskStatus.PENDING;
    /** What the device reported last in this attempt: 1–100 or -1 to -4; null before. */
    public Integer step;
    /** Null unless failed or canceled. */
    public String reason;
    /** The device's own words with its last progress; null if there were none. */
    public String deviceDesc;
    public int attempt = 1;
    /** Pushes of this attempt that the broker took. */
    public int pushes;
    /** Of the last push that the broker took, or that an ended attempt may have had on its way, over all attempts. */
    public int pushNumber;
    /** How often in a row the broker refused the push. */
    public int refusals;
    /** The very first push; null before. */
    public Instant firstPushedAt;
    public Instant pushedAt;
    /** The first push of this attempt; null before. */
    public Instant attemptPushedAt;
    public Instant progressAt;
    /** The last progress as it came, whichever attempt it was for: what equals it soon after is a repetition. */
    public String lastProgress;
    /** Until then the next attempt waits; null: no longer. */
    public Instant notBefore;
    /** Whether the first push waits until the batch's plan lets it go, or an operator resumes the batch. */
    public Waiting waiting = Waiting.NO;
    /** The stage of the plan that let it go, from 1; 0: none has, or there are none. */
    public int stage;
    /** When the scheduler is to look at the task; null: not at all. */
    public Instant dueAt;
    public long historyCount;
    /** Not stored: only the process that publishes knows. */
    public Underway underway = Underway.NO;
    /** When what is on its way was decided on; null if nothing is. Not stored, either. */
    public Instant underwaySince;
    boolean changed;
    /** What its row said of it; null for one that has been made since. */
    private Stored stored;

    private record Stored(Waiting waiting, Instant firstPushedAt, String fromVersion, int stage, long historyCount) {
    }

    /**
     * How the first push waits. A batch that does not push unasked lets go only those that have asked; those whose device was not there
     * when they were let go wait until it informs, those that were behind a task of another batch until that has ended. PULLED: as the first
     * two, but the device has asked by itself (protocol.md §5, §7) and will again, so that nobody has to listen when it is let go.
     * ROLLED_BACK: it has succeeded, but its device went back since, and waits for an operator to retry the batch.
     */
    public enum Waiting { NO, UNASKED, ASKED, ABSENT, BEHIND, PULLED, ROLLED_BACK }

    /**
     * Whether a push is on its way that the broker has not answered, and whether the device was to be pushed to again meanwhile. LET_GO: not
     * yet, but it may go, whatever its row says.
     */
    public enum Underway { NO, LET_GO, YES, ASKED_AGAIN }

    public Task(Batch batch, Instant createdAt) {
        this.batch = batch;
        this.createdAt = createdAt;
    }

    public boolean open() {
        return !status.finished();
    }

    /** @return whether the device has been told, so that later tasks of the module wait behind this one */
    public boolean inProgress() {
        return status == TaskStatus.PUSHED || status == TaskStatus.UPGRADING;
    }

    /** Says that the row is there now and is what it is here, but that nothing else tells how it waits. */
    public void stored(long newId) {
        id = newId;
        changed = false;
    }

    /** Says that its row is as it is here. */
    public void read() {
        stored = new Stored(waiting, firstPushedAt, fromVersion, stage, historyCount);
    }

    /** @return whether it has been made since its device was read */
    public boolean isNew() {
        return stored == null;
    }

    /** @return how it is found to wait until {@link #waiting} is stored */
    public Waiting storedWaiting() {
        return stored == null ? Waiting.NO : stored.waiting;
    }

    /** @return the first push that the row has told of and tells of no more, since the task has begun anew; null if there is none */
    public Instant forgottenFirstPush() {
        return stored == null || stored.firstPushedAt == null || stored.firstPushedAt.equals(firstPushedAt) ? null : stored.firstPushedAt;
    }

    /**
     * @return whether it has been pushed for the very first time since it was read, as most tasks are once, and nothing else has come of it:
     *         of what it is now {@link #pushedAt} tells all that its row does not, one more entry of its history included
     */
    public boolean isJustPushed() {
        boolean firstPush = stored != null && stored.firstPushedAt == null && status == TaskStatus.PUSHED && attempt == 1 && pushes == 1 && pushNumber == 1
                && pushedAt != null && pushedAt.equals(firstPushedAt) && pushedAt.equals(attemptPushedAt);
        boolean nothingElse = firstPush && refusals == 0 && notBefore == null && waiting == Waiting.NO && dueAt == null && step == null && reason == null
                && deviceDesc == null && progressAt == null && lastProgress == null;
        return nothingElse && stage == stored.stage && historyCount == stored.historyCount + 1 && Objects.equals(fromVersion, stored.fromVersion);
    }

    /** @return whether anything differs from what was read */
    public boolean changed() {
        return changed;
    }
}
