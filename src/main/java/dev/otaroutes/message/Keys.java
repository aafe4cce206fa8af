package dev.otaroutes.message;

/**
 * The rule for product keys, device keys and modules (domain.md, Keys): 1 to {@value #MAX_LENGTH} characters without
 * {@code + # /}, white space or NUL. What passes is safe in a topic, in a URL's path once encoded, and in a column.
 */
public final class Keys {
    /** The longest key, in UTF-16 units: as many as the shortest-counting database has room for. */
    public static final int MAX_LENGTH = 64;
    /** The module that always exists; messages to devices leave it out (protocol.md §3). */
    public static final String DEFAULT_MODULE = "default";

    private Keys() {
    }

    /**
     * @param what the key's name for the message, such as {@code deviceKey}
     * @return the key itself
     * @throws RefusedMessageException {@code bad-key}, if it breaks the rule
     */
    public static String check(String what, String key) {
        if (!isValid(key)) {
            throw new RefusedMessageException("bad-key", what + " must be 1 to " + MAX_LENGTH
                    + " characters without + # /, white space or NUL, but was " + RefusedMessageException.shown(key));
        }
        return key;
    }

    /** Whether the text can be a productKey, a deviceKey or a module; null cannot. */
    public static boolean isValid(String key) {
        if (key == null || key.isEmpty() || key.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < key.length(); i += Character.charCount(key.codePointAt(i))) {
            if (!isAllowed(key.codePointAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(int c) {
        return c != '+' && c != '#' && c != '/' && c != 0
                && !Character.isWhitespace(c) && !Character.isSpaceChar(c) && !Text.isHalfPair(c);
    }
}
