package dev.otaroutes.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {
    private static final Instant AT = Instant.parse("2026-11-23T15:04:05.123Z");

    @Test
    void anIdIsAUlidOfTimeAndRow() {
        assertThat(EventId.of(AT, 4711)).isEqualTo("evt_01M84EZ1R300000000000004K7");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 31, 32, 4711, Long.MAX_VALUE})
    void anIdLeadsBackToItsRow(long row) {
        assertThat(EventId.rowId(EventId.of(AT, row))).isEqualTo(row);
    }

    @Test
    void idsSortByTimeThenRow() {
        assertThat(EventId.of(AT, 9)).isLessThan(EventId.of(AT, 10)).isLessThan(EventId.of(AT.plusMillis(1), 1));
    }

    @ParameterizedTest(name = "[{0}]: {1}")
    @CsvSource({"'', empty", "4711, a row", "evt_01M84EZ1R30000000000004K7, too short", "evt_01M84EZ1R3000000000U0004K7, no digit U",
            "msg_01M84EZ1R300000000000004K7, another prefix", "evt_01M84EZ1R3ZZZZZZZZZZZZZZZZ, a row beyond the table's"})
    void whatIsNoIdIsRefused(String text, String why) {
        assertThatThrownBy(() -> EventId.rowId(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[" + text + "]");
    }
}
