package dev.otaroutes.message;

/**
 * The version that a device's module runs (protocol.md §2).
 *
 * @param id      the device's own number of the message, at most 64 code points; null when it sent none. Not unique.
 * @param version 1 to 64 printable characters
 * @param module  {@code default} when the device named none
 * @param held    whether the broker keeps it, and sends it again, until all that it leads to is done: QoS 1
 * @param mayBeRepeated whether the broker may have sent it before, as after a reconnect
 */
public record Inform(String id, String version, String module, boolean held, boolean mayBeRepeated) {
    /** The longest version, in UTF-16 units: as many as the shortest-counting database has room for. */
    public static final int MAX_VERSION = 64;

    public Inform(String id, String version, String module) {
        this(id, version, module, false, false);
    }

    /** @return the same, from a broker that keeps it until it is acknowledged */
    public Inform asHeld(boolean maybeRepeated) {
        return new Inform(id, version, module, true, maybeRepeated);
    }

    /**
     * @param json the payload as it came
     * @throws RefusedMessageException {@code too-large}, {@code not-json}, {@code not-an-object}, {@code bad-id},
     *                                 {@code no-version}, {@code bad-version} or {@code bad-key} (the module)
     */
    public static Inform parse(byte[] json) {
        DeviceJson message = DeviceJson.parse(json);
        return new Inform(message.id(), version(message.string("version", "bad-version")), message.module());
    }

    /**
     * What came in another way than as a message.
     *
     * @param module null or empty means {@code default}
     * @throws RefusedMessageException {@code bad-version} or {@code bad-key} (the module)
     */
    public static Inform of(String version, String module) {
        if (!isVersion(version)) {
            throw new RefusedMessageException("bad-version", "version must be 1 to " + MAX_VERSION + " printable characters, but was "
                    + RefusedMessageException.shown(version));
        }
        return new Inform(null, version, module == null || module.isEmpty() ? Keys.DEFAULT_MODULE : Keys.check("module", module));
    }

    /**
     * Whether the text can be a version: 1 to {@value #MAX_VERSION} printable characters, not all of them blank
     * (domain.md, Versions). Null cannot.
     */
    public static boolean isVersion(String text) {
        return text != null && !text.isBlank() && text.length() <= MAX_VERSION
                && text.codePoints().allMatch(Inform::isPrintable);
    }

    private static String version(String version) {
        if (version == null || version.isEmpty()) {
            throw new RefusedMessageException("no-version", "an inform must have params.version, but there was none");
        }
        if (!isVersion(version)) {
            throw new RefusedMessageException("bad-version", "params.version must be 1 to " + MAX_VERSION
                    + " printable characters, but was " + RefusedMessageException.shown(version));
        }
        return version;
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
