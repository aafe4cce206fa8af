package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static dev.otaroutes.store.StoreUnderTest.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What devices ran, day by day. */
class VersionHistoryIT {
    private static final LocalDate DAY = LocalDate.parse("2026-11-23");

    @ParameterizedTest
    @EnumSource
    void versionsAreCountedOnceADayByOneInstanceAndForgottenWhenTheyAreOld(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            VersionHistory one = new VersionHistory(store.database, store.sql, store.clock, 10);
            VersionHistory other = new VersionHistory(store.database, store.sql, store.clock, 10);
            assertThat(one.count(DAY)).as("there is no device yet").isFalse();
            GroupedRollout rollout = store.started();
            join(rollout.inform(device("a"), inform("1.0")));
            join(rollout.inform(device("b"), inform("1.0")));
            join(rollout.inform(device("c"), inform("1.1")));

            assertThat(one.count(DAY)).isTrue();
            join(rollout.inform(device("a"), inform("1.1")));
            assertThat(other.count(DAY)).as("has been counted").isTrue();
            assertThat(store.texts("SELECT CONCAT(version, ' ', devices) FROM ota_version_count ORDER BY version")).containsExactly("1.0 2", "1.1 1");

            assertThat(other.count(DAY.plusDays(10))).isTrue();
            assertThat(store.number("SELECT COUNT(DISTINCT counted_on) FROM ota_version_count")).isEqualTo(2);
            assertThat(one.count(DAY.plusDays(11))).isTrue();
            assertThat(store.number("SELECT COUNT(DISTINCT counted_on) FROM ota_version_count")).as("ten days ago is the oldest").isEqualTo(2);
            assertThat(store.number("SELECT devices FROM ota_version_count WHERE counted_on = '2026-12-04' AND version = '1.1'")).isEqualTo(2);
        }
    }
}
