package dev.otaroutes.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that a subscription's deliveries are signed with: {@value #PREFIX} and base64 of 24 to 64 bytes (Standard
 * Webhooks; api.md, Events over webhooks).
 */
final class WebhookSecret {
    private static final String PREFIX = "whsec_";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;
    private static final int GENERATED = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] key;

    private WebhookSecret(byte[] key) {
        this.key = key;
    }

    /** @throws IllegalArgumentException if it is none; the message does not repeat it */
    static WebhookSecret parse(String text) {
        byte[] key;
        try {
            key = text.startsWith(PREFIX) ? Base64.getDecoder().decode(text.substring(PREFIX.length())) : new byte[0];
        } catch (IllegalArgumentException e) {
            key = new byte[0];
        }
        if (key.length < SHORTEST || key.length > LONGEST) {
            throw new IllegalArgumentException("secret must be " + PREFIX + " and base64 of " + SHORTEST + " to " + LONGEST
                    + " bytes, or absent: then one is made");
        }
        return new WebhookSecret(key);
    }

    /** @return the text of a new one */
    static String generate(SecureRandom random) {
        byte[] key = new byte[GENERATED];
        random.nextBytes(key);
        return PREFIX + Base64.getEncoder().encodeToString(key);
    }

    /**
     * @param timestamp Unix seconds, as in {@code webhook-timestamp}
     * @return the value of {@code webhook-signature}: HMAC-SHA256 over {@code id.timestamp.body}
     */
    String sign(String webhookId, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update((webhookId + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }
}
