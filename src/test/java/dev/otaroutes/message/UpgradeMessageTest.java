package dev.otaroutes.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpgradeMessageTest {
    private static final String MD5 = "93230c3bde425a9d7984a594ac55ea1e";
    private static final String SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static final String URL = "https://ota.example/download/7/mcu.bin?expires=1&token=t";

    @Test
    void aSagooDeviceGetsWhatTheSeedShows() {
        UpgradePackage mcu = new UpgradePackage("2.0.0", "MCU", false, 432_945, MD5, SHA256, SignMethod.MD5,
                "{\"ota_notice\":\"升级底层摄像头驱动\"}", null);
        assertThat(json(new UpgradeMessage(1_626_969_597_470L, Dialect.SAGOO, mcu, 3, Map.of("key1", "value1"), URL))).isEqualTo(
                "{\"code\":\"200\",\"id\":1626969597470,\"message\":\"success\",\"data\":{\"size\":432945,\"version\":\"2.0.0\","
                + "\"url\":\"" + URL + "\",\"sign\":\"" + MD5 + "\",\"signMethod\":\"MD5\",\"module\":\"MCU\","
                + "\"extData\":{\"key1\":\"value1\",\"strategy\":\"3\",\"_package_udi\":\"{\\\"ota_notice\\\":\\\"升级底层摄像头驱动\\\"}\"}}}");
    }

    @Test
    void theDefaultModuleAndMissingCustomInformationAreLeftOut() {
        UpgradePackage firmware = new UpgradePackage("2", "default", false, 1, null, SHA256, SignMethod.SHA256, null, null);
        assertThat(json(new UpgradeMessage(42_001, Dialect.SAGOO, firmware, 3, Map.of(), URL))).isEqualTo(
                "{\"code\":\"200\",\"id\":42001,\"message\":\"success\",\"data\":{\"size\":1,\"version\":\"2\",\"url\":\"" + URL + "\","
                + "\"sign\":\"" + SHA256 + "\",\"signMethod\":\"SHA256\",\"extData\":{\"strategy\":\"3\"}}}");
    }

    @Test
    void anAlibabaDeviceGetsItsCodeAndTheMd5BesideTheSign() {
        UpgradePackage mcu = new UpgradePackage("2.0.0", "MCU", false, 432_945, MD5, SHA256, SignMethod.SHA256, null, null);
        assertThat(json(new UpgradeMessage(42_001, Dialect.ALIBABA, mcu, 3, Map.of(), URL))).isEqualTo(
                "{\"code\":\"1000\",\"id\":42001,\"message\":\"success\",\"data\":{\"size\":432945,\"version\":\"2.0.0\",\"url\":\"" + URL + "\","
                + "\"sign\":\"" + SHA256 + "\",\"signMethod\":\"SHA256\",\"module\":\"MCU\",\"md5\":\"" + MD5 + "\",\"extData\":{\"strategy\":\"3\"}}}");
    }

    @Test
    void aDeviceThatDownloadsOverMqttGetsTheStreamInsteadOfAUrl() {
        UpgradePackage firmware = new UpgradePackage("2", "default", false, 1, null, SHA256, SignMethod.SHA256, null, null);
        assertThat(json(new UpgradeMessage(42_001, Dialect.SAGOO, firmware, 3, Map.of(), null, 7L))).isEqualTo(
                "{\"code\":\"200\",\"id\":42001,\"message\":\"success\",\"data\":{\"size\":1,\"version\":\"2\","
                + "\"dProtocol\":\"mqtt\",\"streamId\":7,\"streamFileId\":1,"
                + "\"sign\":\"" + SHA256 + "\",\"signMethod\":\"SHA256\",\"extData\":{\"strategy\":\"3\"}}}");
    }

    @Test
    void onlyAnAlibabaDeviceHearsOfDifferentialPackagesAndTheirSignature() {
        UpgradePackage patch = new UpgradePackage("2", "default", true, 9, MD5, null, SignMethod.MD5, null, "c2lnbg==");
        assertThat(json(new UpgradeMessage(1, Dialect.ALIBABA, patch, 3, Map.of(), URL)))
                .contains("\"isDiff\":1,\"md5\":\"" + MD5 + "\",\"digestsign\":\"c2lnbg==\"");
        assertThat(json(new UpgradeMessage(1, Dialect.SAGOO, patch, 3, Map.of(), URL)))
                .doesNotContain("isDiff").doesNotContain("md5").doesNotContain("digestsign");
    }

    @Test
    void aTagCannotReplaceTheBatchOrTheCustomInformation() {
        UpgradePackage firmware = new UpgradePackage("2", "default", false, 1, MD5, null, SignMethod.MD5, "{}", null);
        assertThat(json(new UpgradeMessage(1, Dialect.SAGOO, firmware, 3, Map.of("strategy", "x", "_package_udi", "y"), URL)))
                .contains("\"extData\":{\"strategy\":\"3\",\"_package_udi\":\"{}\"}");
    }

    @Test
    void aDigestIsLowerCase() {
        UpgradePackage firmware = new UpgradePackage("2", "default", false, 1, "ABCDEF", null, SignMethod.MD5, null, null);
        assertThat(json(new UpgradeMessage(1, Dialect.SAGOO, firmware, 3, Map.of(), URL))).contains("\"sign\":\"abcdef\"");
    }

    @Test
    void aPackageWithoutTheDigestOfItsSignMethodCannotBeToldToADevice() {
        assertThatThrownBy(() -> new UpgradePackage("2", "default", false, 1, MD5, null, SignMethod.SHA256, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a package signed with SHA256 needs that digest of its file, but version [2] of module [default] has none");
    }

    @Test
    void aDialectIsKnownByItsName() {
        assertThat(Dialect.ofWireName("sagoo")).isEqualTo(Dialect.SAGOO);
        assertThat(Dialect.ofWireName("alibaba").wireName()).isEqualTo("alibaba");
        assertThatThrownBy(() -> Dialect.ofWireName("SAGOO")).hasMessage("dialect must be sagoo or alibaba, but was [SAGOO]");
    }

    private static String json(UpgradeMessage message) {
        return new String(message.toJson(), StandardCharsets.UTF_8);
    }
}
