package dev.otaroutes.log;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.MDC;

/**
 * What a line of the log is about, as fields of its own where the log is JSON ({@code ota.log.format}). The line itself says it in words too.
 * <p>
 * By MDC, around the one call: the steps of a route run on many threads.
 */
public final class LogFields {
    private final Map<String, String> fields = new HashMap<>();

    private LogFields() {
    }

    /** @param device productKey/deviceKey; null or anything else: no fields */
    public static LogFields ofDevice(String device) {
        int slash = device == null ? -1 : device.indexOf('/');
        return slash < 0 ? new LogFields() : new LogFields().with("productKey", device.substring(0, slash)).with("deviceKey", device.substring(slash + 1));
    }

    /** @param deviceKey null for an event of a batch or package */
    public static LogFields ofEvent(String eventId, String productKey, String deviceKey) {
        return new LogFields().with("eventId", eventId).with("productKey", productKey).with("deviceKey", deviceKey);
    }

    private LogFields with(String name, String value) {
        if (value != null) {
            fields.put(name, value);
        }
        return this;
    }

    /** @param line logs, on this thread */
    public void in(Runnable line) {
        fields.forEach(MDC::put);
        try {
            line.run();
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }
}
