package dev.otaroutes.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.support.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The benchmark runs and reports; how fast anything is, no test says. */
class BenchIT {
    /** A seed of soak. */
    private static final long BROKER_FIRST = 9;

    @Test
    void everyScenarioLeavesARowForEachOfItsServers() throws Exception {
        Path folder = TestFolder.make("bench-report");
        BenchSettings settings = new BenchSettings(List.of("round-trip", "progress", "push", "webhook", "webhook-hang", "download", "fleet"),
                List.of("echo", "hand-written", "plain-camel", "ours", "raw-publish", "stored-publish", "http-client"), "postgresql", 1, 2, 1, 5, 20, 10_000, 256, 2_000_000, 0, 0, 2_000, 1);

        Bench.run(settings, folder);

        List<String[]> rows = rows(folder);
        assertThat(rows.get(0)).startsWith("scenario", "server", "throughput_per_s", "p50_ms", "p99_ms").contains("cpu_us_per_msg", "heap_mb", "rss_mb");
        assertThat(rows.subList(1, rows.size())).extracting(row -> row[0] + " " + row[1]).containsExactly(
                "round-trip echo", "round-trip hand-written", "round-trip plain-camel", "round-trip ours", "round-trip-at-half ours", "round-trip-at-half echo",
                "progress hand-written", "progress plain-camel", "progress ours", "push raw-publish", "push stored-publish", "push ours", "push-at-once ours",
                "webhook http-client", "webhook ours", "webhook-hang-none ours", "webhook-hang-one ours", "download-1 ours", "download-50 ours", "download-500 ours",
                "fleet-1000 ours", "fleet-2000 ours");
        assertThat(rows.subList(1, rows.size())).allSatisfy(row -> {
            assertThat(Double.parseDouble(row[2])).as("%s %s", row[0], row[1]).isNotNegative();
            assertThat(row[12]).as("%s %s loses nothing", row[0], row[1]).isEqualTo("0");
        });
        assertThat(rows.subList(1, rows.size())).filteredOn(row -> row[0].equals("round-trip") && row[1].equals("ours")).allSatisfy(row ->
                assertThat(List.of(row[13], row[14])).as("CPU of database and broker").allSatisfy(micros -> assertThat(Double.parseDouble(micros)).isPositive()));
        assertThat(folder.resolve("report.md")).content().contains("| round-trip | ours |", "webhook-hang: an event took the 19 others ");
    }

    @Test
    void whatIsKilledLosesNothing() throws Exception {
        Path folder = TestFolder.make("bench-report");
        BenchSettings settings = new BenchSettings(List.of("scale-out", "soak"), List.of("ours", "ours-2"), "postgresql", 1, 4, 1, 5, 20, 5_000, 256, 0, 100,
                0, 0, BROKER_FIRST);

        Bench.run(settings, folder);

        assertThat(rows(folder)).extracting(row -> row[0] + " " + row[1] + " lost " + row[12])
                .containsExactly("scenario server lost lost", "scale-out ours-2 lost 0", "scale-out-kill ours-2 lost 0", "scale-out-at-rate ours-2 lost 0", "soak ours lost 0");
        assertThat(folder.resolve("report.md")).content().contains("one of two killed", "killed: {broker=1");
    }

    private static List<String[]> rows(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("report.csv")).stream().map(line -> line.split(",", -1)).toList();
    }
}
