package dev.otaroutes.bench;

import java.util.List;

/**
 * What is measured, from system properties.
 *
 * @param scenarios {@code bench.scenarios}
 * @param servers   {@code bench.servers}: those of each scenario that take part
 * @param database  {@code bench.database}: postgresql, mariadb or h2
 * @param rounds    {@code bench.rounds}: each server once in each
 * @param seconds   {@code bench.seconds}: how long a run is measured
 * @param warmup    {@code bench.warmup}: seconds before that
 * @param connections {@code bench.connections} of devices
 * @param window    {@code bench.window}: messages under way in closed loop
 * @param devices   {@code bench.devices}: of a round trip, on all connections together: so many upgrades there are at most
 * @param heap      {@code bench.heap}: -Xmx of every server, MB
 * @param fileBytes {@code bench.file-bytes}: of the file that is downloaded, whole millions
 * @param rate     {@code bench.rate}: messages a second of what overload and soak send; 0 for what a short closed loop says
 * @param queued   {@code bench.queued}: informs that wait at the broker for an instance that is away
 * @param fleet    {@code bench.fleet}: devices of the large one
 * @param seed     {@code bench.seed}: of the kills in soak
 */
record BenchSettings(List<String> scenarios, List<String> servers, String database, int rounds, int seconds, int warmup, int connections,
        int window, int devices, int heap, long fileBytes, double rate, int queued, int fleet, long seed) {
    private static final int BRIEF_SECONDS = 10;
    private static final int BRIEF_WARMUP = 5;
    private static final int MOST_A_SECOND = 9_000;

    static BenchSettings read() {
        int seconds = number("seconds", 30);
        int warmup = number("warmup", 30);
        return new BenchSettings(List.of(text("scenarios", "round-trip,progress,push,webhook,download").split(",")),
                List.of(text("servers", "echo,hand-written,plain-camel,ours,ours-1,ours-2,ours-3,raw-publish,stored-publish,http-client,nginx").split(",")),
                text("database", "postgresql"), number("rounds", 7), seconds, warmup, number("connections", 50), number("window", 1_000),
                number("devices", (seconds + warmup) * MOST_A_SECOND), number("heap", 256), number("file-bytes", 1_000_000_000),
                Double.parseDouble(text("rate", "0")), number("queued", 100_000), number("fleet", 1_000_000), Long.parseLong(text("seed", String.valueOf(System.nanoTime()))));
    }

    /** @return the same for a run that only finds out how much there may be of the real one */
    BenchSettings brief() {
        int briefSeconds = Math.min(seconds, BRIEF_SECONDS);
        int briefWarmup = Math.min(warmup, BRIEF_WARMUP);
        return new BenchSettings(scenarios, servers, database, rounds, briefSeconds, briefWarmup, connections, window,
                Math.min(devices, (briefSeconds + briefWarmup) * MOST_A_SECOND), heap, fileBytes, rate, queued, fleet, seed);
    }

    /** @return the same with another warm-up, and devices in proportion */
    BenchSettings warmingUp(int otherWarmup) {
        return new BenchSettings(scenarios, servers, database, rounds, seconds, otherWarmup, connections, window,
                (int) ((long) devices * (seconds + otherWarmup) / (seconds + warmup)), heap, fileBytes, rate, queued, fleet, seed);
    }

    /** @return the same for each of several instances: as many messages under way, and as many to warm up on */
    BenchSettings forEachOf(int instances) {
        BenchSettings more = warmingUp(warmup * instances);
        return new BenchSettings(scenarios, servers, database, rounds, seconds, more.warmup, connections, window * instances, more.devices, heap,
                fileBytes, rate, queued, fleet, seed);
    }

    private static String text(String name, String absent) {
        String value = System.getProperty("bench." + name, "");
        return value.isBlank() ? absent : value;
    }

    private static int number(String name, int absent) {
        return Integer.parseInt(text(name, String.valueOf(absent)));
    }
}
