package dev.otaroutes.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UpgradeMessageTest {
    private static final String MD5 = "93230c3bde425a9d7984a594ac55ea1e";
    private static final String SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static final String URL = "https://ota.example/download/7/mcu.bin?expires=1&token=t";
    private static final List<String> URLS = List.of(URL);

    @Test
    void aSagooDeviceGetsWhatTheSeedShows() {
        UpgradePackage mcu = new UpgradePackage("2.0.0", "MCU", false, one(432_945, MD5, SHA256), SignMethod.MD5,
                "{\"ota_notice\":\"升级底层摄像头驱动\"}", null);
        assertThat(json(new UpgradeMessage(1_626_969_597_470L, Dialect.SAGOO, mcu, 3, Map.of("key1", "value1"), URLS))).isEqualTo(
                "{\"code\":\"200\",\"id\":1626969597470,\"message\":\"success\",\"data\":{\"size\":432945,\"version\":\"2.0.0\","
                + "\"url\":\"" + URL + "\",\"sign\":\"" + MD5 + "\",\"signMethod\":\"MD5\",\"module\":\"MCU\","
                + "\"extData\":{\"key1\":\"value1\",\"strategy\":\"3\",\"_package_udi\":\"{\\\"ota_notice\\\":\\\"升级底层摄像头驱动\\\"}\"}}}");
    }

    @Test
    void theDefaultModuleAndMissingCustomInformationAreLeftOut() {
        UpgradePackage firmware = new UpgradePackage("2", "default", false, one(1, null, SHA256), SignMethod.SHA256, null, null);
        assertThat(json(new UpgradeMessage(42_001, Dialect.SAGOO, firmware, 3, Map.of(), URLS))).isEqualTo(
                "{\"code\":\"200\",\"id\":42001,\"message\":\"success\",\"data\":{\"size\":1,\"version\":\"2\",\"url\":\"" + URL + "\","
                + "\"sign\":\"" + SHA256 + "\",\"signMethod\":\"SHA256\",\"extData\":{\"strategy\":\"3\"}}}");
    }

    @Test
    void anAlibabaDeviceGetsItsCodeAndTheMd5BesideTheSign() {
        UpgradePackage mcu = new UpgradePackage("2.0.0", "MCU", false, one(432_945, MD5, SHA256), SignMethod.SHA256, null, null);
        assertThat(json(new UpgradeMessage(42_001, Dialect.ALIBABA, mcu, 3, Map.of(), URLS))).isEqualTo(
                "{\"code\":\"1000\",\"id\":42001,\"message\":\"success\",\"data\":{\"size\":432945,\"version\":\"2.0.0\",\"url\":\"" + URL + "\","
                + "\"sign\":\"" + SHA256 + "\",\"signMethod\":\"SHA256\",\"module\":\"MCU\",\"md5\":\"" + MD5 + "\",\"extData\":{\"strategy\":\"3\"}}}");
    }

    @Test
    void aDeviceThatDownloadsOverMqttGetsTheStreamInsteadOfAUrl() {
        UpgradePackage firmware = new UpgradePackage("2", "default", false, one(1, null, SHA256), SignMethod.SHA256, null, null);
        assertThat(json(new UpgradeMessage(42_001, Dialect.SAGOO, firmware, 3, Map.of(), null, 7L))).isEqualTo(
                "{\"code\":\"200\",\"id\":42001,\"message\":\"success\",\"data\":{\"size\":1,\"version\":\"2\","
                + "\"dProtocol\":\"mqtt\",\"streamId\":7,\"streamFileId\":1,"
                + "\"sign\":\"" + SHA256 + "\",\"signMethod\":\"SHA256\",\"extData\":{\"strategy\":\"3\"}}}");
    }

    @Test
    void onlyAnAlibabaDeviceHearsOfDifferentialPackagesAndTheirSignature() {
        UpgradePackage patch = new UpgradePackage("2", "default", true, one(9, MD5, null), SignMethod.MD5, null, "c2lnbg==");
        assertThat(json(new UpgradeMessage(1, Dialect.ALIBABA, patch, 3, Map.of(), URLS)))
                .contains("\"isDiff\":1,\"md5\":\"" + MD5 + "\",\"digestsign\":\"c2lnbg==\"");
        assertThat(json(new UpgradeMessage(1, Dialect.SAGOO, patch, 3, Map.of(), URLS)))
                .doesNotContain("isDiff").doesNotContain("md5").doesNotContain("digestsign");
    }

    @Test
    void aTagCannotReplaceTheBatchOrTheCustomInformation() {
        UpgradePackage firmware = new UpgradePackage("2", "default", false, one(1, MD5, null), SignMethod.MD5, "{}", null);
        assertThat(json(new UpgradeMessage(1, Dialect.SAGOO, firmware, 3, Map.of("strategy", "x", "_package_udi", "y"), URLS)))
                .contains("\"extData\":{\"strategy\":\"3\",\"_package_udi\":\"{}\"}");
    }

    @Test
    void aDigestIsLowerCase() {
        UpgradePackage firmware = new UpgradePackage("2", "default", false, one(1, "ABCDEF", null), SignMethod.MD5, null, null);
        assertThat(json(new UpgradeMessage(1, Dialect.SAGOO, firmware, 3, Map.of(), URLS))).contains("\"sign\":\"abcdef\"");
    }

    @Test
    void aPackageWithoutTheDigestOfItsSignMethodCannotBeToldToADevice() {
        assertThatThrownBy(() -> new UpgradePackage("2", "default", false, one(1, MD5, null), SignMethod.SHA256, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a package signed with SHA256 needs that digest of its files, but [mcu.bin] of version [2] of module [default] has none");
    }

    @Test
    void aDialectIsKnownByItsName() {
        assertThat(Dialect.ofWireName("sagoo")).isEqualTo(Dialect.SAGOO);
        assertThat(Dialect.ofWireName("alibaba").wireName()).isEqualTo("alibaba");
        assertThatThrownBy(() -> Dialect.ofWireName("SAGOO")).hasMessage("dialect must be sagoo or alibaba, but was [SAGOO]");
    }

    @Test
    void anAlibabaDeviceReadsMd5InItsOwnSpelling() {
        UpgradePackage firmware = new UpgradePackage("2", "default", false, one(1, MD5, SHA256), SignMethod.MD5, null, null);
        assertThat(json(new UpgradeMessage(1, Dialect.ALIBABA, firmware, 3, Map.of(), URLS))).contains("\"signMethod\":\"Md5\",\"md5\":\"" + MD5 + "\"");
    }

    @Test
    void aSagooDeviceGetsSeveralFilesEachWithItsSignMethod() {
        assertThat(json(new UpgradeMessage(42_001, Dialect.SAGOO, several(), 3, Map.of(), List.of("http://a/x", "http://a/y")))).isEqualTo(
                "{\"code\":\"200\",\"id\":42001,\"message\":\"success\",\"data\":{\"version\":\"2\",\"module\":\"MCU\",\"files\":["
                + "{\"fileName\":\"x\",\"fileSize\":7,\"fileUrl\":\"http://a/x\",\"fileMd5\":\"" + MD5 + "\",\"fileSign\":\"" + SHA256 + "\",\"signMethod\":\"SHA256\"},"
                + "{\"fileName\":\"y\",\"fileSize\":8,\"fileUrl\":\"http://a/y\",\"fileSign\":\"" + SHA256 + "\",\"signMethod\":\"SHA256\"}],"
                + "\"extData\":{\"strategy\":\"3\"}}}");
    }

    @Test
    void anAlibabaDeviceGetsSeveralFilesUnderOneSignMethod() {
        UpgradePackage patches = new UpgradePackage("2", "default", true, List.of(new UpgradeFile("x", 7, MD5, null, null),
                new UpgradeFile("y", 8, MD5, null, null)), SignMethod.MD5, null, "c2lnbg==");
        assertThat(json(new UpgradeMessage(42_001, Dialect.ALIBABA, patches, 3, Map.of(), List.of("http://a/x", "http://a/y")))).isEqualTo(
                "{\"code\":\"1000\",\"id\":42001,\"message\":\"success\",\"data\":{\"version\":\"2\",\"isDiff\":1,\"signMethod\":\"Md5\","
                + "\"digestsign\":\"c2lnbg==\",\"files\":["
                + "{\"fileName\":\"x\",\"fileSize\":7,\"fileUrl\":\"http://a/x\",\"fileMd5\":\"" + MD5 + "\",\"fileSign\":\"" + MD5 + "\"},"
                + "{\"fileName\":\"y\",\"fileSize\":8,\"fileUrl\":\"http://a/y\",\"fileMd5\":\"" + MD5 + "\",\"fileSign\":\"" + MD5 + "\"}],"
                + "\"extData\":{\"strategy\":\"3\"}}}");
    }

    @Test
    void whateverMayBeInItAMessageOfTheMostFilesIsFarBelowTheLargestPacket() {
        List<UpgradeFile> files = IntStream.range(0, UpgradePackage.MOST_FILES)
                .mapToObj(i -> new UpgradeFile("文".repeat(85), Long.MAX_VALUE, MD5, SHA256, null)).toList();
        UpgradePackage most = new UpgradePackage("v".repeat(64), "m".repeat(64), true, files, SignMethod.SHA256, "文".repeat(16_384), "s".repeat(1_024));
        Map<String, String> tags = IntStream.range(0, 32).boxed().collect(Collectors.toMap(i -> "tag" + i, i -> "文".repeat(1_024)));

        byte[] message = new UpgradeMessage(1, Dialect.ALIBABA, most, 3, tags, Collections.nCopies(UpgradePackage.MOST_FILES, "u".repeat(2_048))).toJson();

        assertThat(message.length).isLessThan(220_000);
    }

    private static UpgradePackage several() {
        return new UpgradePackage("2", "MCU", false, List.of(new UpgradeFile("x", 7, MD5, SHA256, null),
                new UpgradeFile("y", 8, null, SHA256, null)), SignMethod.SHA256, null, "c2lnbg==");
    }

    private static List<UpgradeFile> one(long size, String md5, String sha256) {
        return List.of(new UpgradeFile("mcu.bin", size, md5, sha256, null));
    }

    private static String json(UpgradeMessage message) {
        return new String(message.toJson(), StandardCharsets.UTF_8);
    }
}
