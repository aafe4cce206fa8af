package dev.otaroutes.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Readiness: every connection that is needed is up and each of its subscriptions is acknowledged, not merely sent; and no message stops the rest. */
final class MqttHealthCheck extends AbstractHealthCheck {
    private final ReliableMqttComponent component;

    MqttHealthCheck(ReliableMqttComponent component) {
        super("ota", "mqtt");
        this.component = component;
    }

    /** A broker that is away is waited for: no reason to restart the process. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.up();
        List<String> down = new ArrayList<>();
        for (MqttState state : component.neededStates()) {
            builder.detail(state.clientId() + ".connected", state.connected());
            builder.detail(state.clientId() + ".subscribed", String.join(" ", state.subscribed()));
            if (!state.ready()) {
                String why = state.lastError() == null ? "not connected yet" : state.lastError();
                down.add("MQTT client [" + state.clientId() + "] at [" + state.brokerUrl() + "]: " + why
                        + (state.connected() ? "; not subscribed: " + state.unsubscribed() : ""));
            } else if (state.stuck() != null) {
                down.add("MQTT client [" + state.clientId() + "]: the route of [" + state.stuck()
                        + "] fails again and again, and all acknowledgements wait for its message");
            }
        }
        if (!down.isEmpty()) {
            builder.down().message(String.join("; ", down));
        }
    }
}
