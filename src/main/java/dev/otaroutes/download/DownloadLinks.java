package dev.otaroutes.download;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and checks the links under which devices download ({@code api.md}, Downloads):
 * {@code <base-url>/download/{packageId}/{name}?expires=<unix s>&token=<base64url of HMAC-SHA256>}.
 * <p>
 * What is signed is the path from {@code /download} on and the expiry, so a proxy in front may add or strip a prefix.
 */
public final class DownloadLinks {
    /** Shortest signing key, in bytes. */
    public static final int MIN_KEY_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";

    private final String baseUrl;
    private final Supplier<byte[]> key;
    private final Duration timeToLive;
    private final Clock clock;
    /** A batch pushes thousands a second to one file: they share the signature of that second. Whoever overwrites it, it is right for its key. */
    private volatile Link last = new Link(0, "", 0, null);

    private record Link(long packageId, String name, long expires, URI url) {
    }

    /**
     * @param baseUrl what devices reach us under, {@code ota.download.base-url}; may carry a path prefix
     * @param key what links are signed with, at least {@value #MIN_KEY_BYTES} bytes; may block, see {@link SigningKey}
     * @param timeToLive {@code ota.download.link-ttl-seconds}
     */
    public DownloadLinks(URI baseUrl, Supplier<byte[]> key, Duration timeToLive, Clock clock) {
        String base = baseUrl.toString();
        this.baseUrl = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        this.key = key;
        this.timeToLive = timeToLive;
        this.clock = clock;
    }

    /** A link to a package's file that works from now for the time to live. */
    public URI link(long packageId, String name) {
        long expires = clock.instant().plus(timeToLive).getEpochSecond();
        Link link = last;
        if (link.packageId != packageId || link.expires != expires || !link.name.equals(name)) {
            String path = path(packageId, name);
            link = new Link(packageId, name, expires, URI.create(baseUrl + path + "?expires=" + expires + "&token=" + token(path, expires)));
            last = link;
        }
        return link.url;
    }

    /**
     * Checks what a link brought along.
     *
     * @param expires the query's text, null if absent
     * @param token the query's text, null if absent
     * @return why the link does not hold, or null if it does
     */
    public String fault(long packageId, String name, String expires, String token) {
        if (expires == null || token == null) {
            return "the download link is not signed: [" + (expires == null ? "expires" : "token") + "] is missing";
        }
        // Digits only, and few enough for a long: what else there may be, we have not signed it.
        if (!expires.matches("[0-9]{1,18}") || !matches(path(packageId, name), Long.parseLong(expires), token)) {
            return "the download link is forged: [token] does not belong to this path and [expires]";
        }
        Instant end = Instant.ofEpochSecond(Math.min(Long.parseLong(expires), Instant.MAX.getEpochSecond()));
        if (!clock.instant().isBefore(end)) {
            return "the download link has expired: [expires] was " + end + "; ask for a new one";
        }
        return null;
    }

    private boolean matches(String path, long expires, String token) {
        return MessageDigest.isEqual(token(path, expires).getBytes(StandardCharsets.UTF_8),
                token.getBytes(StandardCharsets.UTF_8));
    }

    private String token(String path, long expires) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.get(), ALGORITHM));
            byte[] code = mac.doFinal((path + "\n" + expires).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(code);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    /** The one spelling of a path that is signed, whichever way a client escapes it. */
    private static String path(long packageId, String name) {
        return "/download/" + packageId + "/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
