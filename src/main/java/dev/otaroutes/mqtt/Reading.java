package dev.otaroutes.mqtt;

import com.hivemq.client.internal.mqtt.MqttClientConfig;
import com.hivemq.client.internal.mqtt.MqttClientConnectionConfig;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import io.netty.channel.Channel;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Stops and resumes reading from the broker's socket, so that TCP holds back what cannot be taken.
 * <p>
 * Receive Maximum is what MQTT has for this, but it counts messages, not bytes, and Mosquitto 2.0.11 does not keep to it: when
 * its oldest message is acknowledged it sends up to Receive Maximum more, whatever is in flight, and beyond 65,535 it repeats packet identifiers
 * that are in use, on which a client has to end the connection. The client library has no call for it, so this takes the library's own channel.
 */
final class Reading {
    private static final int READS_PER_KEEP_ALIVE = 3;

    private final Supplier<Mqtt5AsyncClient> client;
    private final ScheduledExecutorService timer;
    private final int keepAliveSeconds;
    private Channel paused;
    private ScheduledFuture<?> pulse;

    Reading(Supplier<Mqtt5AsyncClient> client, ScheduledExecutorService timer, int keepAliveSeconds) {
        this.client = client;
        this.timer = timer;
        this.keepAliveSeconds = keepAliveSeconds;
    }

    /** Reads no more than it takes to see within keep-alive that the connection lives. */
    synchronized void pause() {
        MqttClientConnectionConfig connection = ((MqttClientConfig) client.get().getConfig()).getRawConnectionConfig();
        if (paused == null && connection != null) {
            paused = connection.getChannel();
            paused.config().setAutoRead(false);
            if (keepAliveSeconds > 0) {
                long millis = TimeUnit.SECONDS.toMillis(keepAliveSeconds) / READS_PER_KEEP_ALIVE;
                pulse = timer.scheduleAtFixedRate(paused::read, millis, millis, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Also for a connection that has ended: the next one reads from its start. */
    synchronized void resume() {
        if (paused != null) {
            if (pulse != null) {
                pulse.cancel(false);
            }
            paused.config().setAutoRead(true);
            paused = null;
        }
    }
}
