package dev.otaroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import dev.otaroutes.support.Loopback;
import dev.otaroutes.support.MariaDb;
import dev.otaroutes.support.OtaProcess;
import dev.otaroutes.support.Postgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What cannot work ends with exit code 1 and one line that names property, value and remedy; what may pass is waited for. */
class StartIT {
    private final OtaProcess ota = new OtaProcess("start").with("ota.demo.enabled", "false");

    @AfterEach
    void stop() {
        ota.close();
    }

    @Test
    void aBadPropertyEndsTheStart() {
        ota.with("ota.http.port", "80x80");

        assertRefused("ota.http.port is [80x80]: must be a port number from 0 to 65535");
    }

    @Test
    void aMisspeltLineOfTheFileEndsTheStart() throws IOException {
        Files.deleteIfExists(ota.folder().resolve("application.properties"));
        Files.writeString(ota.folder().resolve("application.properties"), "ota.htp.port=8080\n");

        assertRefused("ota.htp.port is not a setting: did you mean ota.http.port?");
    }

    @Test
    void aMisspeltVariableIsWarnedAboutAndOneOfKubernetesIsNot() {
        ota.withVariable("OTA_MQTT_ULR", "tcp://broker:1883").withVariable("OTA_SERVICE_HOST", "10.96.0.7").start().awaitReady();

        assertThat(said(ota)).containsOnlyOnce("Z WARN  OtaMain the environment variable OTA_MQTT_ULR is not a setting, and does nothing: did you mean"
                + " OTA_MQTT_URL (ota.mqtt.url)?\n").doesNotContain("OTA_SERVICE_HOST");
    }

    @Test
    void aMisspeltVariableStandsBesideWhatEndsTheStart() {
        ota.withVariable("OTA_API_KEY", "ops:s3cret").with("ota.http.host", "0.0.0.0").with("ota.download.base-url", "http://ota.example.com");

        assertRefused("ota.http.host is [0.0.0.0]: the operator API would be open to the network; set ota.api.keys, or use 127.0.0.1\n"
                + "the environment variable OTA_API_KEY is not a setting, and does nothing: did you mean OTA_API_KEYS (ota.api.keys)?");
    }

    @Test
    void aRouteThatCannotBeReadIsNamed() throws IOException {
        Files.deleteIfExists(ota.folder().resolve("routes"));
        Path route = Files.createDirectories(ota.folder().resolve("routes")).toRealPath().resolve("mine.camel.yaml");
        Files.writeString(route, "- route:\n    id: mine\n  from: direct:mine\n   steps: []\n");

        assertRefused("the routes did not start: mapping values are not allowed here in file:" + route + ", line 4, column 9:");

        Files.writeString(route, "- route:\n    id: mine\n    from:\n      uri: nosuch:thing\n      steps:\n        - log: hi\n");
        try (OtaProcess unknown = new OtaProcess("start-unknown")) {
            unknown.with("ota.demo.enabled", "false").with("camel.main.routes-include-pattern", "file:" + route).start();

            assertThat(unknown.awaitExit()).isEqualTo(1);
            assertThat(said(unknown)).isEqualTo("the routes did not start: route [mine]: No endpoint could be found for:"
                    + " nosuch://thing, please check your classpath contains the needed Camel component jar.\n");
        }
    }

    @Test
    void everyPortInUseIsNamed() throws IOException {
        InetAddress loopback = InetAddress.getByName(Loopback.HOST);
        try (ServerSocket http = new ServerSocket(ota.httpPort(), 1, loopback);
                ServerSocket broker = new ServerSocket(ota.mqttPort(), 1, loopback)) {
            assertRefused("ota.http.port is [" + http.getLocalPort() + "]: already in use on 127.0.0.1; stop the other program"
                    + " or set ota.http.port to a free port\n"
                    + "ota.mqtt.embedded-port is [" + broker.getLocalPort() + "]: already in use on 127.0.0.1; stop the other"
                    + " program or set ota.mqtt.embedded-port to a free port");
        }
    }

    @Test
    void anH2FileInUseEndsTheStart() {
        ota.start().awaitReady();
        try (OtaProcess second = new OtaProcess("start-second")) {
            String url = "jdbc:h2:file:" + ota.folder().resolve("data/ota");
            second.with("ota.demo.enabled", "false").with("ota.db.url", url).start();

            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(said(second)).isEqualTo("ota.db.url is [" + url + "]: in use by another process; stop it or set"
                    + " ota.db.url to another file\n");
        }
    }

    @Test
    void anH2FileThatCannotBeWrittenEndsTheStart() {
        ota.with("ota.db.url", "jdbc:h2:file:/proc/ota");

        assertRefused("ota.db.url is [jdbc:h2:file:/proc/ota]: the database cannot be used (IO Exception: \"/proc/ota.mv.db\""
                + " [90028-240]); correct ota.db.url");
    }

    @Test
    void aDatabaseThatStaysAwayEndsTheStartAfterItsTime() {
        String url = "jdbc:postgresql://127.0.0.1:" + Loopback.freePort() + "/ota";
        ota.with("ota.db.url", url).with("ota.db.start-wait-seconds", "2");

        assertRefused("ota.db.url is [" + url + "]: the database cannot be reached (Connection refused); start it or correct"
                + " ota.db.url; trying again for 2 s\n"
                + "ota.db.url is [" + url + "]: the database cannot be reached (Connection refused); start it or correct"
                + " ota.db.url (waited 2 s, ota.db.start-wait-seconds)");
    }

    @Test
    void aDatabaseThatIsAwayIsNotWaitedForWithAZero() {
        String url = "jdbc:mariadb://127.0.0.1:" + Loopback.freePort() + "/ota";
        ota.with("ota.db.url", url).with("ota.db.start-wait-seconds", "0");

        assertRefused("ota.db.url is [" + url + "]: the database cannot be reached (Connection refused); start it or correct"
                + " ota.db.url (waited 0 s, ota.db.start-wait-seconds)");
    }

    @Test
    void aDatabaseHostThatIsUnknownEndsTheStart() {
        ota.with("ota.db.url", "jdbc:postgresql://db.invalid/ota");

        assertRefused("ota.db.url is [jdbc:postgresql://db.invalid/ota]: no such host is known; correct ota.db.url");
    }

    @Test
    void aDatabaseThatComesLaterIsWaitedFor() {
        try (Postgres postgres = new Postgres()) {
            postgres.start();
            String url = postgres.newDatabase();
            postgres.terminate();
            ota.with("ota.db.url", url).with("ota.db.username", postgres.username()).start();

            await().atMost(Duration.ofSeconds(20)).until(() -> ota.status("/observe/health/live") == 200);
            assertThat(ota.status("/observe/health/ready")).isEqualTo(503);
            postgres.start();

            ota.awaitReady();
            awaitLog("ota.db.url is [" + url + "]: the database cannot be reached (Connection refused); start it or correct"
                    + " ota.db.url; trying again for 60 s\nOTA Routes is ready after ");
        }
    }

    @Test
    void postgresSaysWhatIsWrongWithNameOrDatabase() {
        try (Postgres postgres = new Postgres()) {
            postgres.start();
            String url = postgres.newDatabase();

            ota.with("ota.db.url", url).with("ota.db.username", "nobody");
            assertRefused("ota.db.username is [nobody]: the database at " + url + " does not let it in (FATAL: role \"nobody\""
                    + " does not exist); correct ota.db.username or ota.db.password");
        }
    }

    @Test
    void mariaDbSaysWhatIsWrongWithPasswordOrDatabase() {
        try (MariaDb mariaDb = new MariaDb()) {
            mariaDb.start();
            String url = mariaDb.newDatabase().replace("jdbc:mariadb:", "jdbc:mysql:");

            ota.with("ota.db.url", url).with("ota.db.username", mariaDb.username()).with("ota.db.password", "s3cret").start();
            assertThat(ota.awaitExit()).isEqualTo(1);
            assertThat(said(ota)).startsWith("ota.db.username is [ota]: the database at " + url + " does not let it in (")
                    .endsWith("); correct ota.db.username or ota.db.password\n")
                    .hasLineCount(1).doesNotContain("s3cret");

            try (OtaProcess lost = new OtaProcess("start-lost")) {
                lost.with("ota.demo.enabled", "false").with("ota.db.url", url + "_gone")
                        .with("ota.db.username", mariaDb.username()).with("ota.db.password", mariaDb.password()).start();

                assertThat(lost.awaitExit()).isEqualTo(1);
                assertThat(said(lost)).isEqualTo("ota.db.url is [" + url + "_gone]: there is no such database; create it or"
                        + " correct ota.db.url\n");
            }
        }
    }

    @Test
    void aClientIdThatIsTakenOverEndsTheProcess() {
        ota.with("ota.mqtt.client-id", "ota-shared").start().awaitReady();
        awaitLog("OTA Routes is ready after ");
        Mqtt5BlockingClient other = Mqtt5Client.builder().identifier("ota-shared")
                .serverHost(Loopback.HOST).serverPort(ota.mqttPort()).buildBlocking();
        other.connect();

        assertThat(ota.awaitExit()).isEqualTo(1);
        assertThat(said(ota)).endsWith("ota.mqtt.client-id is [ota-shared]: another client connected to tcp://127.0.0.1:"
                + ota.mqttPort() + " with it and took over what waits there; give each instance an ota.mqtt.client-id of its own\n");
    }

    @Test
    void aFirstStartThatIsStoppedAtOnceLeavesNothingInTheWayOfTheNext() {
        ota.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(ota.folder().resolve("data/ota.mv.db")));

        assertThat(ota.stop()).isEqualTo(143);

        assertThat(said(ota)).isEmpty();
        ota.start().awaitReady();
    }

    @Test
    void itStopsOnTheSignalWithinTenSeconds() {
        ota.start().awaitReady();
        awaitLog("OTA Routes is ready after ");
        long before = System.nanoTime();

        assertThat(ota.stop()).isEqualTo(143);

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(said(ota)).hasLineCount(1);
    }

    private void awaitLog(String beginning) {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(said(ota)).startsWith(beginning));
    }

    /** What a person must see: without the log's lines that tell of nothing wrong. */
    private static String said(OtaProcess ota) {
        return ota.log().replaceAll("(?m)^[0-9-]+T[0-9:.]+Z INFO .*\\R", "");
    }

    private void assertRefused(String lines) {
        ota.start();

        assertThat(ota.awaitExit()).isEqualTo(1);
        assertThat(said(ota)).isEqualTo(lines + "\n");
    }
}
