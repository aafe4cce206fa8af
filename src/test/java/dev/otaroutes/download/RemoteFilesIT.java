package dev.otaroutes.download;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.rollout.ExternalFile;
import dev.otaroutes.rollout.Finding;
import dev.otaroutes.support.FileServer;
import dev.otaroutes.support.FileServer.Behaviour;
import dev.otaroutes.support.Loopback;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("files on other servers")
class RemoteFilesIT {
    /** As the md5sum and sha256sum programs print them. */
    private static final String MD5 = "781e5e245d69b566979b86e28d23f2c7";
    private static final String SHA256 = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final FileServer server = new FileServer("0123456789");
    private final RemoteFiles files = new RemoteFiles(PATIENCE, InternalHosts.parse(Loopback.HOST));

    @AfterEach
    void stop() {
        files.close();
        server.close();
    }

    @Test
    void aFileThatIsAsDeclaredIsFine() {
        assertThat(look(file("/fw.bin"))).isEqualTo(Finding.FINE);
        assertThat(read(file("/fw.bin"))).isEqualTo(Finding.FINE);
        assertThat(server.asked()).containsExactly("HEAD /fw.bin", "GET /fw.bin");
    }

    @ParameterizedTest(name = "HEAD is answered {0}")
    @ValueSource(ints = {403, 405, 501})
    void whereHeadIsNotAllowedTheFirstByteIsAskedFor(int status) {
        server.does((cdn, exchange) -> {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(status, -1);
            } else {
                cdn.serve(exchange);
            }
        });

        assertThat(look(file("/fw.bin"))).isEqualTo(Finding.FINE);
        assertThat(server.asked()).containsExactly("HEAD /fw.bin", "GET /fw.bin bytes=0-0");
        server.has("01234567890");
        assertThat(look(file("/fw.bin"))).isEqualTo(Finding.mismatch(where("/fw.bin") + " has 11 bytes, but size was declared as [10]"));
    }

    @Test
    void aHeadThatDoesNotSpeakOfPartsIsNoProofAgainstThem() {
        server.does((cdn, exchange) -> {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", "10");
                exchange.sendResponseHeaders(200, -1);
            } else {
                cdn.serve(exchange);
            }
        });

        assertThat(look(file("/fw.bin"))).isEqualTo(Finding.FINE);
    }

    @Test
    void aHeadThatSpeaksNonsenseOfTheLengthIsNoProofOfOtherBytes() {
        server.does((cdn, exchange) -> {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
                exchange.sendResponseHeaders(200, -1);
            } else {
                cdn.serve(exchange);
            }
        });

        assertThat(look(file("/fw.bin"))).isEqualTo(Finding.FINE);
    }

    @Test
    void aServerWithoutPartsIsRefused() {
        server.does((cdn, exchange) -> {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", "10");
                exchange.sendResponseHeaders(200, -1);
            } else {
                cdn.whole(exchange);
            }
        });

        assertThat(look(file("/fw.bin"))).isEqualTo(Finding.unreachable(where("/fw.bin")
                + " is not served in parts: a request for a Range was answered 200, and a device could not go on after a break"));
    }

    @Test
    void whatIsNotThereIsSaid() {
        server.does(Behaviour.answers(404));

        Finding gone = Finding.unreachable(where("/fw.bin") + " cannot be downloaded: GET was answered 404");
        assertThat(look(file("/fw.bin"))).isEqualTo(gone);
        assertThat(read(file("/fw.bin"))).isEqualTo(gone);
    }

    @Test
    void aWrongSizeIsAMismatch() {
        server.has("012345678");

        Finding shorter = Finding.mismatch(where("/fw.bin") + " has 9 bytes, but size was declared as [10]");
        assertThat(look(file("/fw.bin"))).isEqualTo(shorter);
        assertThat(read(file("/fw.bin"))).isEqualTo(shorter);
        server.has("x".repeat(1_000_000));
        assertThat(read(file("/fw.bin"))).isEqualTo(Finding.mismatch(where("/fw.bin") + " has more bytes than the size declared, [10]"));
    }

    @Test
    void otherBytesAreAMismatchByWhicheverDigestWasDeclared() {
        server.has("012345678X");

        assertThat(look(file("/fw.bin"))).isEqualTo(Finding.FINE);
        assertThat(read(file("/fw.bin"))).isEqualTo(Finding.mismatch(where("/fw.bin") + " has the md5 [ac05d0a566f34c80a46812005e5c48d2], but ["
                + MD5 + "] was declared"));
        assertThat(read(new ExternalFile(7, "fw.bin", server.url("/fw.bin"), 10, null, SHA256, true)).fault())
                .contains("sha256").contains("[" + SHA256 + "] was declared");
    }

    @Test
    void aServerThatIsAwayIsSaid() {
        server.stop();

        Finding away = look(file("/fw.bin"));
        assertThat(away.mismatch()).isFalse();
        assertThat(away.fault()).startsWith(where("/fw.bin") + " cannot be downloaded: the connection failed: ");
        server.start();
        assertThat(look(file("/fw.bin"))).isEqualTo(Finding.FINE);
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        server.does((cdn, exchange) -> hang(exchange));
        assertThat(look(file("/fw.bin"))).isEqualTo(Finding.unreachable(where("/fw.bin") + " cannot be downloaded: there was no answer within 2 s"));

        server.does((cdn, exchange) -> {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write('0');
            exchange.getResponseBody().flush();
            hang(exchange);
        });
        assertThat(read(file("/fw.bin"))).isEqualTo(Finding.unreachable(where("/fw.bin")
                + " cannot be downloaded: the connection failed: nothing came for 2 s after 1 bytes"));
    }

    @Test
    void redirectsAreFollowedWhereDevicesDo() {
        server.does((cdn, exchange) -> {
            if (exchange.getRequestURI().getPath().equals("/fw.bin")) {
                Behaviour.answers(302, "Location", "/edge/fw.bin").answer(cdn, exchange);
            } else {
                cdn.serve(exchange);
            }
        });

        assertThat(look(file("/fw.bin"))).isEqualTo(Finding.FINE);
        assertThat(read(file("/fw.bin"))).isEqualTo(Finding.FINE);
        assertThat(look(new ExternalFile(7, "fw.bin", server.url("/fw.bin"), 10, MD5, SHA256, false))).isEqualTo(Finding.unreachable(
                where("/fw.bin") + " cannot be downloaded: HEAD was answered 302, and its devices do not follow a redirect"));
    }

    @Test
    void redirectsThatLeadNowhereAreRefused() {
        server.does(Behaviour.answers(301, "Location", "/again"));
        assertThat(look(file("/fw.bin")).fault()).endsWith("it leads on and on, over more than 5 redirects");
        assertThat(server.asked()).hasSize(6);

        server.does(Behaviour.answers(301, "Location", "ftp://cdn.example/fw.bin?sig=secret"));
        assertThat(look(file("/fw.bin")).fault()).endsWith("HEAD was answered 301 with the Location [ftp://cdn.example/fw.bin?***]");
        server.does(Behaviour.answers(301));
        assertThat(look(file("/fw.bin")).mismatch()).isFalse();
    }

    @Test
    void aUserAndPasswordGoToTheirServerAndAreNotShown() {
        server.does((cdn, exchange) -> {
            // me:se@cret
            if ("Basic bWU6c2VAY3JldA==".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                cdn.serve(exchange);
            } else {
                exchange.sendResponseHeaders(401, -1);
            }
        });
        String withUser = server.url("/fw.bin?sig=secret").replace("//", "//me:se%40cret@");

        assertThat(look(new ExternalFile(7, "fw.bin", withUser, 10, MD5, null, true))).isEqualTo(Finding.FINE);
        server.does(Behaviour.answers(403));
        assertThat(look(new ExternalFile(7, "fw.bin", withUser, 10, MD5, null, true)).fault()).contains("***@").doesNotContain("cret");
        server.stop();
        assertThat(look(new ExternalFile(7, "fw.bin", withUser, 10, MD5, null, true)).fault()).contains("***@").doesNotContain("cret");
    }

    @ParameterizedTest(name = "at {0}")
    @ValueSource(strings = {Loopback.HOST, "localhost"})
    void anInternalServerIsAskedNothingUnlessItIsNamed(String host) {
        ExternalFile file = new ExternalFile(7, "fw.bin", server.url("/fw.bin").replace(Loopback.HOST, host), 10, MD5, SHA256, true);
        String refusal = "file [fw.bin] at [" + file.url() + "] cannot be downloaded: host [" + host + "] has the address [" + Loopback.HOST
                + "], which is internal: if it may be called, add it to ota.webhook.internal-hosts";

        try (RemoteFiles outside = new RemoteFiles(PATIENCE, InternalHosts.parse("10.1.0.0/16,platform.corp"))) {
            assertThat(join(outside.look(file))).isEqualTo(Finding.unreachable(refusal));
            assertThat(join(outside.read(file))).isEqualTo(Finding.unreachable(refusal));
        }
        assertThat(server.asked()).isEmpty();
        try (RemoteFiles named = new RemoteFiles(PATIENCE, InternalHosts.parse(host))) {
            assertThat(join(named.read(file))).isEqualTo(Finding.FINE);
        }
    }

    @ParameterizedTest(name = "by GET and HEAD to {0}")
    @ValueSource(strings = {"http://" + Loopback.HOST + ":%d/admin", "http://[::ffff:127.0.0.1]:%d/admin"})
    void aRedirectLeadsToNoInternalServerEither(String admin) {
        URI cdn = URI.create(server.url("/fw.bin").replace(Loopback.HOST, "localhost"));
        server.does(Behaviour.answers(302, "Location", String.format(admin, cdn.getPort())));
        ExternalFile file = new ExternalFile(7, "fw.bin", cdn.toString(), 10, MD5, SHA256, true);

        try (RemoteFiles outside = new RemoteFiles(PATIENCE, InternalHosts.parse("localhost"))) {
            assertThat(join(outside.look(file)).fault()).contains("has the address [" + Loopback.HOST + "], which is internal")
                    .endsWith("add it to ota.webhook.internal-hosts");
            assertThat(join(outside.read(file)).fault()).endsWith("add it to ota.webhook.internal-hosts");
        }
        assertThat(server.asked()).containsExactly("HEAD /fw.bin", "GET /fw.bin");
    }

    private static void hang(HttpExchange exchange) {
        synchronized (exchange) {
            try {
                exchange.wait(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private ExternalFile file(String path) {
        return new ExternalFile(7, "fw.bin", server.url(path), 10, MD5, SHA256, true);
    }

    private String where(String path) {
        return "file [fw.bin] at [" + server.url(path) + "]";
    }

    private Finding look(ExternalFile file) {
        return join(files.look(file));
    }

    private Finding read(ExternalFile file) {
        return join(files.read(file));
    }

    private static Finding join(CompletionStage<Finding> finding) {
        return finding.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
