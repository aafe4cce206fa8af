package dev.otaroutes.device;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts messages by topic and outcome, and upgrades by outcome: metrics {@value #METER} and {@value #UPGRADES}, in Prometheus
 * {@code ota_messages_total} and {@code ota_upgrades_total}.
 */
public final class MessageCounts {
    /** Tags: {@code topic} (inform, progress, firmware-get, file-download, online, other) and {@code outcome} (accepted, or the reason why not). */
    public static final String METER = "ota.messages";
    /** Tag: {@code outcome} (accepted, no-subscriber, push-failed, internal-error). */
    public static final String UPGRADES = "ota.upgrades";
    static final String ACCEPTED = "accepted";
    static final String NO_SUBSCRIBER = "no-subscriber";
    static final String PUSH_FAILED = "push-failed";
    private static final List<String> TOPICS = List.of("inform", "progress", "firmware-get", "file-download", "online");

    private final MeterRegistry meters;
    /** By topic, then by outcome: a registry would make a new name for each look. */
    private final Map<String, Map<String, Counter>> messages = new ConcurrentHashMap<>();
    private final Map<String, Counter> upgrades = new ConcurrentHashMap<>();

    /** What is usual, and what is an alert, is there from the start: a rate has to begin at 0. */
    public MessageCounts(MeterRegistry meters) {
        this.meters = meters;
        for (String topic : TOPICS) {
            counter(topic, ACCEPTED);
            counter(topic, RejectedMessages.INTERNAL_ERROR);
        }
        List.of(ACCEPTED, NO_SUBSCRIBER, PUSH_FAILED, RejectedMessages.INTERNAL_ERROR).forEach(this::upgrades);
    }

    /** @param outcome from a small fixed set: never a text that a device sent */
    void count(String topic, String outcome) {
        counter(topic, outcome).increment();
    }

    /** Counts an upgrade that went out, or could not. @param outcome as above */
    void countUpgrade(String outcome) {
        upgrades(outcome).increment();
    }

    private Counter counter(String topic, String outcome) {
        return messages.computeIfAbsent(topic, none -> new ConcurrentHashMap<>()).computeIfAbsent(outcome, none -> Counter.builder(METER)
                .description("Messages from devices, by topic and by what became of them: accepted, or the reason why not")
                .tags("topic", topic, "outcome", outcome).register(meters));
    }

    private Counter upgrades(String outcome) {
        return upgrades.computeIfAbsent(outcome, none -> Counter.builder(UPGRADES)
                .description("Upgrades published to devices, by what became of them: accepted by the broker, no-subscriber, push-failed, internal-error")
                .tag("outcome", outcome).register(meters));
    }
}
