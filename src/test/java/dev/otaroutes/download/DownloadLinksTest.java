package dev.otaroutes.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otaroutes.support.ManualClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class DownloadLinksTest {
    private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    @Test
    void aLinkCarriesThePrefixOfTheBaseUrlAndTheExpiry() {
        URI link = links("https://cdn.example.com/ota/", NOW).link(7, "fw 1.bin");

        assertThat(link.toString()).startsWith("https://cdn.example.com/ota/download/7/fw%201.bin?expires=1000060&token=");
    }

    // token: printf '/download/7/fw.bin\n1000060' | openssl dgst -sha256 -hmac 0123456789abcdef -binary | basenc --base64url
    @Test
    void theTokenIsTheHmacOfPathAndExpiry() {
        assertThat(links("http://h", NOW).link(7, "fw.bin").getQuery())
                .isEqualTo("expires=1000060&token=Qt9z4SOzfbK07OdTzvScVP6T_R_vq1anKUagMxTdWHs");
    }

    @Test
    void aLinkHoldsUntilItExpiresAndThenSaysSo() {
        String token = token(links("http://h", NOW).link(7, "fw.bin"));

        assertThat(links("http://h", NOW.plusSeconds(59)).fault(7, "fw.bin", "1000060", token)).isNull();
        assertThat(links("http://h", NOW.plusSeconds(60)).fault(7, "fw.bin", "1000060", token))
                .contains("expired").contains("1970-01-12T13:47:40Z");
    }

    /** One that is asked for again in its second is not signed again. */
    @Test
    void eachFileAndEachSecondHasItsOwnLink() {
        ManualClock clock = new ManualClock();
        DownloadLinks links = new DownloadLinks(URI.create("http://h"), () -> KEY, Duration.ofSeconds(60), clock);
        String later = String.valueOf(clock.instant().getEpochSecond() + 61);

        URI first = links.link(7, "a.bin");
        assertThat(links.link(7, "a.bin")).isEqualTo(first);
        assertThat(links.link(8, "a.bin")).hasPath("/download/8/a.bin").satisfies(link -> holds(links, 8, "a.bin", link));
        assertThat(links.link(8, "b.bin")).hasPath("/download/8/b.bin").satisfies(link -> holds(links, 8, "b.bin", link));
        clock.forward(Duration.ofSeconds(1));
        assertThat(links.link(8, "b.bin")).hasParameter("expires", later).satisfies(link -> holds(links, 8, "b.bin", link));
        assertThat(links.link(7, "a.bin")).hasPath("/download/7/a.bin").hasParameter("expires", later).satisfies(link -> holds(links, 7, "a.bin", link));
    }

    @Test
    void whatWasNotSignedIsForged() {
        DownloadLinks links = links("http://h", NOW);
        String token = token(links.link(7, "fw.bin"));

        assertThat(links.fault(8, "fw.bin", "1000060", token)).contains("forged");
        assertThat(links.fault(7, "fw2.bin", "1000060", token)).contains("forged");
        assertThat(links.fault(7, "fw.bin", "1000061", token)).contains("forged");
        assertThat(links.fault(7, "fw.bin", "1000060", token + "A")).contains("forged");
        assertThat(links.fault(7, "fw.bin", "1000060", "")).contains("forged");
        assertThat(links.fault(7, "fw.bin", "-1", token)).contains("forged");
        assertThat(links.fault(7, "fw.bin", "99999999999999999999", token)).contains("forged");
    }

    @Test
    void anExpiryThatIsForgedTooIsForgedNotExpired() {
        assertThat(links("http://h", NOW).fault(7, "fw.bin", "1", "x")).contains("forged");
    }

    @Test
    void aMissingPartIsNamed() {
        assertThat(links("http://h", NOW).fault(7, "fw.bin", null, "x")).contains("[expires] is missing");
        assertThat(links("http://h", NOW).fault(7, "fw.bin", "1", null)).contains("[token] is missing");
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> SigningKey.of("fifteen-bytes-x"))
                .hasMessageContaining("ota.download.signing-key").hasMessageContaining("15");
    }

    private static DownloadLinks links(String baseUrl, Instant now) {
        return new DownloadLinks(URI.create(baseUrl), () -> KEY, Duration.ofSeconds(60), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static void holds(DownloadLinks links, long packageId, String name, URI link) {
        String expires = link.getQuery().substring("expires=".length(), link.getQuery().indexOf('&'));
        assertThat(links.fault(packageId, name, expires, token(link))).isNull();
    }

    private static String token(URI link) {
        return link.getQuery().substring(link.getQuery().indexOf("token=") + 6);
    }
}
