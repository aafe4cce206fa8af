package dev.otaroutes.webhook;

import java.util.Map;
import java.util.Set;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Shows how far the events are and which platforms do not take them (api.md, Running it). It is up all the same: that a platform is
 * away is no fault of this process.
 */
final class WebhookHealth extends AbstractHealthCheck {
    private final Webhooks webhooks;

    WebhookHealth(Webhooks webhooks) {
        super("ota", "webhooks");
        this.webhooks = webhooks;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        double age = webhooks.outboxAge().toMillis() / 1_000.0;
        // Only who: why may hold what a platform answered, and nobody is asked for a key here.
        Set<Long> failing = webhooks.failing().keySet();
        builder.up().message("the oldest event that waits for its subscriptions is " + age + " s old; " + (failing.isEmpty() ? "none of them fails"
                : "the latest delivery failed to " + failing + ", see GET /api/v1/webhooks/<id>/deliveries"));
        builder.detail("outbox.age.seconds", age).detail("failing.webhooks", failing.toString());
    }
}
