package dev.otaroutes.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.otaroutes.http.ProblemException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** What the contract cannot say about a rollout plan (domain.md, Rollout plan of a batch). */
final class RolloutRules {
    private static final BigDecimal ALL = BigDecimal.valueOf(100);
    /** MariaDB and MySQL know no later one. */
    private static final int LAST_YEAR = 9999;

    private RolloutRules() {
    }

    /**
     * @param rollout as posted; null for none
     * @throws ProblemException 400
     */
    static void check(ObjectNode rollout, Instant now) {
        if (rollout == null) {
            return;
        }
        Instant start = time(rollout, "startAt");
        Instant end = time(rollout, "endAt");
        if (end != null && !end.isAfter(start == null || start.isBefore(now) ? now : start)) {
            throw new ProblemException(400, "rollout.endAt must be later than " + (start == null || start.isBefore(now) ? "now" : "rollout.startAt")
                    + ", but was [" + rollout.get("endAt").textValue() + "]");
        }
        checkWindow(rollout.path("window"));
        checkStages(rollout.path("stages"));
    }

    private static Instant time(ObjectNode rollout, String name) {
        if (!rollout.hasNonNull(name)) {
            return null;
        }
        String text = rollout.get(name).textValue();
        try {
            Instant time = Instant.parse(text);
            int year = time.atOffset(ZoneOffset.UTC).getYear();
            if (year < 1 || year > LAST_YEAR) {
                throw new ProblemException(400, "rollout." + name + " must be of a year from 1 to " + LAST_YEAR + ", but was [" + text + "]");
            }
            return time;
        } catch (DateTimeException e) {
            throw new ProblemException(400, "rollout." + name + " must be a time in UTC such as 2026-11-23T15:04:05Z, but was [" + text + "]");
        }
    }

    private static void checkWindow(JsonNode window) {
        if (window.isMissingNode()) {
            return;
        }
        String zone = window.get("zone").textValue();
        try {
            ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new ProblemException(400, "rollout.window.zone must be a time zone such as Asia/Shanghai, but was [" + zone + "]");
        }
        if (window.get("from").equals(window.get("to"))) {
            throw new ProblemException(400, "rollout.window must not end when it begins, but from and to are [" + window.get("from").textValue() + "]");
        }
    }

    private static void checkStages(JsonNode stages) {
        BigDecimal before = BigDecimal.ZERO;
        for (JsonNode stage : stages) {
            BigDecimal percent = stage.get("percent").decimalValue();
            if (percent.compareTo(before) <= 0) {
                throw new ProblemException(400, "rollout.stages must have percentages that grow, those before included, but ["
                        + percent + "] comes after [" + before + "]");
            }
            before = percent;
        }
        if (!stages.isEmpty() && before.compareTo(ALL) != 0) {
            throw new ProblemException(400, "rollout.stages must end with percent 100, but end with [" + before + "]");
        }
    }
}
