package dev.otaroutes.mqtt;

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

    private final Supplier<Channel> connection;
    private final ScheduledExecutorService timer;
    private final int keepAliveSeconds;
    private Channel paused;
    private ScheduledFuture<?> pulse;

    /** @param connection its channel; null while there is none */
    Reading(Supplier<Channel> connection, ScheduledExecutorService timer, int keepAliveSeconds) {
        this.connection = connection;
        this.timer = timer;
        this.keepAliveSeconds = keepAliveSeconds;
    }

    /** Reads no more than it takes to see within keep-alive that the connection lives: 64 KiB at a time, without automatic reading. */
    synchronized void pause() {
        Channel channel = connection.get();
        if (paused == null && channel != null) {
            paused = channel;
            paused.config().setAutoRead(false);
            if (keepAliveSeconds > 0) {
                long millis = TimeUnit.SECONDS.toMillis(keepAliveSeconds) / READS_PER_KEEP_ALIVE;
                pulse = timer.scheduleAtFixedRate(paused::read, millis, millis, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Reads nothing at all until the end of the pause: if that does not come within keep-alive, the connection ends. */
    synchronized void halt() {
        if (pulse != null) {
            pulse.cancel(false);
        }
    }

    /** Also for a connection that has ended: the next one reads from its start. */
    synchronized void resume() {
        if (paused != null) {
            halt();
            paused.config().setAutoRead(true);
            paused = null;
        }
    }
}
