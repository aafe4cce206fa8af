package dev.otaroutes.webhook;

import dev.otaroutes.event.EventId;
import java.util.List;

/**
 * Which deliveries of a subscription an operator wants to see; null leaves the choice open.
 *
 * @param status     {@code waiting}, {@code delivered}, {@code dead}
 * @param productKey with {@code deviceKey}, or not at all
 * @param eventId    the receiver's {@code webhook-id}
 */
public record DeliveryFilter(String status, String productKey, String deviceKey, String eventId) {
    static final List<String> STATUSES = List.of("waiting", "delivered", "dead");

    /** @throws IllegalArgumentException naming the field and the value that cannot be used */
    public DeliveryFilter {
        if (status != null && !STATUSES.contains(status)) {
            throw new IllegalArgumentException("status must be waiting, delivered or dead, but was [" + status + "]");
        }
        if ((productKey == null) != (deviceKey == null)) {
            throw new IllegalArgumentException("a device is named by productKey and deviceKey, but there was only ["
                    + (productKey == null ? deviceKey : productKey) + "]");
        }
        if (eventId != null) {
            EventId.rowId(eventId);
        }
    }

    /** @return of {@code ota_event}; null: any */
    Long eventRow() {
        return eventId == null ? null : EventId.rowId(eventId);
    }
}
