package dev.otaroutes.download;

import java.nio.charset.StandardCharsets;

/** The name of a package's file: one segment of a path, so that no name leads out of its package's directory. */
public final class FileName {
    /** Longest name, in bytes of UTF-8: what file systems take. */
    public static final int MAX_BYTES = 255;

    private FileName() {
    }

    /**
     * Why a text cannot be the name of a package's file.
     *
     * @return the reason, or null if the name is good
     */
    public static String fault(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_BYTES) {
            return "a file name must have 1 to " + MAX_BYTES + " bytes, but has " + bytes;
        }
        if (name.chars().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))) {
            return "a file name must be one path segment without / \\ and control characters, but was ["
                    + name.replaceAll("\\p{Cntrl}", "?") + "]";
        }
        if (name.startsWith(".")) {
            return "a file name must not start with a dot, but was [" + name + "]";
        }
        return null;
    }

    public static boolean isGood(String name) {
        return fault(name) == null;
    }
}
