package dev.otaroutes.message;

import java.util.Locale;
import java.util.Objects;

/**
 * What a device is told about a package with one file (protocol.md §3).
 *
 * @param version      what the device reports once it runs it
 * @param module       {@code default} is left out of the message
 * @param differential whether it patches an older version instead of replacing it
 * @param size         bytes of the file
 * @param md5          of the file, in hex; null if unknown
 * @param sha256       of the file, in hex; null if unknown
 * @param signMethod   which of the two the device checks: that one must be known
 * @param customInfo   the operator's custom information, the text of a JSON object; null for none
 * @param digestSign   the package's own signature, base64; null for none
 */
public record UpgradePackage(String version, String module, boolean differential, long size, String md5, String sha256,
                             SignMethod signMethod, String customInfo, String digestSign) {

    /** @throws IllegalArgumentException if the digest that the device shall check is unknown */
    public UpgradePackage {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(module, "module");
        md5 = lowerCase(md5);
        sha256 = lowerCase(sha256);
        if ((signMethod == SignMethod.MD5 ? md5 : sha256) == null) {
            throw new IllegalArgumentException("a package signed with " + signMethod
                    + " needs that digest of its file, but version [" + version + "] of module [" + module + "] has none");
        }
    }

    /** The digest that the device checks, in lower-case hex. */
    String sign() {
        return signMethod == SignMethod.MD5 ? md5 : sha256;
    }

    private static String lowerCase(String hex) {
        return hex == null ? null : hex.toLowerCase(Locale.ROOT);
    }
}
