package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;

class TimesTest {
    @Test
    void isKeptInUtcAndCutToMilliseconds() {
        assertThat(Times.toDb(Instant.parse("2026-03-29T02:30:01.123999Z"))).isEqualTo(LocalDateTime.of(2026, 3, 29, 2, 30, 1, 123_000_000));
        assertThat(Times.toDb(Instant.parse("1969-12-31T23:59:59.999999Z"))).isEqualTo(LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_000_000));
        assertThat(Times.toDb(null)).isNull();
    }
}
