package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.operator.Results.Durations;
import dev.otaroutes.operator.Results.Durations.Bucket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskCountsTest {
    @Test
    void everyStatusIsShownInTheOrderOfATask() {
        assertThat(new TaskCounts(Map.of("succeeded", 2L, "rolled-back", 1L)).shown().toString())
                .isEqualTo("{pending=0, pushed=0, upgrading=0, succeeded=2, failed=0, canceled=0}");
    }

    @Test
    void theSuccessRateIsThatOfWhatHasEndedAndIsNullBefore() {
        assertThat(TaskCounts.NONE.successRate()).isNull();
        assertThat(new TaskCounts(Map.of("canceled", 5L, "pending", 1L)).successRate()).isNull();
        assertThat(new TaskCounts(Map.of("failed", 1L)).successRate()).isZero();
        assertThat(new TaskCounts(Map.of("succeeded", 1L, "failed", 2L, "canceled", 9L)).successRate()).isEqualTo(33.33);
    }

    @Test
    void aPercentileIsTheTimeThatThisShareStaysWithin() {
        // The middle of bucket 694 is about 1 s, of 925 about 10 s, of 1157 about 100 s.
        Durations durations = Durations.of(List.of(new Bucket(694, 50), new Bucket(925, 40), new Bucket(1157, 10)));

        assertThat(durations.p50()).isBetween(0.99, 1.01);
        assertThat(durations.p90()).isBetween(9.9, 10.1);
        assertThat(durations.p99()).isBetween(99.0, 101.0);
    }

    @Test
    void oneSuccessIsEveryPercentileAndNoneIsNone() {
        assertThat(Durations.of(List.of(new Bucket(694, 1)))).extracting(Durations::p50, Durations::p99)
                .allSatisfy(seconds -> assertThat((Double) seconds).isBetween(0.99, 1.01));
        assertThat(Durations.of(List.of())).isEqualTo(new Durations(null, null, null));
    }
}
