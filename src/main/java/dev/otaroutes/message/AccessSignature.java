package dev.otaroutes.message;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** By which SagooIOT's HTTP interfaces know who calls: access key and secret key (protocol.md §7). */
public final class AccessSignature {
    private static final String HMAC = "HmacSHA256";

    private AccessSignature() {
    }

    /**
     * @param time Unix seconds, as sent
     * @return HMAC-SHA256 over {@code ak=<ak>&time=<time>}, in lower-case hex
     */
    public static String of(String accessKey, String time, String secretKey) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), HMAC));
            return HexFormat.of().formatHex(mac.doFinal(("ak=" + accessKey + "&time=" + time).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }
}
