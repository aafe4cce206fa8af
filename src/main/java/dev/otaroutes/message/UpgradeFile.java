package dev.otaroutes.message;

import java.util.Locale;
import java.util.Objects;

/**
 * A file of a package (protocol.md §3).
 *
 * @param size   bytes
 * @param md5    in hex; null if unknown
 * @param sha256 in hex; null if unknown
 * @param url    where it is; null if it was uploaded and we serve it
 */
public record UpgradeFile(String name, long size, String md5, String sha256, String url) {

    public UpgradeFile {
        Objects.requireNonNull(name, "name");
        md5 = lowerCase(md5);
        sha256 = lowerCase(sha256);
    }

    /** In lower-case hex; null if unknown. */
    String digest(SignMethod method) {
        return method == SignMethod.MD5 ? md5 : sha256;
    }

    private static String lowerCase(String hex) {
        return hex == null ? null : hex.toLowerCase(Locale.ROOT);
    }
}
