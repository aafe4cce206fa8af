package dev.otaroutes.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");

    @Test
    void givesOutTheRateAndNoMoreHoweverOftenItIsAsked() {
        TokenBucket bucket = new TokenBucket(0, START);
        int given = 0;
        for (int second = 1; second <= 600; second++) {
            bucket = bucket.filled(90, START.plusSeconds(second));
            int whole = bucket.whole();
            given += whole;
            bucket = bucket.without(whole);
        }
        assertThat(given).isEqualTo(900);
    }

    @Test
    void savesUpTwoSecondsOfItsRateAtMost() {
        assertThat(new TokenBucket(0, START).filled(6_000, START.plusSeconds(3_600)).whole()).isEqualTo(200);
    }

    @Test
    void aSlowOneSavesUpOne() {
        TokenBucket bucket = new TokenBucket(0, START);
        assertThat(bucket.filled(1, START.plusSeconds(59)).whole()).isZero();
        assertThat(bucket.filled(1, START.plusSeconds(60)).whole()).isEqualTo(1);
        assertThat(bucket.filled(1, START.plusSeconds(6_000)).whole()).isEqualTo(1);
        assertThat(bucket.filled(1, START.plusSeconds(15)).next(1)).isEqualTo(START.plusSeconds(60));
    }

    @Test
    void aClockThatWentBackTakesNothingAway() {
        assertThat(new TokenBucket(1, START).filled(60, START.minusSeconds(5)).whole()).isEqualTo(1);
    }
}
