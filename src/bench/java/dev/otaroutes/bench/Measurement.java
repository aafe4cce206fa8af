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
 * @param databaseMicros CPU of all the database's processes for one message, µs; with brokerMicros NaN where it was not taken
 * @param brokerMicros   the broker's
 * @param compilerMicros of cpuMicros, what the JIT took: a server that is not warm shows by it
 */
record Measurement(String scenario, String server, double throughput, double p50, double p99, double p999, double cpuMicros, double heap,
        double rss, long lost, double databaseMicros, double brokerMicros, double compilerMicros) {

    Measurement(String scenario, String server, double throughput, double p50, double p99, double p999, double cpuMicros, double heap, double rss, long lost) {
        this(scenario, server, throughput, p50, p99, p999, cpuMicros, heap, rss, lost, Double.NaN, Double.NaN, Double.NaN);
    }
}
