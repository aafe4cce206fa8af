package dev.otaroutes.rollout;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * How a batch is rolled out (domain.md, Rollout plan of a batch).
 *
 * @param attempts       attempts for a device, the first included; 1 or more
 * @param retryMinutes   how long after a time-out or a reported failure the next attempt begins; null: there is none
 * @param timeoutMinutes how long a device may say nothing in an attempt
 * @param quietSeconds   how long an inform of another version is taken for a late or repeated one
 * @param overwrite      whether the batch overtakes unfinished tasks of earlier batches instead of waiting
 * @param allowDowngrade whether a target ordered before what the device runs is installed
 * @param successOn      what ends a task as succeeded
 * @param startAt        before it nothing is pushed; null: at once
 * @param endAt          what has not been pushed by then is canceled; null: never
 * @param window         the only time of day at which anything is pushed for the first time; null: any
 * @param pushPerMinute  first pushes in a minute at most, on all instances together; null: as many as there are
 * @param stages         in the order of their percentages, the last 100; empty for none
 */
public record RolloutPlan(int attempts, Integer retryMinutes, int timeoutMinutes, int quietSeconds, boolean overwrite, boolean allowDowngrade,
                          SuccessOn successOn, Instant startAt, Instant endAt, DailyWindow window, Integer pushPerMinute, List<Stage> stages) {

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

    public static final RolloutPlan DEFAULT = of(Map.of());

    /**
     * @param json the {@code rollout} object as posted, already checked against the contract and for what that cannot say; what is
     *             absent has its default
     */
    public static RolloutPlan of(Map<String, ?> json) {
        return new RolloutPlan(
                number(json, "attempts", 3),
                number(json, "retryMinutes", null),
                number(json, "timeoutMinutes", 1_440),
                number(json, "quietSeconds", 120),
                Boolean.TRUE.equals(json.get("overwrite")),
                Boolean.TRUE.equals(json.get("allowDowngrade")),
                SuccessOn.PROGRESS_100.text.equals(json.get("successOn")) ? SuccessOn.PROGRESS_100 : SuccessOn.INFORM,
                time(json.get("startAt")), time(json.get("endAt")),
                json.get("window") instanceof Map<?, ?> window ? window(window) : null,
                number(json, "pushPerMinute", null),
                json.get("stages") instanceof List<?> stages ? stages.stream().map(stage -> stage((Map<?, ?>) stage)).toList() : List.of());
    }

    /** @return whether first pushes wait until the plan lets them go; else a task goes when it is made */
    public boolean holdsFirstPushes() {
        return startAt != null || window != null || pushPerMinute != null || !stages.isEmpty();
    }

    /** @return whether {@code endAt} has come: nothing more is assigned then */
    public boolean isOver(Instant now) {
        return endAt != null && !endAt.isAfter(now);
    }

    /** @return whether it matters how many first pushes have been let go; else each may go as soon as one may */
    public boolean countsFirstPushes() {
        return pushPerMinute != null || !stages.isEmpty();
    }

    private static Integer number(Map<?, ?> json, String name, Integer absent) {
        return json.get(name) instanceof Number n ? Integer.valueOf(n.intValue()) : absent;
    }

    private static Instant time(Object posted) {
        return posted == null ? null : Instant.parse(posted.toString());
    }

    private static DailyWindow window(Map<?, ?> json) {
        return new DailyWindow(LocalTime.parse(json.get("from").toString()), LocalTime.parse(json.get("to").toString()),
                ZoneId.of(json.get("zone").toString()));
    }

    private static Stage stage(Map<?, ?> json) {
        return new Stage(percent(json, "percent"), percent(json, "successPercent"), percent(json, "failurePercent"));
    }

    private static BigDecimal percent(Map<?, ?> json, String name) {
        return json.get(name) == null ? null : new BigDecimal(json.get(name).toString());
    }
}
