package dev.otaroutes.message;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The MQTT topics between us and devices (protocol.md §1). The leading slash is part of each. */
public final class DeviceTopic {
    private static final Pattern INBOUND = Pattern.compile("/ota/device/(?<kind>inform|progress)/(?<product>[^/]*)/(?<device>[^/]*)");
    private static final Pattern FIRMWARE_GET = Pattern.compile("/sys/(?<product>[^/]*)/(?<device>[^/]*)/thing/ota/firmware/get");
    private static final Pattern FILE_DOWNLOAD = Pattern.compile("/sys/(?<product>[^/]*)/(?<device>[^/]*)/thing/file/download");
    private static final Pattern ONLINE = Pattern.compile("/message/device/online|\\$SYS/brokers/[^/]*/clients/[^/]*/(connected|subscribed)");
    private static final String UPGRADE = "/ota/device/upgrade/";

    private DeviceTopic() {
    }

    /**
     * The device that a message comes from.
     *
     * @param topic as the broker delivered it; null is refused like any other that does not fit
     * @throws RefusedMessageException {@code bad-topic} or {@code bad-key}
     */
    public static DeviceId parse(String topic) {
        Matcher levels = match(topic);
        return new DeviceId(levels.group("product"), levels.group("device"));
    }

    /**
     * What the topic is for: {@code inform}, {@code progress}, {@code firmware-get}, {@code file-download} or {@code online}.
     *
     * @throws RefusedMessageException {@code bad-topic}
     */
    public static String kind(String topic) {
        if (topic != null && ONLINE.matcher(topic).matches()) {
            return "online";
        }
        Matcher levels = match(topic);
        if (levels.pattern() == FILE_DOWNLOAD) {
            return "file-download";
        }
        return levels.pattern() == FIRMWARE_GET ? "firmware-get" : levels.group("kind");
    }

    /** Where a device hears about its upgrade. */
    public static String upgrade(DeviceId device) {
        return UPGRADE + device.path();
    }

    /** Where a device is answered that asked for a package (protocol.md §5). */
    public static String firmwareGetReply(DeviceId device) {
        return "/sys/" + device.path() + "/thing/ota/firmware/get_reply";
    }

    /** Where a device gets the block that it asked for (protocol.md §6). */
    public static String fileDownloadReply(DeviceId device) {
        return "/sys/" + device.path() + "/thing/file/download_reply";
    }

    private static Matcher match(String topic) {
        for (Pattern pattern : List.of(INBOUND, FIRMWARE_GET, FILE_DOWNLOAD)) {
            Matcher levels = pattern.matcher(topic == null ? "" : topic);
            if (levels.matches()) {
                return levels;
            }
        }
        throw new RefusedMessageException("bad-topic", "OTA topic must be /ota/device/{inform|progress}/{productKey}/{deviceKey}"
                + " or /sys/{productKey}/{deviceKey}/thing/{ota/firmware/get|file/download}, but was " + RefusedMessageException.shown(topic));
    }
}
