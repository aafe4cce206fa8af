package dev.otaroutes.http;

import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Where a call goes to that somebody else has named the URL of.
 *
 * @param address null where only the proxy knows it
 * @param proxy   null: none
 */
public record NextHop(InetAddress address, InetSocketAddress proxy) {
    private static final String REMEDY = ": if it may be called, add it to ota.webhook.internal-hosts";

    /**
     * The proxy, if there is one, and the host's address are those that this JVM knows, as with its own HTTP client.
     *
     * @param internal which hosts that are not on the public Internet may be called
     * @return the address has been checked: it must be the one that is connected to, since a name may mean another a moment later
     * @throws UnknownHostException     if the host has no address
     * @throws IllegalArgumentException if it may not be called
     */
    public static NextHop to(URI url, InternalHosts internal) throws UnknownHostException {
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

    /** As the URI has it: only an address has brackets, and no name ends with a number. */
    private static boolean isAddress(String host) {
        return host.startsWith("[") || host.matches("[0-9.]+");
    }

    /** @param request has its URL, and goes here and nowhere else then */
    public void address(RequestOptions request) {
        if (proxy != null) {
            request.setProxyOptions(new ProxyOptions().setHost(proxy.getHostString()).setPort(proxy.getPort()));
        } else {
            // Without the name: by that alone Vert.x (4.5) would take a connection that it has, also to where the name led before.
            request.setServer(SocketAddress.inetSocketAddress(request.getPort(), address.getHostAddress()));
        }
    }
}
