package dev.otaroutes.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** api.md, Settings: what each value may be, who wins, and what is said of a wrong one. */
class SettingsTest {
    @TempDir
    private Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final Properties system = new Properties();

    @Test
    void withoutAFileTheEmbeddedDefaultsHold() {
        Settings settings = read(folder.resolve("application.properties"));

        assertThat(settings.brokerUrl()).isEqualTo("tcp://127.0.0.1:1883");
        assertThat(settings.get("ota.db.url")).isEqualTo("jdbc:h2:file:./data/ota");
        assertThat(settings.httpAddress()).isEqualTo("http://127.0.0.1:8080");
        assertThat(settings.get("ota.download.base-url")).isEqualTo("http://127.0.0.1:8080");
        assertThat(settings.get("ota.mqtt.client-id")).startsWith("ota-");
        assertThat(settings.get("ota.endpoint.inform")).isEqualTo("paho-mqtt5:/ota/device/inform/+/+");
        assertThat(settings.get("ota.endpoint.progress")).isEqualTo("paho-mqtt5:/ota/device/progress/+/+");
        assertThat(settings.get("ota.endpoint.file-download")).isEqualTo("paho-mqtt5:/sys/+/+/thing/file/download");
        assertThat(settings.number("ota.download.mqtt-max-file-bytes")).isEqualTo(16 * 1024 * 1024);
        assertThat(settings.flag("ota.demo.enabled")).isTrue();
    }

    @Test
    void aSystemPropertyWinsOverTheEnvironmentAndThatOverTheFile() {
        environment.put("OTA_HTTP_PORT", "2");
        environment.put("OTA_MQTT_EMBEDDED_PORT", "3");
        system.setProperty("ota.http.port", "1");

        Settings settings = read("ota.http.port=4", "ota.mqtt.embedded-port=5", "ota.db.username=ota");

        assertThat(settings.integer("ota.http.port")).isEqualTo(1);
        assertThat(settings.integer("ota.mqtt.embedded-port")).isEqualTo(3);
        assertThat(settings.get("ota.db.username")).isEqualTo("ota");
    }

    @Test
    void anEmptyValueCountsAsAbsent() {
        environment.put("OTA_HTTP_PORT", " ");

        assertThat(read("ota.http.port=").integer("ota.http.port")).isEqualTo(8080);
    }

    @Test
    void whiteSpaceAroundAValueIsNotPartOfIt() {
        assertThat(read("ota.http.port = 9090  ").integer("ota.http.port")).isEqualTo(9090);
    }

    @Test
    void theFileIsReadAsUtf8() {
        assertThat(read("ota.mqtt.client-id=升级").get("ota.mqtt.client-id")).isEqualTo("升级");
    }

    @Test
    void camelSeesTheEffectiveValuesAndTheLinesThatAreItsOwn() {
        environment.put("OTA_MQTT_URL", "ssl://broker.example.com:8883");
        environment.put("MY_GREETING", "hi");

        Properties camel = read("camel.main.shutdown-timeout=3", "my.greeting=hello").forCamel();

        assertThat(camel).containsEntry("ota.mqtt.broker-url", "ssl://broker.example.com:8883")
                .containsEntry("ota.http.port", "8080")
                .containsEntry("camel.main.shutdown-timeout", "3")
                .containsEntry("my.greeting", "hi");
    }

    @Test
    void aShareGroupMakesSharedSubscriptions() {
        Settings settings = read("ota.mqtt.share-group=ota");

        assertThat(settings.get("ota.endpoint.inform")).isEqualTo("paho-mqtt5:$share/ota//ota/device/inform/+/+");
        assertThat(settings.get("ota.endpoint.progress")).isEqualTo("paho-mqtt5:$share/ota//ota/device/progress/+/+");
        assertThat(settings.get("ota.endpoint.file-download")).isEqualTo("paho-mqtt5:$share/ota//sys/+/+/thing/file/download");
    }

    @Test
    void anEndpointOfOnesOwnIsKept() {
        assertThat(read("ota.endpoint.upgrade=direct:audit").get("ota.endpoint.upgrade")).isEqualTo("direct:audit");
    }

    @Test
    void nobodyIsAskedWhoComesOnlineUnlessItIsSaidWhere() {
        assertThat(read().get("ota.endpoint.online")).isEqualTo("direct:receive-online");
        assertThat(read("ota.endpoint.online=paho-mqtt5:/message/device/online").get("ota.endpoint.online")).isEqualTo("paho-mqtt5:/message/device/online");
    }

    @Test
    void statementsComeFromFoldersAndFromTheClasspath() {
        String places = folder + ", classpath:sql-sagooiot";
        assertThat(read("ota.sql.dir=" + places, "ota.db.url=jdbc:mysql://db/sagoo").get("ota.sql.dir")).isEqualTo(places);
        assertThat(faults("ota.sql.dir=classpath:sql-sagooiot")).containsExactly(
                "ota.sql.dir has [classpath:sql-sagooiot], which asks SagooIOT's own tables: set ota.db.url to its MySQL");
    }

    @Test
    void theBaseUrlFollowsHostAndPortAndLosesItsLastSlash() {
        assertThat(read("ota.http.port=9090").get("ota.download.base-url")).isEqualTo("http://127.0.0.1:9090");
        assertThat(read("ota.http.host=::1").get("ota.download.base-url")).isEqualTo("http://[::1]:8080");
        assertThat(read("ota.download.base-url=https://ota.example.com/fw/").get("ota.download.base-url"))
                .isEqualTo("https://ota.example.com/fw");
    }

    @Test
    void theBaseUrlFollowsAPortThatWasChosenAtTheStart() {
        Settings settings = read("ota.http.port=0", "ota.mqtt.embedded-port=0").withPorts(4711, 4712);

        assertThat(settings.get("ota.download.base-url")).isEqualTo("http://127.0.0.1:4711");
        assertThat(settings.brokerUrl()).isEqualTo("tcp://127.0.0.1:4712");
    }

    @ParameterizedTest(name = "no demo with {0}")
    @ValueSource(strings = {"ota.mqtt.url=tcp://broker:1883", "ota.db.url=jdbc:postgresql://db/ota",
        "ota.db.url=jdbc:h2:tcp://db/ota", "ota.demo.enabled=false"})
    void theDemoRunsOnlyOnTheEmbeddedDefaults(String line) {
        assertThat(read(line).flag("ota.demo.enabled")).isFalse();
    }

    @ParameterizedTest(name = "internal hosts with {0}: {1}")
    @CsvSource(delimiter = '|', value = {
        "ota.mqtt.embedded-port=1884 | *",
        "ota.mqtt.url=tcp://broker:1883 | ''",
        "ota.db.url=jdbc:postgresql://db/ota | ''",
        "ota.db.url=jdbc:h2:tcp://db/ota | ''",
        "ota.webhook.internal-hosts=10.0.0.0/8, platform.corp | 10.0.0.0/8, platform.corp"})
    void webhooksMayCallInsideOnlyOnTheEmbeddedDefaultsOrWhereItIsSaid(String line, String internalHosts) {
        assertThat(read(line).get("ota.webhook.internal-hosts")).isEqualTo(internalHosts);
    }

    @Test
    void aFileWithoutCertificatesIsRefused() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        assertThat(faults("ota.webhook.ca-file=" + empty)).containsExactly("ota.webhook.ca-file is [" + empty
                + "]: has no certificate in it: must be a file of certificates in PEM");
        Path text = Files.writeString(folder.resolve("text.pem"), "-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n");
        assertThat(faults("ota.webhook.ca-file=" + text)).singleElement().asString()
                .startsWith("ota.webhook.ca-file is [" + text + "]: cannot be read as certificates in PEM: ").doesNotContain("\n");
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', value = {
        "ota.http.port | 80x80 | must be a port number from 0 to 65535",
        "ota.http.port | 65536 | must be a port number from 0 to 65535",
        "ota.http.port | -1 | must be a port number from 0 to 65535",
        "ota.mqtt.embedded-port | 1.5 | must be a port number from 0 to 65535",
        "ota.mqtt.url | mqtt://broker:1883 | must be embedded, tcp://host:1883 or ssl://host:8883",
        "ota.mqtt.url | tcp://broker | must be embedded, tcp://host:1883 or ssl://host:8883",
        "ota.mqtt.url | tcp://me:secret@broker:1883 | must be embedded, tcp://host:1883 or ssl://host:8883",
        "ota.mqtt.url | embeded | must be embedded, tcp://host:1883 or ssl://host:8883",
        "ota.mqtt.share-group | a/b | must be 1 to 64 characters without / + # or white space",
        "ota.mqtt.session-expiry-seconds | 4294967296 | must be a number of seconds from 0 to 4294967295",
        "ota.db.url | jdbc:oracle:thin:@db | must begin with jdbc:h2:, jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:",
        "ota.db.url | jdbc:postgresql://db.example.com | is not as the driver wants it: jdbc:postgresql://host:5432/database, jdbc:mariadb://host:3306/database or jdbc:h2:file:./folder/name",
        "ota.db.start-wait-seconds | 1m | must be a number of seconds from 0 to 86400",
        "ota.http.host | a b | must be a host name or an IP address",
        "ota.download.base-url | ftp://files | must be a URL such as http://host:8080 or https://host/path, without a query",
        "ota.download.base-url | http://files?a=b | must be a URL such as http://host:8080 or https://host/path, without a query",
        "ota.download.link-ttl-seconds | 0 | must be a number of seconds from 1 to 31536000",
        "ota.keep.history-days | 0 | must be a number of days from 1 to 3650",
        "ota.keep.events-days | 30d | must be a number of days from 1 to 3650",
        "ota.keep.rejected-days | 3651 | must be a number of days from 1 to 3650",
        "ota.online.client-pattern | (.+ | must be a regular expression: Unclosed group",
        "ota.online.client-pattern | (.+) (.+) | must have the groups (?<productKey>…) and (?<deviceKey>…)",
        "ota.webhook.internal-hosts | 10.0.0.0/33 | must be host names, addresses and ranges such as 10.1.0.0/16, separated by commas, or * for all; [10.0.0.0/33] is none",
        "ota.webhook.ca-file | no-such.pem | there is no such file: must be a file of certificates in PEM",
        "ota.sql.dir | no-such-folder | there is no folder [no-such-folder]: must be folders, or classpath: and the name of one, separated by commas",
        "ota.sql.dir | classpath:sql-sagoo | there is no folder [classpath:sql-sagoo]: must be folders, or classpath: and the name of one, separated by commas",
        "ota.demo.enabled | yes | must be true or false"})
    void aValueThatBreaksItsRuleIsRefusedInOneLine(String name, String value, String rule) {
        assertThat(faults(name + "=" + value)).containsExactly(name + " is [" + value + "]: " + rule);
    }

    @Test
    void aWrongValueOfTheEnvironmentNamesTheVariable() {
        environment.put("OTA_HTTP_PORT", "http");

        assertThat(faults()).containsExactly(
                "ota.http.port is [http] (from OTA_HTTP_PORT): must be a port number from 0 to 65535");
    }

    @Test
    void aNameThatDoesNotExistIsRefusedWithTheNearestOne() {
        assertThat(faults("ota.http.prot=8080", "ota.mqtt.user=me")).containsExactly(
                "ota.http.prot is not a setting: did you mean ota.http.port?",
                "ota.mqtt.user is not a setting: did you mean ota.mqtt.url?");
    }

    @Test
    void aPropertyOfTheCommandLineThatDoesNotExistIsRefusedToo() {
        system.setProperty("ota.db.ulr", "jdbc:postgresql://db/ota");

        assertThat(faults()).containsExactly("ota.db.ulr is not a setting: did you mean ota.db.url?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
    void onePortForTwoServersIsRefused(String brokerHost) {
        assertThat(faults("ota.http.port=1883", "ota.mqtt.embedded-host=" + brokerHost, "ota.mqtt.username=a", "ota.mqtt.password=b")).containsExactly(
                "ota.mqtt.embedded-port is [1883], and so is ota.http.port: set one of them to another port");
        assertThat(read("ota.http.port=0", "ota.mqtt.embedded-port=0").get("ota.mqtt.embedded-port")).isEqualTo("0");
        assertThat(read("ota.http.port=1883", "ota.mqtt.url=tcp://broker:1883").get("ota.http.port")).isEqualTo("1883");
    }

    @Test
    void anotherServerBesideTheGuardedOneIsRefused() {
        environment.put("CAMEL_MANAGEMENT_HOST", "0.0.0.0");
        system.setProperty("camel.management.port", "9091");

        assertThat(faults("camel.server.port=9090", "camel.server.host=0.0.0.0")).containsExactly(
                "camel.management.host is [0.0.0.0]: remove it and set ota.http.host",
                "camel.management.port is [9091]: remove it and set ota.http.port",
                "camel.server.host is [0.0.0.0]: remove it and set ota.http.host",
                "camel.server.port is [9090]: remove it and set ota.http.port");
    }

    @Test
    void everyFaultIsNamedAtOnce() {
        assertThat(faults("ota.http.port=x", "ota.db.url=y")).containsExactly(
                "ota.db.url is [y]: must begin with jdbc:h2:, jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:",
                "ota.http.port is [x]: must be a port number from 0 to 65535");
    }

    @Test
    void aSecretIsNeverPrinted() {
        assertThat(faults("ota.api.keys=admin:s3cret,oops-s3cret")).containsExactly(
                "ota.api.keys is [***]: must be name:key or name:key:read, separated by commas; entry 2 is not");
        assertThat(faults("ota.db.url=jdbc:postgresql://db/ota?user=me&password=s3cret")).containsExactly(
                "ota.db.url holds a password, which logs would show: move it to ota.db.password");
    }

    @Test
    void camelSeesNoSecret() {
        assertThat(read("ota.db.password=s3cret", "ota.mqtt.username=ota", "ota.mqtt.password=s3cret", "ota.api.keys=admin:s3cret",
                "ota.download.signing-key=0123456789-s3cret").forCamel().toString()).doesNotContain("s3cret");
    }

    @Test
    void aShortSigningKeyIsRefused() {
        assertThat(faults("ota.download.signing-key=0123456789abcde")).containsExactly(
                "ota.download.signing-key is [***]: must have at least 16 characters");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"0.0.0.0", "192.0.2.7", "ota.example.com", "::"})
    void anApiThatTheNetworkReachesNeedsKeys(String host) {
        assertThat(faults("ota.http.host=" + host, "ota.download.base-url=http://ota.example.com")).containsExactly(
                "ota.http.host is [" + host + "]: the operator API would be open to the network; set ota.api.keys,"
                        + " or use 127.0.0.1");
        assertThat(read("ota.http.host=" + host, "ota.download.base-url=http://ota.example.com",
                "ota.api.keys=admin:0123456789,grafana:9876543210:read").get("ota.http.host")).isEqualTo(host);
    }

    @Test
    void aHostThatIsEveryAddressCannotBeTheBaseUrl() {
        assertThat(faults("ota.http.host=0.0.0.0", "ota.api.keys=admin:0123456789")).containsExactly(
                "ota.download.base-url is empty and ota.http.host is [0.0.0.0]: set ota.download.base-url to the address"
                        + " at which devices reach this machine, such as http://ota.example.com:8080");
    }

    @Test
    void anEmbeddedBrokerThatTheNetworkReachesNeedsAUser() {
        assertThat(faults("ota.mqtt.embedded-host=0.0.0.0")).containsExactly(
                "ota.mqtt.embedded-host is [0.0.0.0]: the broker would be open to the network; set ota.mqtt.username and"
                        + " ota.mqtt.password, or use 127.0.0.1");
        assertThat(read("ota.mqtt.embedded-host=0.0.0.0", "ota.mqtt.username=ota", "ota.mqtt.password=s3cret").brokerUrl())
                .isEqualTo("tcp://127.0.0.1:1883");
        assertThat(faults("ota.mqtt.username=ota")).containsExactly("ota.mqtt.password is empty while ota.mqtt.username is"
                + " set: the embedded broker takes both or neither");
        assertThat(read("ota.mqtt.url=tcp://broker:1883", "ota.mqtt.username=token").get("ota.mqtt.username"))
                .isEqualTo("token");
    }

    @Test
    void theNameOfSagooIotsOwnGroupIsRefused() {
        assertThat(faults("ota.mqtt.share-group=sagooiot")).containsExactly("ota.mqtt.share-group is [sagooiot]: is the name"
                + " that SagooIOT itself uses, and each would take the other's messages: choose another, such as ota");
    }

    @Test
    void theDemoOnSomethingRealIsRefused() {
        assertThat(faults("ota.demo.enabled=true", "ota.db.url=jdbc:mariadb://db/ota")).containsExactly(
                "ota.demo.enabled is [true]: the demo runs only with ota.mqtt.url = embedded and the embedded H2 database;"
                        + " remove the line");
    }

    @Test
    void aFileThatIsNotUtf8IsRefused() throws IOException {
        Path file = Files.write(folder.resolve("application.properties"), "ota.mqtt.username=é".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> read(file)).hasMessage(file + " is not UTF-8: save it as UTF-8");
    }

    @Test
    void aBrokenEscapeIsRefused() {
        assertThat(faults("ota.download.dir=C:\\users")).containsExactly(folder.resolve("application.properties")
                + " has a \\u that is not followed by four hex digits: write \\\\ for a backslash");
    }

    @Test
    void theShippedFileShowsEverySettingWithItsDefault() throws IOException {
        List<String> shown = Files.readAllLines(Path.of("application.properties")).stream()
                .filter(line -> line.startsWith("#ota."))
                .map(line -> line.substring(1).replaceFirst("\\s*=\\s*", "="))
                .toList();

        assertThat(shown).containsExactlyElementsOf(KnownSettings.all().stream()
                .map(setting -> setting.name() + "=" + setting.defaultValue()).toList());
    }

    private Settings read(String... lines) {
        try {
            return read(Files.write(folder.resolve("application.properties"), List.of(lines)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Settings read(Path file) {
        return new SettingsReader(environment, system).read(file);
    }

    private List<String> faults(String... lines) {
        try {
            read(lines);
        } catch (RefusedSettingsException refused) {
            return refused.faults();
        }
        throw new AssertionError("not refused: " + List.of(lines));
    }
}
