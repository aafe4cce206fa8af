package dev.otaroutes.message;

import static dev.otaroutes.message.Refusals.assertRefused;
import static dev.otaroutes.message.Refusals.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
    @Test
    void theSeedsExampleIsRead() {
        assertThat(parse("{\"id\":\"123\",\"params\":{\"step\":\"-1\",\"desc\":\"OTA升级失败，请求不到升级包信息。\",\"module\":\"MCU\"}}"))
                .isEqualTo(new Progress("123", -1, "OTA升级失败，请求不到升级包信息。", "MCU", null));
    }

    @Test
    void theNewerFormWithIntegerStepAndStrategyIsRead() {
        assertThat(parse("{\"id\":5,\"params\":{\"step\":60,\"strategy\":3}}")).isEqualTo(new Progress("5", 60, null, "default", "3"));
    }

    @ParameterizedTest
    @CsvSource({"-4, -4", "-1, -1", "1, 1", "100, 100", "'\"-4\"', -4", "'\"1\"', 1", "'\"100\"', 100", "'\"007\"', 7"})
    void aStepIsTextOrInteger(String json, int step) {
        assertThat(withStep(json).step()).isEqualTo(step);
        assertThat(withStep(json).failed()).isEqualTo(step < 0);
    }

    @ParameterizedTest(name = "step {0} is refused: {1}")
    @CsvSource({"-5, below the lowest failure", "0, means nothing", "101, above complete", "10.0, a fraction", "1e1, a fraction",
            "'\"10.0\"', a fraction", "'\"+5\"', a plus", "'\" 10 \"', white space", "'\"\"', empty", "'\"x\"', no number",
            "'\"10%\"', a unit", "'\"-0\"', zero", "'\"١٠\"', other digits", "2147483648, too big", "99999999999999999999, too big",
            "'\"9999999999\"', too big", "true, no number", "{}, no number", "[5], no number", "null, no number"})
    void anyOtherStepIsRefused(String json, String why) {
        assertRefused(() -> withStep(json), "bad-step", "params.step must be an integer, 1 to 100 or -4 to -1, but was [");
    }

    @Test
    void aMissingStepIsRefused() {
        assertRefused(() -> parse("{\"params\":{}}"), "bad-step", "but was [absent]");
        assertRefused(() -> parse("{\"id\":\"1\"}"), "bad-step", "but was [absent]");
    }

    @Test
    void theRefusedStepIsShown() {
        assertRefused(() -> withStep("\"101\""), "bad-step", "but was [101]");
        assertRefused(() -> withStep("101"), "bad-step", "but was [101]");
    }

    @Test
    void aDescriptionIsCutTo128CodePointsAndTheMessageCounts() {
        assertThat(withDesc("\"" + "好".repeat(128) + "\"")).isEqualTo("好".repeat(128));
        assertThat(withDesc("\"" + "好".repeat(129) + "\"")).isEqualTo("好".repeat(128));
        assertThat(withDesc("\"" + "\uD83D\uDE80".repeat(129) + "\"")).isEqualTo("\uD83D\uDE80".repeat(128));
        assertThat(withDesc("\"a" + "\uD83D\uDE80".repeat(128) + "\"")).isEqualTo("a" + "\uD83D\uDE80".repeat(127));
    }

    @Test
    void aDescriptionIsMadeFitForItsColumn() {
        assertThat(withDesc("\"a\\u0000b\"")).isEqualTo("ab");
        assertThat(withDesc("\"a\\ud83db\\ude80\"")).isEqualTo("a\uFFFDb\uFFFD");
        assertThat(withDesc("\"\\ud83d\\ude80\"")).isEqualTo("\uD83D\uDE80");
        assertThat(withDesc("\"\\u0000" + "x".repeat(128) + "\"")).hasSize(128);
        assertThat(withDesc("\"\"")).isEmpty();
        assertThat(withDesc("null")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "true", "{}", "[\"x\"]"})
    void aDescriptionThatIsNotTextIsRefused(String json) {
        assertRefused(() -> withDesc(json), "bad-desc", "params.desc must be a string, but was [" + json + "]");
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "'\"3\"', 3", "'\"spring\"', spring", "'\"3\\u0000\"', 3"})
    void aStrategyIsTextOrNumber(String json, String strategy) {
        assertThat(parse("{\"params\":{\"step\":1,\"strategy\":" + json + "}}").strategy()).isEqualTo(strategy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\""})
    void aStrategyMayBeLeftEmpty(String json) {
        assertThat(parse("{\"params\":{\"step\":1,\"strategy\":" + json + "}}").strategy()).isNull();
    }

    @Test
    void aStrategyOfAnotherTypeIsRefused() {
        assertRefused(() -> parse("{\"params\":{\"step\":1,\"strategy\":[3]}}"), "bad-strategy", "strategy must be a string or a number, but was [[3]]");
    }

    @Test
    void aModuleThatIsNoKeyIsRefused() {
        assertRefused(() -> parse("{\"params\":{\"step\":1,\"module\":\"a/b\"}}"), "bad-key", "but was [a/b]");
    }

    private static Progress withStep(String json) {
        return parse("{\"params\":{\"step\":" + json + "}}");
    }

    private static String withDesc(String json) {
        return parse("{\"params\":{\"step\":1,\"desc\":" + json + "}}").description();
    }

    private static Progress parse(String json) {
        return Progress.parse(utf8(json));
    }
}
