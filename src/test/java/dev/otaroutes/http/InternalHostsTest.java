package dev.otaroutes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InternalHostsTest {
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1",
        "100.64.0.1", "100.127.255.255", "100.100.100.200", "169.254.169.254", "198.19.255.255", "224.0.0.1", "239.255.255.255", "255.255.255.255",
        "::", "::1", "fe80::1", "febf::1", "fc00::1", "fdff::1", "fd00:ec2::254", "ff02::1", "fec0::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::10.1.2.3", "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8", "2002:7f00:1::", "2001:0:7f00:1::"})
    void whatIsInternalIsNotCalledUnlessItIsNamed(String address) throws UnknownHostException {
        assertThat(mayBeCalled("", address)).isFalse();
        assertThat(mayBeCalled("192.0.2.1,platform.example", address)).isFalse();
        assertThat(mayBeCalled("*", address)).isTrue();
        assertThatThrownBy(() -> InternalHosts.parse("").resolve(address)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host [" + address + "] has the address [").hasMessageEndingWith("], which is internal");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
        "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "223.255.255.255",
        "2606:4700::1111", "fbff::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2003::1"})
    void whatIsPublicIsCalled(String address) throws UnknownHostException {
        assertThat(mayBeCalled("", address)).isTrue();
        assertThat(InternalHosts.parse("").resolve(address)).isEqualTo(InetAddress.getByName(address));
    }

    @ParameterizedTest(name = "{0} has {1}: {2}")
    @CsvSource(delimiter = '|', value = {
        "10.1.0.0/16         | 10.1.255.255            | true",
        "10.1.0.0/16         | 10.2.0.0                | false",
        "10.1.2.3/16         | 10.1.0.1                | true",
        "10.1.0.0/16         | 64:ff9b::10.1.2.3       | true",
        "10.1.0.0/16         | ::ffff:10.1.2.3         | true",
        "10.1.2.3            | 10.1.2.3                | true",
        "10.1.2.3            | 10.1.2.4                | false",
        "fd12::/16           | fd12:3456::1            | true",
        "fd12::/16           | fd13::1                 | false",
        "::1                 | ::1                     | true",
        "[::1]               | ::1                     | true",
        "x.example, 10.0.0.1 | 10.0.0.1                | true",
        "0.0.0.0/0           | 127.0.0.1               | true",
        "0.0.0.0/0           | ::1                     | false"})
    void addressesAndRangesAreAllowed(String setting, String address, boolean allowed) throws UnknownHostException {
        assertThat(mayBeCalled(setting, address)).isEqualTo(allowed);
    }

    @Test
    void aNameIsAllowedWhateverItsAddress() throws UnknownHostException {
        assertThat(InternalHosts.parse("Localhost").resolve("localhost").isLoopbackAddress()).isTrue();
        assertThat(InternalHosts.parse("localhost").resolve("LOCALHOST").isLoopbackAddress()).isTrue();
        assertThat(InternalHosts.parse("platform.corp").hasName("platform.corp.")).isTrue();
        assertThatThrownBy(() -> InternalHosts.parse("platform.corp").resolve("localhost")).hasMessageContaining("[localhost]");
        assertThatThrownBy(() -> InternalHosts.parse("").resolve("no-such-host.invalid")).isInstanceOf(UnknownHostException.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"10.1.0.0/33", "10.1", "10.1.0.0/", "10.1.0.0/x", "http://x", "a,,b", "a b", "*,a", "fd12::/129", "300.1.1.1"})
    void whatIsNoHostAddressOrRangeIsRefused(String setting) {
        assertThatThrownBy(() -> InternalHosts.parse(setting)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be host names, addresses and ranges such as 10.1.0.0/16, separated by commas, or * for all; [");
    }

    private static boolean mayBeCalled(String setting, String address) throws UnknownHostException {
        return InternalHosts.parse(setting).mayBeCalled(InetAddress.getByName(address));
    }
}
