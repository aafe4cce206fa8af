package dev.otaroutes.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionOrderTest {
    private final VersionOrder versions = VersionOrder.numbers();

    @ParameterizedTest(name = "{0} before {1}")
    @CsvSource({"1.0, 1.1", "1.9, 1.10", "1.0.9, 1.1.0", "1.2.3, 2.0.0", "v1.0, v2.0", "1.0, v1.1", "01.2, 1.3",
            "99999999999999999999.0, 99999999999999999999.1"})
    void numbersAreComparedByValueFromTheLeft(String earlier, String later) {
        before(earlier, later);
    }

    @ParameterizedTest(name = "{0} before {1}")
    @CsvSource({
            "1.0.1-rc2, 1.0.1",
            "1.0.1, 1.0.2-rc1",
            // the chain of semantic versioning, section 11
            "1.0.0-alpha, 1.0.0-alpha.1", "1.0.0-alpha.1, 1.0.0-alpha.beta", "1.0.0-alpha.beta, 1.0.0-beta",
            "1.0.0-beta, 1.0.0-beta.2", "1.0.0-beta.2, 1.0.0-beta.11", "1.0.0-beta.11, 1.0.0-rc.1", "1.0.0-rc.1, 1.0.0",
            // a word is compared as a word, whatever digits it ends with
            "1.0.1-rc10, 1.0.1-rc2", "1.0.0-1, 1.0.0-a", "1.0.0-a-a, 1.0.0-a-b"})
    void aSuffixSortsBeforeNoneAndLikeSemanticVersions(String earlier, String later) {
        before(earlier, later);
    }

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource({"1.0, 1.0", "v1.0, 1.0", "1.00, 1.0", "1.0-rc, 1.0-rc"})
    void whatDiffersInWritingOnlyRanksTheSame(String one, String other) {
        assertThat(versions.compare(one, other)).hasValue(0);
        assertThat(versions.compare(other, one)).hasValue(0);
    }

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource({"232131, 232132", "1.0, 1.0.1", "1.0.0, 2", "1.0, abc", "1.0+1, 1.0+2", "V1.0, V1.1", "1., 1.0", "1.0-, 1.0", "1.0-a..b, 1.0",
            "1.0-a., 1.0", "1.0-版, 1.0", "'1.0 ', 1.1", "1.0rc, 1.1", "-1.0, 1.0"})
    void anythingElseIsMerelyDifferent(String one, String other) {
        assertThat(versions.compare(one, other)).isEqualTo(OptionalInt.empty());
        assertThat(versions.compare(other, one)).isEqualTo(OptionalInt.empty());
    }

    @Test
    void aLongVersionIsComparedInNoTime() {
        before("1" + ".0".repeat(31), "1" + ".0".repeat(30) + ".1");
        assertThat(versions.compare("1".repeat(64), "1".repeat(63) + "x")).isEmpty();
    }

    private void before(String earlier, String later) {
        assertThat(versions.compare(earlier, later).orElseThrow()).isNegative();
        assertThat(versions.compare(later, earlier).orElseThrow()).isPositive();
    }
}
