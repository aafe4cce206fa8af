package dev.otaroutes.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DailyWindowTest {
    @ParameterizedTest
    @CsvSource({
        // In Shanghai (UTC+8): 21:59:59, 22:00, 04:59:59, 05:00.
        "22:00, 05:00, 2026-11-23T13:59:59Z, false",
        "22:00, 05:00, 2026-11-23T14:00:00Z, true",
        "22:00, 05:00, 2026-11-23T20:59:59Z, true",
        "22:00, 05:00, 2026-11-23T21:00:00Z, false",
        // 08:59:59, 09:00, 17:59:59, 18:00.
        "09:00, 18:00, 2026-11-23T00:59:59Z, false",
        "09:00, 18:00, 2026-11-23T01:00:00Z, true",
        "09:00, 18:00, 2026-11-23T09:59:59Z, true",
        "09:00, 18:00, 2026-11-23T10:00:00Z, false",
    })
    void isOpenFromItsFirstMomentUntilBeforeItsLastInItsOwnZone(LocalTime from, LocalTime to, Instant now, boolean open) {
        assertThat(window(from, to, "Asia/Shanghai").isOpen(now)).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({
        "22:00, 05:00, 2026-11-23T13:00:00Z, 2026-11-23T14:00:00Z",
        "22:00, 05:00, 2026-11-23T21:00:00Z, 2026-11-24T14:00:00Z",
        "09:00, 18:00, 2026-11-23T10:00:00Z, 2026-11-24T01:00:00Z",
        "09:00, 18:00, 2026-11-22T16:00:00Z, 2026-11-23T01:00:00Z",
    })
    void opensAgainTodayOrTomorrow(LocalTime from, LocalTime to, Instant closed, Instant opens) {
        DailyWindow window = window(from, to, "Asia/Shanghai");
        assertThat(window.isOpen(closed)).isFalse();
        assertThat(window.opensAfter(closed)).isEqualTo(opens);
        assertThat(window.isOpen(opens)).isTrue();
    }

    /** Berlin, 29 March 2026: 02:00 to 03:00 does not exist. */
    @Test
    void opensAfterTheHourThatASpringNightSkips() {
        DailyWindow window = window(LocalTime.of(2, 30), LocalTime.of(4, 0), "Europe/Berlin");
        assertThat(window.opensAfter(Instant.parse("2026-03-28T23:00:00Z"))).isEqualTo(Instant.parse("2026-03-29T01:30:00Z"));
        assertThat(window.isOpen(Instant.parse("2026-03-29T01:30:00Z"))).isTrue();
    }

    private static DailyWindow window(LocalTime from, LocalTime to, String zone) {
        return new DailyWindow(from, to, ZoneId.of(zone));
    }
}
