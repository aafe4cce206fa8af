package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryScheduleTest {
    private static final Instant NOW = Instant.parse("2026-11-23T15:00:00Z");

    private final RetrySchedule exact = new RetrySchedule(() -> 0.5);

    @ParameterizedTest(name = "after {0} attempts: {1} s")
    @CsvSource({"1, 5", "2, 30", "3, 120", "4, 600", "5, 1800", "6, 3600", "7, 3600", "70, 3600"})
    void theDelaysGrowToAnHour(int attempts, long seconds) {
        assertThat(exact.next(attempts, NOW, null, NOW)).isEqualTo(NOW.plusSeconds(seconds));
    }

    @Test
    void theDelayVariesByATenth() {
        assertThat(new RetrySchedule(() -> 0).next(2, NOW, null, NOW)).isEqualTo(NOW.plusSeconds(27));
        assertThat(new RetrySchedule(() -> 1).next(2, NOW, null, NOW)).isEqualTo(NOW.plusSeconds(33));
    }

    @Test
    void threeDaysAfterTheFirstAttemptItIsGivenUp() {
        Instant first = NOW.minus(Duration.ofDays(3));

        assertThat(exact.next(80, first.plusMillis(1), null, NOW)).isEqualTo(NOW.plusSeconds(3600));
        assertThat(exact.next(80, first, null, NOW)).isNull();
        assertThat(exact.next(80, first, NOW.plusSeconds(9), NOW)).isNull();
    }

    @Test
    void theReceiversWishReplacesTheSchedule() {
        assertThat(exact.next(1, NOW, NOW.plusSeconds(777), NOW)).isEqualTo(NOW.plusSeconds(777));
        assertThat(exact.next(9, NOW, NOW.plusSeconds(2), NOW)).isEqualTo(NOW.plusSeconds(2));
    }

    @Test
    void atOnceMeansASecond() {
        assertThat(exact.next(1, NOW, NOW, NOW)).isEqualTo(NOW.plusSeconds(1));
    }
}
