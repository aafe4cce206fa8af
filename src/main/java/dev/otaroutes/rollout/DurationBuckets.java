package dev.otaroutes.rollout;

/** Durations in buckets whose bounds grow by 1 %: percentiles to 1 % (domain.md, Results) from a few hundred counters. */
public final class DurationBuckets {
    private static final double GROWTH = Math.log(1.01);

    private DurationBuckets() {
    }

    /** @param millis milliseconds; below 1 counts as 1 */
    public static int ofMillis(long millis) {
        return (int) Math.floor(Math.log(Math.max(1, millis)) / GROWTH);
    }

    /** @return the middle of the bucket, in seconds */
    public static double seconds(int bucket) {
        return Math.exp((bucket + 0.5) * GROWTH) / 1_000;
    }
}
