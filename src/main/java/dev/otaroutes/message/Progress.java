package dev.otaroutes.message;

import static dev.otaroutes.message.RefusedMessageException.shown;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/**
 * How far a device's upgrade is, or why it failed (protocol.md §4).
 *
 * @param id          the device's own number of the message, at most 64 code points; null when it sent none. Not unique.
 * @param step        1 to 100 percent, or -1 upgrade, -2 download, -3 verification, -4 flashing failed
 * @param description the device's words, at most 128 code points; null when it sent none
 * @param module      {@code default} when the device named none
 * @param strategy    the ID of the batch that is meant, as the device wrote it; null when it named none
 */
public record Progress(String id, int step, String description, String module, String strategy) {
    /** The step of a device that has everything; not yet a success (domain.md, Task states). */
    public static final int COMPLETE = 100;
    /** The lowest failure code. */
    public static final int LOWEST_FAILURE = -4;
    /** The longest description that is kept, in Unicode code points. */
    public static final int MAX_DESCRIPTION = 128;

    // No sign but minus, no white space, no fraction: "an integer" as the seed's devices write it.
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,9}");

    /** @throws RefusedMessageException {@code bad-step}, if no device may send this step */
    public Progress {
        if (step < LOWEST_FAILURE || step == 0 || step > COMPLETE) {
            throw badStep(step);
        }
    }

    /**
     * @param json the payload as it came
     * @throws RefusedMessageException {@code too-large}, {@code not-json}, {@code not-an-object}, {@code bad-id},
     *                                 {@code bad-step}, {@code bad-desc}, {@code bad-key} (the module) or {@code bad-strategy}
     */
    public static Progress parse(byte[] json) {
        DeviceJson message = DeviceJson.parse(json);
        String description = message.string("desc", "bad-desc");
        return new Progress(message.id(), step(message.params().path("step")),
                description == null ? null : Text.cut(Text.clean(description), MAX_DESCRIPTION),
                message.module(), DeviceJson.token(message.params(), "strategy"));
    }

    /** Whether the device reports a failure instead of a percentage. */
    public boolean failed() {
        return step < 0;
    }

    private static int step(JsonNode step) {
        if (step.isIntegralNumber() && step.canConvertToInt()) {
            return step.intValue();
        }
        if (step.isTextual() && INTEGER.matcher(step.textValue()).matches()) {
            return Integer.parseInt(step.textValue());
        }
        throw badStep(step.isMissingNode() ? "absent" : step.isTextual() ? step.textValue() : step);
    }

    private static RefusedMessageException badStep(Object step) {
        return new RefusedMessageException("bad-step", "params.step must be an integer, 1 to " + COMPLETE
                + " or " + LOWEST_FAILURE + " to -1, but was " + shown(step));
    }
}
