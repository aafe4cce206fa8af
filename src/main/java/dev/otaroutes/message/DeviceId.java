package dev.otaroutes.message;

import java.util.Comparator;

/**
 * A device, as the broker's ACL vouches for it: the two keys come from the topic, never from a payload (protocol.md §1).
 * Ordered by {@link #path()}, the order in which device rows are locked.
 */
public record DeviceId(String productKey, String deviceKey) implements Comparable<DeviceId> {
    private static final Comparator<DeviceId> BY_PATH = Comparator.comparing(DeviceId::path);

    /** @throws RefusedMessageException {@code bad-key}, if one of them breaks the rule of {@link Keys} */
    public DeviceId {
        Keys.check("productKey", productKey);
        Keys.check("deviceKey", deviceKey);
    }

    /** {@code productKey/deviceKey}: unambiguous, since no key has a slash in it. */
    public String path() {
        return productKey + "/" + deviceKey;
    }

    /**
     * The inverse of {@link #path()}.
     *
     * @throws RefusedMessageException {@code bad-key}, if the text is not two keys with a slash between them
     */
    public static DeviceId ofPath(String path) {
        int slash = path.indexOf('/');
        if (slash < 0) {
            throw new RefusedMessageException("bad-key",
                    "a device is productKey/deviceKey, but was " + RefusedMessageException.shown(path));
        }
        return new DeviceId(path.substring(0, slash), path.substring(slash + 1));
    }

    @Override
    public int compareTo(DeviceId other) {
        return BY_PATH.compare(this, other);
    }

    @Override
    public String toString() {
        return path();
    }
}
