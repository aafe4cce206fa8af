package dev.otaroutes.webhook;

import dev.otaroutes.http.Authorities;
import dev.otaroutes.http.InternalHosts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
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
    private static final String REMEDY = ": if it may be called, add it to ota.webhook.internal-hosts";

    /** Where a call goes to. @param proxy null: none, then the address is known; else only the proxy knows it */
    record NextHop(InetAddress address, InetSocketAddress proxy) {
    }

    /**
     * @param internalHosts as in {@code ota.webhook.internal-hosts}
     * @param caFile        as in {@code ota.webhook.ca-file}; null for none
     */
    public static Outgoing of(String internalHosts, String caFile) {
        return new Outgoing(InternalHosts.parse(internalHosts), caFile == null ? null : Authorities.with(Path.of(caFile)), TIMEOUT);
    }

    /**
     * The proxy, if there is one, and the host's address are those that this JVM knows, as with its own HTTP client.
     *
     * @return the address has been checked: it must be the one that is connected to, since a name may mean another a moment later
     * @throws UnknownHostException     if the host has no address
     * @throws IllegalArgumentException if it may not be called
     */
    NextHop nextHop(URI url) throws UnknownHostException {
        String host = url.getHost();
        ProxySelector proxies = ProxySelector.getDefault();
        Proxy proxy = proxies == null ? Proxy.NO_PROXY : proxies.select(url).get(0);
        boolean proxied = proxy.type() == Proxy.Type.HTTP && proxy.address() instanceof InetSocketAddress;
        if (proxied && internal.hasName(host)) {
            return new NextHop(null, (InetSocketAddress) proxy.address());
        }
        if (proxied && !isAddress(host)) {
            throw new IllegalArgumentException("host [" + host + "] is resolved by the proxy, so its address cannot be checked" + REMEDY);
        }
        try {
            InetAddress address = internal.resolve(host);
            return proxied ? new NextHop(null, (InetSocketAddress) proxy.address()) : new NextHop(address, null);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + REMEDY, e);
        }
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

    /** As the URI has it: only an address has brackets, and no name ends with a number. */
    private static boolean isAddress(String host) {
        return host.startsWith("[") || host.matches("[0-9.]+");
    }
}
