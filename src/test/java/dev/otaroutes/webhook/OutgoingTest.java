package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otaroutes.http.NextHop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingTest {
    private static final InetSocketAddress PROXY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 3128);

    private final ProxySelector before = ProxySelector.getDefault();
    private Proxy proxy = Proxy.NO_PROXY;

    @BeforeEach
    void setProxySelector() {
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(proxy);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                throw new AssertionError(failure);
            }
        });
    }

    @AfterEach
    void resetProxySelector() {
        ProxySelector.setDefault(before);
    }

    @Test
    void theAddressThatWasCheckedIsTheOneToConnectTo() throws Exception {
        assertThat(nextHop("127.0.0.0/8", "http://127.0.0.7:8080/hook")).isEqualTo(new NextHop(InetAddress.getByName("127.0.0.7"), null));
        assertThat(nextHop("", "https://[2606:4700::1111]/hook").address()).isEqualTo(InetAddress.getByName("2606:4700::1111"));
        assertThat(nextHop("localhost", "http://localhost/hook").address().isLoopbackAddress()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest", "https://10.0.0.1/"})
    void whatIsInternalIsRefusedWithTheSettingThatLetsItThrough(String url) {
        assertThatThrownBy(() -> nextHop("", url)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host [" + URI.create(url).getHost() + "]").hasMessageEndingWith("add it to ota.webhook.internal-hosts");
        assertThatThrownBy(() -> Outgoing.of("", null).check(url)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url cannot be called, host [").hasMessageContaining("ota.webhook.internal-hosts");
    }

    @Test
    void behindAProxyOnlyNamedHostsAndAddressesAreCalled() throws Exception {
        proxy = new Proxy(Proxy.Type.HTTP, PROXY);

        assertThat(nextHop("platform.corp", "http://platform.corp/")).isEqualTo(new NextHop(null, PROXY));
        assertThat(nextHop("*", "http://anything.example/")).isEqualTo(new NextHop(null, PROXY));
        assertThat(nextHop("", "http://8.8.8.8/")).isEqualTo(new NextHop(null, PROXY));
        assertThatThrownBy(() -> nextHop("", "http://platform.corp/")).hasMessageContaining("[platform.corp] is resolved by the proxy");
        assertThatThrownBy(() -> nextHop("10.0.0.0/8", "http://platform.corp/")).hasMessageContaining("ota.webhook.internal-hosts");
        assertThatThrownBy(() -> nextHop("", "http://169.254.169.254/")).hasMessageContaining("which is internal");
        assertThatThrownBy(() -> nextHop("", "http://[::1]/")).hasMessageContaining("which is internal");
    }

    @Test
    void aHostThatIsNotKnownYetMayBeSubscribed() {
        assertThatCode(() -> Outgoing.of("", null).check("https://no-such-host.invalid/hook")).doesNotThrowAnyException();
    }

    private static NextHop nextHop(String internalHosts, String url) throws Exception {
        return Outgoing.of(internalHosts, null).nextHop(URI.create(url));
    }
}
