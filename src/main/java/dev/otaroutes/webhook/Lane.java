package dev.otaroutes.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One subscription's events of one device, in order.
 *
 * @param name productKey/deviceKey; productKey/ for what belongs to no device
 */
record Lane(long webhookId, String name) implements Comparable<Lane> {
    static Lane of(long webhookId, String productKey, String deviceKey) {
        return new Lane(webhookId, productKey + "/" + (deviceKey == null ? "" : deviceKey));
    }

    /** The order in which the databases sort: byte by byte. */
    @Override
    public int compareTo(Lane other) {
        int byWebhook = Long.compare(webhookId, other.webhookId);
        return byWebhook != 0 ? byWebhook : Arrays.compareUnsigned(
                name.getBytes(StandardCharsets.UTF_8), other.name.getBytes(StandardCharsets.UTF_8));
    }
}
