package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.otaroutes.event.Event;
import dev.otaroutes.http.Authorities;
import dev.otaroutes.support.TestFolder;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A receiver on HTTPS whose certificate, for the name localhost, is of an authority of one's own. */
class WebhookTlsIT {
    private static final String PASSWORD = "changeit";
    private static final AtomicInteger TAKEN = new AtomicInteger();
    private static Path folder;
    private static HttpsServer receiver;

    @BeforeAll
    static void startReceiver() throws Exception {
        folder = TestFolder.make("webhook-tls");
        authority("ca");
        authority("other");
        keytool("-genkeypair", "-alias", "receiver", "-keyalg", "EC", "-dname", "CN=receiver", "-keystore", "receiver.p12");
        keytool("-certreq", "-alias", "receiver", "-file", "receiver.csr", "-keystore", "receiver.p12");
        keytool("-gencert", "-alias", "ca", "-infile", "receiver.csr", "-outfile", "receiver.pem", "-rfc", "-ext", "san=dns:localhost", "-keystore", "ca.p12");
        keytool("-importcert", "-noprompt", "-alias", "ca", "-file", "ca.pem", "-keystore", "receiver.p12");
        keytool("-importcert", "-noprompt", "-alias", "receiver", "-file", "receiver.pem", "-keystore", "receiver.p12");
        receiver = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        receiver.setHttpsConfigurator(new HttpsConfigurator(identity()));
        receiver.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            TAKEN.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterAll
    static void stopReceiver() {
        if (receiver != null) {
            receiver.stop(0);
        }
    }

    @Test
    void anAuthorityOfOnesOwnIsTrusted() throws Exception {
        int before = TAKEN.get();

        assertThat(post("localhost", folder.resolve("ca.pem"))).isEqualTo(new Answer(204, null, null));
        assertThat(TAKEN.get()).isEqualTo(before + 1);
    }

    @Test
    void aFileMayHoldSeveral() throws Exception {
        Path both = folder.resolve("both.pem");
        Files.writeString(both, Files.readString(folder.resolve("other.pem")) + Files.readString(folder.resolve("ca.pem")));

        assertThat(post("localhost", both)).isEqualTo(new Answer(204, null, null));
    }

    @Test
    void whatTheJvmTrustsStaysTrusted() throws Exception {
        TrustManagerFactory jvm = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        jvm.init((KeyStore) null);

        List<X509Certificate> trusted = issuers(Authorities.with(folder.resolve("ca.pem")));

        assertThat(trusted).containsAll(issuers(jvm)).extracting(authority -> authority.getSubjectX500Principal().getName()).contains("CN=ca");
    }

    @Test
    void withoutItTheDeliveryFailsAndSaysWhatToDo() throws Exception {
        int before = TAKEN.get();
        String error = "the connection failed: the receiver's certificate is of no authority that is trusted here: name a file with that authority's in"
                + " ota.webhook.ca-file";

        assertThat(post("localhost", null)).isEqualTo(new Answer(null, null, error));
        assertThat(post("localhost", folder.resolve("other.pem"))).isEqualTo(new Answer(null, null, error));
        assertThat(TAKEN.get()).isEqualTo(before);
    }

    @Test
    void aCertificateOfAnotherHostFails() throws Exception {
        int before = TAKEN.get();

        assertThat(post("127.0.0.1", folder.resolve("ca.pem")).error()).startsWith("the connection failed: ").contains("127.0.0.1");
        assertThat(TAKEN.get()).isEqualTo(before);
    }

    private static Answer post(String host, Path caFile) throws Exception {
        ExecutorService workers = Executors.newCachedThreadPool();
        WebhookPost post = new WebhookPost(new Targets((product, device) -> Optional.empty()), Clock.systemUTC(), workers,
                Outgoing.of("*", caFile == null ? null : caFile.toString()));
        post.start();
        try {
            Subscription subscription = new Subscription(1, "platform", "https://" + host + ":" + receiver.getAddress().getPort() + "/hook", "standard",
                    List.of("*"), null, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", List.of(), Map.of(), false, null, 0, null, null, Instant.now(),
                    Instant.now());
            Event event = new Event(1, "task.pushed", Instant.now(), 1L, "lamp", "kitchen", "MCU", 3L, 42L, 7L, Map.of());
            return post.post("{}", null, null, null, subscription, event, null).toCompletableFuture().get(20, TimeUnit.SECONDS);
        } finally {
            post.abort();
            workers.shutdownNow();
        }
    }

    private static List<X509Certificate> issuers(TrustManagerFactory factory) {
        return List.of(((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers());
    }

    private static void authority(String name) throws Exception {
        keytool("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:critical=ca:true", "-keystore", name + ".p12");
        keytool("-exportcert", "-rfc", "-alias", name, "-file", name + ".pem", "-keystore", name + ".p12");
    }

    private static SSLContext identity() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("receiver.p12"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("commands.log").toFile()).start();
        assertThat(process.waitFor()).as(command + Files.readString(folder.resolve("commands.log"))).isZero();
    }
}
