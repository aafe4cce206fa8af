package dev.otaroutes.event;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What happened, as platforms hear of it (api.md, Events over webhooks).
 *
 * @param rowId     of {@code ota_event}
 * @param sequence  the device's counter, without gaps; null for events of a batch or package
 * @param deviceKey null for events of a batch or package
 * @param module    null where the event has none, as {@code batchId}, {@code taskId} and {@code packageId}
 * @param data      what depends on the type; not null
 */
public record Event(long rowId, String type, Instant at, Long sequence, String productKey, String deviceKey, String module,
        Long batchId, Long taskId, Long packageId, Map<String, Object> data) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** @return the public id, the same at every delivery */
    public String id() {
        return EventId.of(at, rowId);
    }

    /** @return the event as the JSON object of api.md, in its order, without what is null; its own copy, to be changed freely */
    public Map<String, Object> toMap() {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("id", id());
        event.put("type", type);
        event.put("time", TIME.format(at));
        putUnlessNull(event, "sequence", sequence);
        event.put("productKey", productKey);
        putUnlessNull(event, "deviceKey", deviceKey);
        putUnlessNull(event, "module", module);
        putUnlessNull(event, "batchId", decimal(batchId));
        putUnlessNull(event, "taskId", decimal(taskId));
        putUnlessNull(event, "packageId", decimal(packageId));
        event.put("data", new LinkedHashMap<>(data));
        return event;
    }

    private static String decimal(Long id) {
        return id == null ? null : id.toString();
    }

    private static void putUnlessNull(Map<String, Object> event, String name, Object value) {
        if (value != null) {
            event.put(name, value);
        }
    }
}
