package dev.otaroutes.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.message.DeviceId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RolloutPlanTest {
    @Test
    void whatIsAbsentHasItsDefault() {
        assertThat(RolloutPlan.of(Map.of())).isEqualTo(new RolloutPlan(3, null, 1_440, 120, false, false, RolloutPlan.SuccessOn.INFORM, null, null, null, null, List.of()));
    }

    @Test
    void whatIsPostedCounts() {
        assertThat(RolloutPlan.of(Map.of("attempts", 1, "quietSeconds", 5, "overwrite", true, "allowDowngrade", true,
                "successOn", "progress-100"))).isEqualTo(new RolloutPlan(1, null, 1_440, 5, true, true, RolloutPlan.SuccessOn.PROGRESS_100, null, null, null, null, List.of()));
        assertThat(RolloutPlan.of(Map.of("overwrite", false, "successOn", "inform")).successOn()).isEqualTo(RolloutPlan.SuccessOn.INFORM);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1001", "42, 7, 42007", "9007199254739, 999, 9007199254739999"})
    void aMessageIdIsTheTaskAndThePushBelow2To53(long taskId, int pushNumber, long messageId) {
        long id = new PushOrder(new DeviceId("pk", "dk"), "default", taskId, pushNumber, 1, 1).messageId();

        assertThat(id).isEqualTo(messageId).isLessThan(1L << 53);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 999, 30_000, 3_600_000, 86_400_000L * 30})
    void aDurationIsKeptToOnePercent(long millis) {
        double seconds = DurationBuckets.seconds(DurationBuckets.ofMillis(millis));

        assertThat(seconds).isBetween(millis / 1_000.0 * 0.99, millis / 1_000.0 * 1.01);
    }

    @Test
    void longerDurationsAreInLaterBucketsAndNoneIsBelowZero() {
        assertThat(DurationBuckets.ofMillis(-5)).isZero();
        assertThat(DurationBuckets.ofMillis(0)).isZero();
        assertThat(DurationBuckets.ofMillis(1_000)).isLessThan(DurationBuckets.ofMillis(1_020));
    }
}
