package dev.otaroutes.device;

import io.micrometer.core.instrument.MeterRegistry;

/** Counts messages by topic and outcome: metric {@value #METER}, in Prometheus {@code ota_messages_total}. */
public final class MessageCounts {
    /** Tags: {@code topic} (inform, progress, firmware-get, file-download, online, upgrade, other) and {@code outcome} (accepted, or the reason why not). */
    public static final String METER = "ota.messages";
    static final String ACCEPTED = "accepted";

    private final MeterRegistry meters;

    public MessageCounts(MeterRegistry meters) {
        this.meters = meters;
    }

    /** @param outcome from a small fixed set: never a text that a device sent */
    void count(String topic, String outcome) {
        meters.counter(METER, "topic", topic, "outcome", outcome).increment();
    }
}
