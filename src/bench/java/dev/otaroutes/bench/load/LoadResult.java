package dev.otaroutes.bench.load;

import java.util.Locale;

/**
 * What the devices saw of one run; as one line of text it goes from their process to the benchmark's.
 *
 * @param throughput of what ended while it was measured, a second
 * @param p50          ms, with p99 and p999
 * @param count        what ended while it was measured
 * @param sent         in all, warm-up included
 * @param acknowledged by the broker
 * @param backlog      what was under way when the load stopped
 * @param drainSeconds from then until the last one had come, or until nothing came any more
 * @param lost         what never came
 * @param repeated     upgrades that came again with the same message ID
 * @param contradicted upgrades with another message ID than the device's first one, or for a device that had not informed
 * @param missing      some of the devices whose inform the broker has and which have no upgrade, with commas between them; or -
 */
public record LoadResult(double throughput, double p50, double p99, double p999, long count, long sent, long acknowledged, long backlog,
        double drainSeconds, long lost, long repeated, long contradicted, String missing) {
    static final String BEGINNING = "result";

    /** The inverse of {@link #line}. */
    public static LoadResult parse(String line) {
        String[] fields = line.split(" ");
        int i = 1;
        return new LoadResult(Double.parseDouble(fields[i++]), Double.parseDouble(fields[i++]), Double.parseDouble(fields[i++]),
                Double.parseDouble(fields[i++]), Long.parseLong(fields[i++]), Long.parseLong(fields[i++]), Long.parseLong(fields[i++]),
                Long.parseLong(fields[i++]), Double.parseDouble(fields[i++]), Long.parseLong(fields[i++]), Long.parseLong(fields[i++]),
                Long.parseLong(fields[i++]), fields[i]);
    }

    String line() {
        return String.format(Locale.ROOT, BEGINNING + " %.1f %.3f %.3f %.3f %d %d %d %d %.1f %d %d %d %s", throughput, p50, p99, p999, count, sent,
                acknowledged, backlog, drainSeconds, lost, repeated, contradicted, missing);
    }
}
