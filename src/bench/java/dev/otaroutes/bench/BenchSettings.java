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
 */
record BenchSettings(List<String> scenarios, List<String> servers, String database, int rounds, int seconds, int warmup, int connections,
        int window, int devices, int heap, long fileBytes) {
    static BenchSettings read() {
        int seconds = number("seconds", 30);
        int warmup = number("warmup", 10);
        return new BenchSettings(List.of(text("scenarios", "round-trip,progress,push,webhook,download").split(",")),
                List.of(text("servers", "echo,hand-written,plain-camel,ours,raw-publish,http-client,nginx").split(",")),
                text("database", "postgresql"), number("rounds", 7), seconds, warmup, number("connections", 50), number("window", 200),
                number("devices", (seconds + warmup) * 6_000), number("heap", 256), number("file-bytes", 1_000_000_000));
    }

    private static String text(String name, String absent) {
        String value = System.getProperty("bench." + name, "");
        return value.isBlank() ? absent : value;
    }

    private static int number(String name, int absent) {
        return Integer.parseInt(text(name, String.valueOf(absent)));
    }
}
