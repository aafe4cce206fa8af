package dev.otaroutes.message;

import java.util.List;
import java.util.Objects;

/**
 * What a device is told about a package (protocol.md §3).
 *
 * @param version      what the device reports once it runs it
 * @param module       {@code default} is left out of the message
 * @param differential whether it patches an older version instead of replacing it
 * @param files        at least one, in the order in which devices are told of them
 * @param signMethod   which digest of a file the device checks: of each file that one must be known
 * @param customInfo   the operator's custom information, the text of a JSON object; null for none
 * @param digestSign   the package's own signature, base64; null for none
 */
public record UpgradePackage(String version, String module, boolean differential, List<UpgradeFile> files, SignMethod signMethod,
                             String customInfo, String digestSign) {
    /** Files of a package at most: Alibaba's C SDK has room for so many, and a message stays far below 256 KiB. */
    public static final int MOST_FILES = 20;

    /** @throws IllegalArgumentException if there is no file, or the digest that the device shall check is unknown */
    public UpgradePackage {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(module, "module");
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("version [" + version + "] of module [" + module + "] has no file");
        }
        for (UpgradeFile file : files) {
            if (file.digest(signMethod) == null) {
                throw new IllegalArgumentException("a package signed with " + signMethod + " needs that digest of its files, but ["
                        + file.name() + "] of version [" + version + "] of module [" + module + "] has none");
            }
        }
    }
}
