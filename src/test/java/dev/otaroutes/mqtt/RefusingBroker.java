package dev.otaroutes.mqtt;

/** What a publish fails with where the broker refuses it. */
public final class RefusingBroker {
    private RefusingBroker() {
    }

    public static Exception refusal(String topic, int reasonCode) {
        return new PublishRefusedException(topic, reasonCode, "refused", new IllegalStateException("PUBACK"));
    }
}
