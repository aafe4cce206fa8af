package dev.otaroutes.rollout;

import java.util.Map;

/**
 * How a batch is rolled out (domain.md, Rollout plan of a batch).
 *
 * @param attempts       attempts for a device, the first included; 1 or more
 * @param quietSeconds   how long an inform of another version is taken for a late or repeated one
 * @param overwrite      whether the batch overtakes unfinished tasks of earlier batches instead of waiting
 * @param allowDowngrade whether a target ordered before what the device runs is installed
 * @param successOn      what ends a task as succeeded
 */
public record RolloutPlan(int attempts, int quietSeconds, boolean overwrite, boolean allowDowngrade, SuccessOn successOn) {

    /** What ends a task as succeeded: the device's own report of the target version, or, where asked, a progress of 100. */
    public enum SuccessOn {
        INFORM("inform"), PROGRESS_100("progress-100");

        private final String text;

        SuccessOn(String text) {
            this.text = text;
        }

        /** @return the name in the API */
        public String text() {
            return text;
        }
    }

    public static final RolloutPlan DEFAULT = new RolloutPlan(3, 120, false, false, SuccessOn.INFORM);

    /** @param json the {@code rollout} object as posted, already checked against the contract; what is absent has its default */
    public static RolloutPlan of(Map<String, ?> json) {
        return new RolloutPlan(
                json.get("attempts") instanceof Number n ? n.intValue() : DEFAULT.attempts,
                json.get("quietSeconds") instanceof Number n ? n.intValue() : DEFAULT.quietSeconds,
                Boolean.TRUE.equals(json.get("overwrite")),
                Boolean.TRUE.equals(json.get("allowDowngrade")),
                SuccessOn.PROGRESS_100.text.equals(json.get("successOn")) ? SuccessOn.PROGRESS_100 : SuccessOn.INFORM);
    }
}
