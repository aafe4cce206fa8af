package dev.otaroutes.webhook;

import dev.otaroutes.event.EventId;
import java.time.Instant;

/** An event that is still kept, and when it happened. */
public record KeptEvent(long rowId, Instant at) {
    /** @return the receivers' {@code webhook-id} */
    public String id() {
        return EventId.of(at, rowId);
    }
}
