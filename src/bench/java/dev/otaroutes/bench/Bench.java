package dev.otaroutes.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures this service beside what bounds it, in rounds, each server once in each, in turn, and leaves {@code target/bench/report.md} and {@code .csv}. */
public final class Bench {
    private Bench() {
    }

    public static void main(String[] args) throws Exception {
        run(BenchSettings.read(), Path.of("target", "bench"));
        System.exit(0);
    }

    /** @param folder where the report goes */
    static void run(BenchSettings settings, Path folder) throws Exception {
        Report report = new Report(facts(settings), folder);
        try (BenchSite site = new BenchSite(settings.database())) {
            Map<String, Scenario> scenarios = new LinkedHashMap<>();
            // All of them first: a name that there is not shall not end a run of hours.
            settings.scenarios().forEach(name -> scenarios.put(name, Scenario.of(name, settings, site, report)));
            for (String name : scenarios.keySet()) {
                try (Scenario scenario = scenarios.get(name)) {
                    for (int round = 1; round <= settings.rounds(); round++) {
                        System.out.println(name + ": round " + round + " of " + settings.rounds());
                        scenario.round();
                        report.write();
                    }
                } finally {
                    report.write();
                }
            }
        }
        System.out.println("report: " + folder.resolve("report.md"));
    }

    private static List<String> facts(BenchSettings settings) throws IOException {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name")).findFirst().orElse("");
        String memory = Files.readAllLines(Path.of("/proc/meminfo")).get(0);
        return List.of(
                Runtime.getRuntime().availableProcessors() + " cores, " + cpu.substring(cpu.indexOf(':') + 1).strip() + "; "
                        + memory.replaceAll("\\s+", " ") + "; " + System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "Java " + Runtime.version() + ", -Xmx" + settings.heap() + "m for every server; load generator, broker and database share the machine",
                "Mosquitto: set_tcp_nodelay true, persistence, autosave_interval 1, max_queued_messages 0",
                settings.database() + BenchSite.settings(settings.database()) + " with its default durability: each commit is synced",
                String.format(Locale.ROOT, "%d rounds of %d s after %d s of warm-up, medians; %d connections, %d messages under way in closed loop",
                        settings.rounds(), settings.seconds(), settings.warmup(), settings.connections(), settings.window()));
    }
}
