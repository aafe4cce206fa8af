package dev.otaroutes.device;

import dev.otaroutes.extension.FaultPlaces;
import dev.otaroutes.log.LogFields;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the routes do with a message that is given up: keep it, count it, and remember when the fault was ours. */
public final class Rejections {
    /** Variable: what went wrong, a {@link Throwable}; set by the routes' error handling. */
    static final String FAULT = "fault";
    /** Variable: set when the message is kept already and is being handled again. */
    static final String REPLAY = "replay";
    /** How long an internal error stays in the health report. */
    static final Duration SHOWN = Duration.ofMinutes(10);
    private static final String UPGRADE = "upgrade";
    private static final Logger REFUSED = LoggerFactory.getLogger("ota.refused");
    private static final Logger INTERNAL_ERROR = LoggerFactory.getLogger("ota.internal-error");

    private final RejectedMessages kept;
    private final MessageCounts counts;
    private final Clock clock;
    private final FaultPlaces faults;
    private volatile InternalError last;

    private record InternalError(Instant at, String detail) {
    }

    /** @param faults knows which step of an integrator's an exception came from */
    public Rejections(RejectedMessages kept, MessageCounts counts, Clock clock, FaultPlaces faults) {
        this.kept = kept;
        this.counts = counts;
        this.clock = clock;
        this.faults = faults;
    }

    /**
     * Keeps and counts what variable {@code fault} says about the message.
     *
     * @param topic   null for an upgrade that no message asked for: there is nothing to keep then
     * @param payload as it came; null if it failed before the route had put it there, in a route of an integrator's: the body then
     *                is as near as one gets
     */
    public void record(@Header(PahoMqtt5Constants.MQTT_TOPIC) String topic, @Variable("payload") byte[] payload,
                       @Variable(FAULT) Throwable fault, Exchange exchange) {
        Rejection rejection = Rejection.of(fault, faults);
        if (topic != null && exchange.getVariable(REPLAY) == null) {
            byte[] message = payload != null ? payload : exchange.getMessage().getBody(byte[].class);
            kept.record(topic, message == null ? new byte[0] : message, rejection.reason(), rejection.detail());
        }
        note(topic == null ? UPGRADE : topic, rejection, fault);
    }

    /** Says that a message could not even be kept. */
    public void lost(@Header(PahoMqtt5Constants.MQTT_TOPIC) String topic, @ExchangeException Throwable fault) {
        LogFields.ofDevice(Rejection.device(topic)).in(() -> INTERNAL_ERROR.error("message on {} could not even be kept as rejected and is lost: {}",
                topic, fault.getMessage()));
    }

    /** Remembers that something was given up through a fault of ours that no message brought. @param what in words, beginning the sentence */
    public void gaveUp(String what, Throwable fault) {
        String detail = what + ": " + Rejection.of(fault, faults).detail();
        last = new InternalError(clock.instant(), detail);
        INTERNAL_ERROR.error(detail, fault);
    }

    /** What a person should know about internal errors of late; null if there were none. */
    String recentInternalError() {
        InternalError error = last;
        return error == null || error.at().plus(SHOWN).isBefore(clock.instant()) ? null : error.at() + " " + error.detail();
    }

    private void note(String topic, Rejection rejection, Throwable fault) {
        if (topic.equals(UPGRADE)) {
            counts.countUpgrade(rejection.reason());
        } else {
            counts.count(Rejection.topicKind(topic), rejection.reason());
        }
        LogFields about = LogFields.ofDevice(Rejection.device(topic));
        if (rejection.isOurs()) {
            last = new InternalError(clock.instant(), rejection.detail());
            String what = topic.equals(UPGRADE) ? "an upgrade that no message asked for; it is tried again"
                    : "a message on " + topic + "; it is kept and can be replayed";
            about.in(() -> INTERNAL_ERROR.error("gave up {}: {}", what, rejection.detail(), fault));
        } else {
            about.in(() -> REFUSED.warn("refused message on {}: {}", topic, rejection.detail()));
        }
    }
}
