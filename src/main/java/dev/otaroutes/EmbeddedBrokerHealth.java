package dev.otaroutes;

import dev.otaroutes.embedded.EmbeddedBroker;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Readiness: a broker without room on its disk ends the connection of each device that sends, while ours stays up. */
final class EmbeddedBrokerHealth extends AbstractHealthCheck {
    private final EmbeddedBroker broker;

    EmbeddedBrokerHealth(EmbeddedBroker broker) {
        super("ota", "embedded-broker");
        this.broker = broker;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder answer, Map<String, Object> options) {
        String trouble = broker.trouble();
        if (trouble == null) {
            answer.up();
        } else {
            answer.message(trouble).down();
        }
    }
}
