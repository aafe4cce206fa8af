package dev.otaroutes.webhook;

import dev.otaroutes.http.Authorities;
import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.http.NextHop;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.TrustManagerFactory;

/**
 * How receivers are called, and which.
 *
 * @param internal which of those that are not on the public Internet
 * @param trust    whose certificates are good; null: those that the JVM trusts
 * @param timeout  for all of a call: connection, answer and its body
 */
public record Outgoing(InternalHosts internal, TrustManagerFactory trust, Duration timeout) {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    /**
     * @param internalHosts as in {@code ota.webhook.internal-hosts}
     * @param caFile        as in {@code ota.webhook.ca-file}; null for none
     */
    public static Outgoing of(String internalHosts, String caFile) {
        return new Outgoing(InternalHosts.parse(internalHosts), caFile == null ? null : Authorities.with(Path.of(caFile)), TIMEOUT);
    }

    /** As {@link NextHop#to}. */
    NextHop nextHop(URI url) throws UnknownHostException {
        return NextHop.to(url, internal);
    }

    /** To be asked when a subscription is made. What cannot be resolved is let through: it may be known when it is called. */
    void check(String url) {
        // Its host has no placeholders.
        URI uri = URI.create(Placeholders.replace(url, name -> "x"));
        try {
            if (!internal.hasName(uri.getHost())) {
                nextHop(uri);
            }
        } catch (UnknownHostException unknown) {
            return;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("url cannot be called, " + e.getMessage(), e);
        }
    }
}
