package dev.otaroutes.rollout;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * A part of a batch that goes before the next one (domain.md, Rollout plan of a batch).
 *
 * @param percent        of the batch's tasks that have been let go when the stage is full, those of earlier stages included
 * @param successPercent of its finished tasks that must have succeeded for the next stage to begin; null: none need to
 * @param failurePercent of its finished tasks at which the batch pauses; null: it never does
 */
public record Stage(BigDecimal percent, BigDecimal successPercent, BigDecimal failurePercent) {

    /** So many failures are no accident of those that end first. */
    static final long A_FEW = 10;

    /** What is to be done with the stage that is under way. */
    public enum Verdict { GO_ON, NEXT_STAGE, TOO_MANY_FAILURES, TOO_FEW_SUCCESSES }

    /**
     * @param all       tasks of the batch
     * @param earlier   tasks that earlier stages have let go
     * @param letGo     tasks that this stage has let go
     * @param succeeded of those
     * @param failed    of those
     * @param ended     of those: succeeded, failed or canceled
     */
    public record Tally(long all, long earlier, long letGo, long succeeded, long failed, long ended) {
    }

    /** @return how many more tasks the stage has room for */
    public long room(Tally tally) {
        return Math.max(0, size(tally) - tally.letGo);
    }

    private long size(Tally tally) {
        return Math.max(0, share(percent, tally.all) - tally.earlier);
    }

    /**
     * Failures are taken of what the stage has let go so far, so that a slow roll-out pauses in time: whatever those under way come to, the
     * share is no smaller. But one device that fails first says nothing about the others: a few must have, or all that the whole stage
     * allows. Successes are counted as soon as the figures of the whole stage can no longer come out otherwise. When all have ended, both
     * are shares of those that succeeded or failed.
     *
     * @param forgiven failures of this stage that an operator knew of when he let it go on
     * @param last     whether no stage comes after this one
     */
    public Verdict verdict(Tally tally, long forgiven, boolean last) {
        long size = Math.max(size(tally), tally.letGo);
        long counted = tally.failed - forgiven;
        boolean over = room(tally) == 0 && tally.ended == tally.letGo;
        if (last && over) {
            return Verdict.GO_ON;
        }
        long told = over ? tally.succeeded + counted : tally.letGo;
        if (failurePercent != null && counted > 0 && counted >= share(failurePercent, told)
                && counted >= Math.min(A_FEW, share(failurePercent, over ? told : size))) {
            return Verdict.TOO_MANY_FAILURES;
        }
        if (last) {
            return Verdict.GO_ON;
        }
        if (successPercent != null && size > 0 && tally.succeeded >= share(successPercent, size) && room(tally) == 0) {
            return Verdict.NEXT_STAGE;
        }
        if (!over) {
            return Verdict.GO_ON;
        }
        boolean enough = successPercent == null || tally.succeeded >= share(successPercent, tally.succeeded + counted);
        return enough ? Verdict.NEXT_STAGE : Verdict.TOO_FEW_SUCCESSES;
    }

    private static long share(BigDecimal percent, long of) {
        return percent.multiply(BigDecimal.valueOf(of)).divide(BigDecimal.valueOf(100), 0, RoundingMode.CEILING).longValueExact();
    }

    /** @return the part of the plan that a batch is at; null where it has no stages */
    public static Stage at(List<Stage> stages, int number) {
        return stages.isEmpty() ? null : stages.get(Math.min(number, stages.size()) - 1);
    }
}
