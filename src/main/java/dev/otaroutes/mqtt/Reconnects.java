package dev.otaroutes.mqtt;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * When, and with what Receive Maximum, to connect again.
 * <p>
 * The pause before the next attempt is 0.2 s, doubled up to 2 s, and up to a quarter more so that many
 * clients do not come at once. Connections that end as soon as they are made count as failed attempts. Not thread-safe.
 */
final class Reconnects {
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final int DOUBLINGS = 4;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int SUSPICIOUS = 3;

    private int receiveMaximum;
    private int failures;
    private int shortLived;
    private long connectedAt;
    private boolean connected;

    Reconnects(int receiveMaximum) {
        this.receiveMaximum = receiveMaximum;
    }

    int receiveMaximum() {
        return receiveMaximum;
    }

    /** For a broker that sends more, as Mosquitto 2.0.11 does: the next connection would end as this one did. */
    int raiseReceiveMaximum() {
        receiveMaximum = ConnectionOptions.MOST_RECEIVE_MAXIMUM;
        return receiveMaximum;
    }

    void connected() {
        connected = true;
        connectedAt = System.nanoTime();
    }

    /** @param byBroker whether it was the broker that ended the connection */
    void disconnected(boolean byBroker) {
        if (connected && System.nanoTime() - connectedAt > SHORT_NANOS) {
            failures = 0;
            shortLived = 0;
        } else {
            failures++;
            shortLived += connected && byBroker ? 1 : 0;
        }
        connected = false;
    }

    /** Whether the broker ends connections as soon as they are made, as one does that gives our session to another client. */
    boolean suspicious() {
        return shortLived >= SUSPICIOUS;
    }

    long pauseMillis() {
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, DOUBLINGS));
        return pause + ThreadLocalRandom.current().nextLong(pause / 4);
    }
}
