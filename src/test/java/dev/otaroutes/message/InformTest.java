package dev.otaroutes.message;

import static dev.otaroutes.message.Refusals.assertRefused;
import static dev.otaroutes.message.Refusals.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InformTest {
    @Test
    void theSeedsExampleIsRead() {
        assertThat(parse("{\"id\":\"123\",\"params\":{\"version\":\"1.0.1\",\"module\":\"MCU\"}}"))
                .isEqualTo(new Inform("123", "1.0.1", "MCU"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"params\":{\"version\":\"1\"}}",
            "{\"id\":null,\"params\":{\"version\":\"1\",\"module\":null}}",
            "{\"id\":\"\",\"params\":{\"version\":\"1\",\"module\":\"\"}}"})
    void aMessageWithoutIdAndModuleIsTheDefaultModules(String json) {
        assertThat(parse(json)).isEqualTo(new Inform(null, "1", "default"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "-1, -1", "9007199254740993, 9007199254740993", "1.50, 1.50", "'\"7\"', 7"})
    void anIdIsTextOrNumber(String json, String id) {
        assertThat(parse("{\"id\":" + json + ",\"params\":{\"version\":\"1\"}}").id()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "{}", "[1]"})
    void anIdOfAnotherTypeIsRefused(String id) {
        assertRefused(() -> parse("{\"id\":" + id + ",\"params\":{\"version\":\"1\"}}"), "bad-id", "[" + id + "]");
    }

    @Test
    void anIdIsMadeFitForItsColumn() {
        assertThat(parse("{\"id\":\"a\\u0000b\\ud83d\",\"params\":{\"version\":\"1\"}}").id()).isEqualTo("ab\uFFFD");
        assertThat(parse("{\"id\":\"" + "x".repeat(64) + "\",\"params\":{\"version\":\"1\"}}").id()).hasSize(64);
        assertThat(parse("{\"id\":\"" + "x".repeat(65) + "\",\"params\":{\"version\":\"1\"}}").id()).hasSize(64);
    }

    @Test
    void whatIsUnknownIsIgnoredAndOfWhatIsRepeatedTheLastCounts() {
        assertThat(parse("{\"version\":\"0\",\"method\":\"x\",\"sys\":{\"ack\":0},"
                + "\"params\":{\"version\":\"1\",\"extra\":[1,2],\"version\":\"2\"}}").version()).isEqualTo("2");
    }

    @Test
    void aByteOrderMarkIsSkipped() {
        assertThat(parse("\uFEFF{\"params\":{\"version\":\"1\"}}").version()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "232131", "1.0.1-rc2", "v2 beta", "版本一", "1.0\uD83D\uDE80"})
    void aVersionIsAnyPrintableText(String version) {
        assertThat(withVersion("\"" + version + "\"").version()).isEqualTo(version);
    }

    @Test
    void aVersionHasAtMost64Characters() {
        assertThat(withVersion("\"" + "9".repeat(64) + "\"").version()).hasSize(64);
        assertRefused(() -> withVersion("\"" + "9".repeat(65) + "\""), "bad-version",
                "params.version must be 1 to 64 printable characters, but was [999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"params\":null}", "{\"params\":{}}", "{\"params\":{\"version\":null}}", "{\"params\":{\"version\":\"\"}}"})
    void aMessageWithoutAVersionIsRefused(String json) {
        assertRefused(() -> parse(json), "no-version", "an inform must have params.version");
    }

    @ParameterizedTest
    @CsvSource({"1.0, [1.0]", "true, [true]", "{}, [{}]", "'[\"1\"]', '[[\"1\"]]'"})
    void aVersionThatIsNotTextIsRefused(String json, String shown) {
        assertRefused(() -> withVersion(json), "bad-version", "params.version must be a string, but was " + shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1\\u0000", "1\\n", "1\\u007f", "1\\u0085", "1\\ud800", "1\\u2028", "  "})
    void aVersionThatCannotBePrintedIsRefused(String version) {
        assertRefused(() -> withVersion("\"" + version + "\""), "bad-version", "printable characters, but was [");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a+", "#", "a/b", "a b", "a\\u0000", "a\\t", "a\\u00a0", "a\\udc00"})
    void aModuleThatIsNoKeyIsRefused(String module) {
        assertRefused(() -> withModule("\"" + module + "\""), "bad-key", "params.module must be 1 to 64 characters");
    }

    @Test
    void aModuleHasAtMost64Characters() {
        assertThat(withModule("\"" + "m".repeat(64) + "\"").module()).hasSize(64);
        assertRefused(() -> withModule("\"" + "m".repeat(65) + "\""), "bad-key", "params.module must be 1 to 64 characters");
    }

    @Test
    void aModuleThatIsNotTextIsRefused() {
        assertRefused(() -> withModule("5"), "bad-key", "params.module must be a string, but was [5]");
    }

    private static Inform withVersion(String json) {
        return parse("{\"params\":{\"version\":" + json + "}}");
    }

    private static Inform withModule(String json) {
        return parse("{\"params\":{\"version\":\"1\",\"module\":" + json + "}}");
    }

    private static Inform parse(String json) {
        return Inform.parse(utf8(json));
    }
}
