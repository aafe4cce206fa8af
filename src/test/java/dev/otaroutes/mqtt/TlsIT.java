package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Loopback;
import dev.otaroutes.support.Mosquitto;
import dev.otaroutes.support.Requires;
import dev.otaroutes.support.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** TLS with an authority of our own, and a user with a password. */
class TlsIT {
    private static final int PORT = Loopback.freePort();
    private static final String URL = "ssl://" + Loopback.HOST + ":" + PORT;
    private static Path folder;
    private static Mosquitto broker;

    @BeforeAll
    static void startBroker() throws Exception {
        folder = TestFolder.make("tls");
        String openssl = Requires.program("openssl", "openssl").toString();
        run(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem");
        run(openssl, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=broker", "-keyout", "broker.key", "-out", "broker.csr");
        Files.writeString(folder.resolve("names"), "subjectAltName=IP:" + Loopback.HOST);
        run(openssl, "x509", "-req", "-in", "broker.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "broker.pem");
        run(Requires.program("mosquitto_passwd", "mosquitto").toString(), "-b", "-c", "passwords", "ota", "secret");
        broker = new Mosquitto("allow_anonymous false", "password_file " + folder.resolve("passwords"),
                "listener " + PORT + " " + Loopback.HOST, "certfile " + folder.resolve("broker.pem"), "keyfile " + folder.resolve("broker.key")).start();
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void ownAuthorityIsTrustedAndTheUserIsLetIn() throws Exception {
        try (TransportUnderTest transport = transport("secret", trust("PEM", "ca.pem", null))) {
            await().until(transport::ready);
            assertThat(transport.context.createProducerTemplate().requestBody("paho-mqtt5:/in/p/1", "over TLS")).isEqualTo("over TLS");
            await().untilAsserted(() -> assertThat(transport.stored).containsExactly("over TLS"));

            broker.terminate();
            broker.start();
            await().pollDelay(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(20)).until(transport::ready);
        }
    }

    @Test
    void ownAuthorityInAKeyStoreIsTrusted() throws Exception {
        run(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-importcert", "-noprompt", "-file", "ca.pem", "-alias", "ca",
                "-storetype", "PKCS12", "-keystore", "trust.p12", "-storepass", "changeit");
        try (TransportUnderTest transport = transport("secret", trust("PKCS12", "trust.p12", "changeit"))) {
            await().until(transport::ready);
        }
    }

    @Test
    void unknownAuthorityKeepsItDownAndSaysWhy() throws Exception {
        try (TransportUnderTest transport = transport("secret", null)) {
            await().untilAsserted(() -> assertThat(transport.health().getMessage().orElse("")).contains("unable to find valid certification path"));
            assertThat(transport.health().getState()).isEqualTo(HealthCheck.State.DOWN);
        }
    }

    @Test
    void wrongPasswordKeepsItDownSaysWhyWithoutThePasswordAndIsTriedAgain() throws Exception {
        try (TransportUnderTest transport = transport("wrong-secret", trust("PEM", "ca.pem", null))) {
            await().untilAsserted(() -> assertThat(transport.health().getMessage().orElse("")).contains("NOT_AUTHORIZED (0x87)"));
            assertThat(transport.health().getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(transport.health().getMessage().orElseThrow()).doesNotContain("wrong-secret");

            setPassword("wrong-secret");
            try {
                await().atMost(Duration.ofSeconds(20)).until(transport::ready);
            } finally {
                setPassword("secret");
            }
        }
    }

    private static void setPassword(String password) throws Exception {
        run(Requires.program("mosquitto_passwd", "mosquitto").toString(), "-b", "-c", "passwords", "ota", password);
        broker.terminate();
        broker.start();
    }

    private static TransportUnderTest transport(String password, Properties tls) throws Exception {
        TransportUnderTest transport = new TransportUnderTest(URL);
        transport.options().setUserName("ota");
        transport.options().setPassword(password);
        transport.options().setSslClientProps(tls);
        return transport.start(TransportUnderTest.IN);
    }

    private static Properties trust(String type, String file, String password) {
        Properties tls = new Properties();
        tls.setProperty("com.ibm.ssl.trustStore", folder.resolve(file).toString());
        tls.setProperty("com.ibm.ssl.trustStoreType", type);
        if (password != null) {
            tls.setProperty("com.ibm.ssl.trustStorePassword", password);
        }
        return tls;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("commands.log").toFile()).start();
        assertThat(process.waitFor()).as(List.of(command) + Files.readString(folder.resolve("commands.log"))).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> file.toFile().setReadable(true, false));
        }
    }
}
