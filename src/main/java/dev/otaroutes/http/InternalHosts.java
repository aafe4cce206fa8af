package dev.otaroutes.http;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which addresses that are not of the public Internet may be called all the same: by the name of their host, as an address, or
 * in a range. Immutable.
 */
public final class InternalHosts {
    private static final String ALL = "*";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");

    /** Of the special addresses (RFC 6890) those that lead to this machine or its networks, or may be led there; IPv4-mapped ones are IPv4 in Java. */
    private static final List<IpSubnetFilterRule> INTERNAL = List.of(range("0.0.0.0/8"), range("10.0.0.0/8"), range("100.64.0.0/10"),
            range("127.0.0.0/8"), range("169.254.0.0/16"), range("172.16.0.0/12"), range("192.0.0.0/24"), range("192.168.0.0/16"),
            range("198.18.0.0/15"), range("224.0.0.0/4"), range("240.0.0.0/4"),
            range("::/96"), range("64:ff9b:1::/48"), range("100::/64"), range("2001::/32"), range("2002::/16"), range("fc00::/7"),
            range("fe80::/10"), range("fec0::/10"), range("ff00::/8"));
    /** RFC 6052: the IPv4 address that is meant stands in the last four bytes. */
    private static final IpSubnetFilterRule NAT64 = range("64:ff9b::/96");
    private static final int IPV6_BYTES = 16;
    private static final int IPV4_BYTES = 4;

    private final boolean all;
    private final Set<String> names = new HashSet<>();
    private final List<IpSubnetFilterRule> ranges = new ArrayList<>();

    private InternalHosts(boolean all) {
        this.all = all;
    }

    /**
     * @param text host names, addresses and ranges such as {@code 10.1.0.0/16}, separated by commas; {@code *} for all; empty for none
     * @throws IllegalArgumentException saying which entry is none of these
     */
    public static InternalHosts parse(String text) {
        if (text.equals(ALL)) {
            return new InternalHosts(true);
        }
        InternalHosts hosts = new InternalHosts(false);
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String entry = part.strip();
            if (NAME.matcher(entry).matches() && !NUMBERS.matcher(entry).matches()) {
                hosts.names.add(entry.toLowerCase(Locale.ROOT));
            } else {
                hosts.ranges.add(range(entry));
            }
        }
        return hosts;
    }

    private static IpSubnetFilterRule range(String text) {
        int slash = text.indexOf('/');
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        try {
            if (address != null) {
                int prefix = slash < 0 ? address.getAddress().length * Byte.SIZE : Integer.parseInt(text.substring(slash + 1));
                return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
            }
        } catch (IllegalArgumentException wrongPrefix) {
            throw new IllegalArgumentException(rule(text), wrongPrefix);
        }
        throw new IllegalArgumentException(rule(text));
    }

    private static String rule(String entry) {
        return "must be host names, addresses and ranges such as 10.1.0.0/16, separated by commas, or * for all; [" + entry + "] is none";
    }

    /** @return whether any address may be called under this name, whoever resolves it */
    public boolean hasName(String host) {
        return all || names.contains(plainName(host));
    }

    /**
     * Resolves a host.
     *
     * @param host a name or an address, an IPv6 address in brackets or not
     * @return its first address that may be called
     * @throws UnknownHostException     if it has none
     * @throws IllegalArgumentException if it has addresses, but none that may be called
     */
    public InetAddress resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        return Arrays.stream(addresses).filter(address -> hasName(host) || mayBeCalled(address)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("host [" + host + "] has the address [" + addresses[0].getHostAddress()
                        + "], which is internal"));
    }

    boolean mayBeCalled(InetAddress address) {
        InetSocketAddress meant = new InetSocketAddress(meant(address), 0);
        return all || INTERNAL.stream().noneMatch(range -> range.matches(meant)) || ranges.stream().anyMatch(range -> range.matches(meant));
    }

    private static InetAddress meant(InetAddress address) {
        if (!NAT64.matches(new InetSocketAddress(address, 0))) {
            return address;
        }
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), IPV6_BYTES - IPV4_BYTES, IPV6_BYTES));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private static String plainName(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
