package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-23T15:00:00Z");

    @ParameterizedTest(name = "[{0}] is {1}")
    @CsvSource(delimiter = '|', value = {
            "120                           | 2026-11-23T15:02:00Z",
            "0                             | 2026-11-23T15:00:00Z",
            "Mon, 23 Nov 2026 15:10:00 GMT | 2026-11-23T15:10:00Z",
            "Mon, 23 Nov 2026 14:10:00 GMT | 2026-11-23T15:00:00Z",
            "99999999999999999999          | 2026-11-26T15:00:00Z",
            "Fri, 23 Nov 2029 15:10:00 GMT | 2026-11-26T15:00:00Z"})
    void secondsAndDatesAreUnderstood(String header, Instant at) {
        assertThat(RetryAfter.parse(header, NOW)).isEqualTo(at);
    }

    @Test
    void whiteSpaceAroundItIsNothing() {
        assertThat(RetryAfter.parse(" 7 ", NOW)).isEqualTo(NOW.plusSeconds(7));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "soon", "-1", "1.5", "2026-11-23T15:10:00Z"})
    void whatIsNeitherIsLeftToTheSchedule(String header) {
        assertThat(RetryAfter.parse(header, NOW)).isNull();
    }
}
