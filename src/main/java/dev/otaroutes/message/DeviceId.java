package dev.otaroutes.message;

/**
 * A device, as the broker's ACL vouches for it: the two keys come from the topic, never from a payload (protocol.md §1).
 * Ordered by {@link #path()}, the order in which device rows are locked.
 */
public final class DeviceId implements Comparable<DeviceId> {
    private final String productKey;
    private final String deviceKey;
    /** Kept: what is looked up of a device is looked up by it, several times a message. */
    private final String path;

    /** @throws RefusedMessageException {@code bad-key}, if one of them breaks the rule of {@link Keys} */
    public DeviceId(String productKey, String deviceKey) {
        this.productKey = Keys.check("productKey", productKey);
        this.deviceKey = Keys.check("deviceKey", deviceKey);
        path = productKey + "/" + deviceKey;
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

    public String productKey() {
        return productKey;
    }

    public String deviceKey() {
        return deviceKey;
    }

    /** {@code productKey/deviceKey}: unambiguous, since no key has a slash in it. */
    public String path() {
        return path;
    }

    @Override
    public int compareTo(DeviceId other) {
        return path.compareTo(other.path);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceId device && path.equals(device.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return path;
    }
}
