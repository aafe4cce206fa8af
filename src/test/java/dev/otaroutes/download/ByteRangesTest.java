package dev.otaroutes.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangesTest {
    @ParameterizedTest(name = "{0} of 100 bytes is {1}")
    @CsvSource(delimiter = '|', value = {
        "bytes=0-0 | 0-0",
        "bytes=0-99 | 0-99",
        "bytes=10- | 10-99",
        "bytes=10-500 | 10-99",
        "bytes=99-99999999999999999999999 | 99-99",
        "bytes=-1 | 99-99",
        "bytes=-100 | 0-99",
        "bytes=-500 | 0-99",
        "BYTES=0-1 | 0-1",
        "bytes=0-1, 5-6 | 0-1 5-6",
        "bytes=50-60,0-1 | 50-60 0-1",
        "bytes=0-1,200-300 | 0-1"})
    void whatLiesInTheFileIsAnswered(String header, String expected) {
        ByteRanges ranges = ByteRanges.parse(header, 100);

        assertThat(ranges.ranges().stream().map(r -> r.start() + "-" + r.end()).collect(Collectors.joining(" "))).isEqualTo(expected);
        assertThat(ranges.unsatisfiable()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-", "bytes=100-,200-"})
    void whatLiesBeyondTheFileIsUnsatisfiable(String header) {
        assertThat(ByteRanges.parse(header, 100)).isEqualTo(new ByteRanges(List.of(), true));
    }

    @ParameterizedTest(name = "[{0}]")
    @CsvSource(delimiter = '|', nullValues = "absent", value = {"absent", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,",
        "items=0-1", "bytes 0-1", "bytes=1--2", "bytes=0-99,0-99", "bytes=+1-2"})
    void whatMakesNoSenseIsIgnored(String header) {
        assertThat(ByteRanges.parse(header, 100)).isEqualTo(new ByteRanges(List.of(), false));
    }

    @Test
    void moreThanSixteenRangesAreIgnored() {
        assertThat(ByteRanges.parse("bytes=" + "0-0,".repeat(15) + "0-0", 100).ranges()).hasSize(16);
        assertThat(ByteRanges.parse("bytes=" + "0-0,".repeat(16) + "0-0", 100).ranges()).isEmpty();
    }

    @Test
    void everyRangeOfAnEmptyFileIsUnsatisfiable() {
        assertThat(ByteRanges.parse("bytes=0-", 0).unsatisfiable()).isTrue();
        assertThat(ByteRanges.parse("bytes=-5", 0).unsatisfiable()).isTrue();
    }
}
