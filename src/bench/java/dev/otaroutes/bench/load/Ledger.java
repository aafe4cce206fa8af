package dev.otaroutes.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/** What the broker took from each device of one product, and the upgrade that the device got for it. */
final class Ledger {
    private static final String ID = "\"id\":";
    private static final int ACKNOWLEDGED = 1;

    private final Arrivals arrivals;
    private final AtomicLongArray due;
    private final AtomicLongArray upgrades;
    private final AtomicIntegerArray informs;

    Ledger(int devices, Arrivals arrivals) {
        this.arrivals = arrivals;
        due = new AtomicLongArray(devices);
        upgrades = new AtomicLongArray(devices);
        informs = new AtomicIntegerArray(devices);
    }

    int devices() {
        return due.length();
    }

    void informs(int device, long dueNanos) {
        due.set(device, dueNanos);
    }

    /** The broker has the device's inform. */
    void acknowledged(int device) {
        informs.set(device, ACKNOWLEDGED);
    }

    /** The first upgrade counts; another one is a repetition if it has the same message ID, and an error if it has not. */
    void upgraded(int device, byte[] payload) {
        long id = messageId(payload);
        long since = due.getAndSet(device, 0);
        if (since != 0) {
            upgrades.set(device, id);
            arrivals.arrived(System.nanoTime() - since);
        } else if (upgrades.get(device) == id) {
            arrivals.repeated();
        } else {
            arrivals.contradicted();
        }
    }

    /** @return devices whose inform the broker has, and which have no upgrade */
    IntStream missing() {
        return IntStream.range(0, devices()).filter(device -> informs.get(device) == ACKNOWLEDGED && due.get(device) != 0);
    }

    /** It is the first {@code id} of an upgrade, a number; not parsed as JSON, which would cost the load more than the rest of it. */
    private static long messageId(byte[] payload) {
        String text = new String(payload, StandardCharsets.ISO_8859_1);
        long id = 0;
        for (int at = text.indexOf(ID) + ID.length(); at < text.length() && Character.isDigit(text.charAt(at)); at++) {
            id = id * 10 + Character.digit(text.charAt(at), 10);
        }
        return id;
    }
}
