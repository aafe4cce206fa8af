package dev.otaroutes.device;

import com.fasterxml.jackson.core.JacksonException;
import dev.otaroutes.extension.FaultPlaces;
import dev.otaroutes.message.DeviceTopic;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.store.Sql;

/**
 * Why a message was not used.
 *
 * @param reason what it is counted and listed under
 * @param detail for a person; null if there is nothing to say
 */
record Rejection(String reason, String detail) {

    /** Tells the message's fault from ours. @param faults name the step where it came up, if that is an integrator's */
    static Rejection of(Throwable fault, FaultPlaces faults) {
        Rejection rejection = of(fault);
        String place = faults.of(fault);
        return place == null ? rejection : new Rejection(rejection.reason(), rejection.detail() + " (" + place + ")");
    }

    private static Rejection of(Throwable fault) {
        for (Throwable t = fault; t != null && !(t instanceof GivenUpException); t = t.getCause()) {
            if (t instanceof RefusedMessageException refused) {
                return new Rejection(refused.reason(), refused.getMessage());
            }
            if (t instanceof JacksonException json) {
                return new Rejection("not-json", json.getOriginalMessage());
            }
        }
        return new Rejection(RejectedMessages.INTERNAL_ERROR, describe(fault));
    }

    boolean isOurs() {
        return reason.equals(RejectedMessages.INTERNAL_ERROR);
    }

    /** As {@link DeviceTopic#kind}, or {@code other} for what has no topic of ours. */
    static String topicKind(String topic) {
        try {
            return DeviceTopic.kind(topic);
        } catch (RefusedMessageException e) {
            return "other";
        }
    }

    /** The device's path; null if the topic names none. */
    static String device(String topic) {
        try {
            return DeviceTopic.parse(topic).path();
        } catch (RefusedMessageException e) {
            return null;
        }
    }

    private static String describe(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String file = Sql.replacedFile(fault);
        return (file == null ? "" : file + ": ") + root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
