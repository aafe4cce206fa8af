package dev.otaroutes.bench;

/**
 * One run of one server.
 *
 * @param scenario what was asked of it; with {@code @<rate>} in open loop
 * @param throughput what it did, a second
 * @param p50      latency, ms; with p99 and p999 NaN where a scenario has none
 * @param cpuMicros CPU of the server for one message, µs
 * @param heap     peak, MiB; NaN for what is no JVM
 * @param rss      peak, MiB
 * @param lost     what never came
 */
record Measurement(String scenario, String server, double throughput, double p50, double p99, double p999, double cpuMicros, double heap,
        double rss, long lost) {
}
