package dev.otaroutes.message;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The MQTT topics between us and devices (protocol.md §1). The leading slash is part of each. */
public final class DeviceTopic {
    private static final Pattern INBOUND = Pattern.compile("/ota/device/(inform|progress)/([^/]*)/([^/]*)");
    private static final String UPGRADE = "/ota/device/upgrade/";

    private DeviceTopic() {
    }

    /**
     * The device that an inform or a progress comes from.
     *
     * @param topic as the broker delivered it; null is refused like any other that does not fit
     * @throws RefusedMessageException {@code bad-topic} or {@code bad-key}
     */
    public static DeviceId parse(String topic) {
        Matcher levels = match(topic);
        return new DeviceId(levels.group(2), levels.group(3));
    }

    /**
     * What the topic is for: {@code inform} or {@code progress}.
     *
     * @throws RefusedMessageException {@code bad-topic}
     */
    public static String kind(String topic) {
        return match(topic).group(1);
    }

    /** Where a device hears about its upgrade. */
    public static String upgrade(DeviceId device) {
        return UPGRADE + device.path();
    }

    private static Matcher match(String topic) {
        Matcher levels = INBOUND.matcher(topic == null ? "" : topic);
        if (!levels.matches()) {
            throw new RefusedMessageException("bad-topic", "OTA topic must be"
                    + " /ota/device/{inform|progress}/{productKey}/{deviceKey}, but was " + RefusedMessageException.shown(topic));
        }
        return levels;
    }
}
