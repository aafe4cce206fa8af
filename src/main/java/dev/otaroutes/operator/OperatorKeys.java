package dev.otaroutes.operator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** The operators' keys, {@code ota.api.keys}: only their digests are kept, so that no dump or message can show one. */
public final class OperatorKeys {
    private final List<Key> keys;

    private OperatorKeys(List<Key> keys) {
        this.keys = keys;
    }

    /** What a key lets its holder do. */
    public enum Grant { NONE, READ, CHANGE }

    private record Key(byte[] digest, Grant grant) {
    }

    /**
     * @param setting {@code name:key[:read]}, comma-separated; empty for none
     * @throws IllegalArgumentException if an entry has another form; its message does not show the entry
     */
    public static OperatorKeys parse(String setting) {
        List<Key> keys = new ArrayList<>();
        for (String entry : setting.isBlank() ? new String[0] : setting.split(",", -1)) {
            String[] parts = entry.strip().split(":", -1);
            boolean read = parts.length == 3 && parts[2].equals("read");
            if (parts[0].isBlank() || parts.length < 2 || parts[1].isBlank() || parts.length > 2 && !read) {
                throw new IllegalArgumentException(
                        "ota.api.keys must be name:key or name:key:read, separated by commas; entry " + (keys.size() + 1) + " is not");
            }
            keys.add(new Key(digest(parts[1]), read ? Grant.READ : Grant.CHANGE));
        }
        return new OperatorKeys(List.copyOf(keys));
    }

    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Takes the same time whichever key it is, and whether it is one. */
    public Grant grant(String presented) {
        byte[] digest = digest(presented);
        Grant grant = Grant.NONE;
        for (Key key : keys) {
            boolean same = MessageDigest.isEqual(key.digest(), digest);
            grant = same && key.grant().compareTo(grant) > 0 ? key.grant() : grant;
        }
        return grant;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
