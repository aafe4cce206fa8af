package dev.otaroutes.message;

import static dev.otaroutes.message.Refusals.assertRefused;
import static dev.otaroutes.message.Refusals.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What inform and progress refuse alike. */
class DeviceJsonTest {
    @Test
    void anEmptyMessageIsRefused() {
        assertRefused(() -> DeviceJson.parse(null), "not-json", "was empty []");
        assertRefused(() -> DeviceJson.parse(new byte[0]), "not-json", "was empty []");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "{", "{\"id\":1", "{\"id\":\"1\"} x", "{} {}", "{'id':1}", "{\"a\":01}", "{\"a\":NaN}", " \n", "\u0000", "\uFEFF", "{}\u0000"})
    void whatIsNotJsonIsRefused(String text) {
        assertRefused(() -> DeviceJson.parse(utf8(text)), "not-json", "a message must be");
    }

    @ParameterizedTest
    @CsvSource({"[], []", "5, 5", "null, null", "true, true"})
    void whatIsNotAnObjectIsRefused(String json, String shown) {
        assertRefused(() -> DeviceJson.parse(utf8(json)), "not-an-object", "message must be a JSON object, but was [" + shown + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "1", "false"})
    void paramsThatAreNotAnObjectAreRefused(String params) {
        assertRefused(() -> DeviceJson.parse(utf8("{\"params\":" + params + "}")), "not-an-object", "params must be a JSON object");
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        assertRefused(() -> DeviceJson.parse(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}), "not-json",
                "a message must be UTF-8, but began with the bytes [7b 22 c3 22 3a 31 7d]");
        assertRefused(() -> DeviceJson.parse("{\"params\":{}}".getBytes(StandardCharsets.UTF_16)), "not-json", "must be UTF-8");
        // Zero bytes between the characters are valid UTF-8, but no JSON.
        assertRefused(() -> DeviceJson.parse("{\"params\":{}}".getBytes(StandardCharsets.UTF_16LE)), "not-json", "must be JSON");
    }

    @Test
    void aMessageOf64KiBIsReadAndOneByteMoreIsRefused() {
        String frame = "{\"id\":\"1\",\"x\":\"\"}";
        assertThat(DeviceJson.parse(utf8(frame.replace("\"\"", "\"" + "x".repeat(65_536 - frame.length()) + "\""))).id()).isEqualTo("1");
        assertRefused(() -> DeviceJson.parse(utf8(frame.replace("\"\"", "\"" + "x".repeat(65_537 - frame.length()) + "\""))),
                "too-large", "a message is at most 65536 bytes, but this one was [65537]");
    }

    @Test
    void deepNestingIsRefusedBeforeItCostsAnything() {
        assertThat(DeviceJson.parse(utf8("{\"x\":" + "[".repeat(63) + "]".repeat(63) + "}")).id()).isNull();
        assertRefused(() -> DeviceJson.parse(utf8("{\"x\":" + "[".repeat(64) + "]".repeat(64) + "}")), "not-json", "nesting depth (65)");
        assertRefused(() -> DeviceJson.parse(utf8("[".repeat(60_000))), "not-json", "nesting depth (65)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999999999", "-1e-99999999999"})
    void aNumberBeyondAllBoundsIsRefused(String number) {
        assertRefused(() -> DeviceJson.parse(utf8("{\"id\":" + number + "}")), "not-json", "must be JSON");
    }

    @Test
    void aNumberOfAThousandDigitsAndMoreIsRefused() {
        assertRefused(() -> DeviceJson.parse(utf8("{\"x\":" + "9".repeat(1001) + "}")), "not-json", "Number value length (1001)");
    }

    @Test
    void whatIsShownIsShortAndFitForALog() {
        assertRefused(() -> DeviceJson.parse(utf8("[\"" + "x".repeat(500) + "\"]")), "not-an-object", "xxx…]");
    }
}
