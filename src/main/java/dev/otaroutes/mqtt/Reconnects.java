package dev.otaroutes.mqtt;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long to pause before the next attempt to connect: 0.2 s, doubled up to 2 s, and up to a quarter more so that many
 * clients do not come at once. Connections that end as soon as they are made count as failed attempts. Not thread-safe.
 */
final class Reconnects {
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final int DOUBLINGS = 4;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int SUSPICIOUS = 3;

    private int failures;
    private int shortLived;
    private long connectedAt;
    private boolean connected;

    void connected() {
        connected = true;
        connectedAt = System.nanoTime();
    }

    void disconnected() {
        if (connected && System.nanoTime() - connectedAt > SHORT_NANOS) {
            failures = 0;
            shortLived = 0;
        } else {
            failures++;
            shortLived += connected ? 1 : 0;
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
