package dev.otaroutes.download;

import dev.otaroutes.store.SharedSettings;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * The key of download links: {@code ota.download.signing-key}, or one that is made once and kept in the database, so that
 * links outlive a restart and hold on every instance.
 */
public final class SigningKey implements Supplier<byte[]> {
    private static final String NAME = "download.signing-key";
    private static final int RANDOM_BYTES = 32;

    private final SharedSettings shared;
    private volatile byte[] key;

    private SigningKey(SharedSettings shared, byte[] key) {
        this.shared = shared;
        this.key = key;
    }

    /** @throws IllegalArgumentException if it is shorter than {@link DownloadLinks#MIN_KEY_BYTES}; the message does not show it */
    public static SigningKey of(String configured) {
        byte[] key = configured.getBytes(StandardCharsets.UTF_8);
        if (key.length < DownloadLinks.MIN_KEY_BYTES) {
            throw new IllegalArgumentException("ota.download.signing-key must have at least " + DownloadLinks.MIN_KEY_BYTES
                    + " bytes, but has " + key.length);
        }
        return new SigningKey(null, key);
    }

    /** One that is read from the database, or made there, when it is first needed. */
    public static SigningKey keptIn(SharedSettings shared) {
        return new SigningKey(shared, null);
    }

    /** Whether {@link #get} answers without the database. */
    public boolean known() {
        return key != null;
    }

    /** May block for the database once. */
    @Override
    public byte[] get() {
        byte[] current = key;
        if (current == null) {
            byte[] random = new byte[RANDOM_BYTES];
            new SecureRandom().nextBytes(random);
            current = HexFormat.of().parseHex(shared.agree(NAME, HexFormat.of().formatHex(random)));
            key = current;
        }
        return current;
    }
}
