package dev.otaroutes.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The table: of each server the median of its rounds, and the range of its throughput; as Markdown and CSV. */
final class Report {
    private static final String COLUMNS = "scenario,server,throughput_per_s,p50_ms,p99_ms,p999_ms,cpu_us_per_msg,heap_mb,rss_mb,"
            + "throughput_min,throughput_max,rounds,lost,database_cpu_us_per_msg,broker_cpu_us_per_msg,jit_cpu_us_per_msg";

    private final List<Measurement> measurements = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> facts;
    private final Path folder;

    /** @param facts the machine's, and the settings of broker and database */
    Report(List<String> facts, Path folder) {
        this.facts = facts;
        this.folder = folder;
    }

    void add(Measurement measurement) {
        measurements.add(measurement);
        System.out.println(row(List.of(measurement)).replace(",", "  "));
    }

    /** Says in words what the columns have no place for; below the table. */
    void note(String note) {
        notes.add(note);
        System.out.println(note);
    }

    /** Written after each round: what was measured stays if the run is broken off. */
    void write() throws IOException {
        Map<String, List<Measurement>> groups = new LinkedHashMap<>();
        measurements.forEach(m -> groups.computeIfAbsent(m.scenario() + " " + m.server(), key -> new ArrayList<>()).add(m));
        List<String> rows = groups.values().stream().map(Report::row).toList();
        Files.createDirectories(folder);
        Files.write(folder.resolve("report.csv"), lines(COLUMNS, rows));
        List<String> markdown = new ArrayList<>(List.of("# Benchmark", ""));
        facts.forEach(fact -> markdown.add("- " + fact));
        markdown.addAll(List.of("", cells(COLUMNS), cells(COLUMNS.replaceAll("[^,]+", "---"))));
        rows.forEach(row -> markdown.add(cells(row)));
        if (!notes.isEmpty()) {
            markdown.add("");
            notes.forEach(note -> markdown.add("- " + note));
        }
        Files.write(folder.resolve("report.md"), markdown);
    }

    private static String row(List<Measurement> group) {
        Measurement first = group.get(0);
        double[] throughputs = group.stream().mapToDouble(Measurement::throughput).sorted().toArray();
        return String.join(",", first.scenario(), first.server(), number(median(group, Measurement::throughput)),
                number(median(group, Measurement::p50)), number(median(group, Measurement::p99)), number(median(group, Measurement::p999)),
                number(median(group, Measurement::cpuMicros)), number(median(group, Measurement::heap)), number(median(group, Measurement::rss)),
                number(throughputs[0]), number(throughputs[throughputs.length - 1]), String.valueOf(group.size()),
                String.valueOf(group.stream().mapToLong(Measurement::lost).sum()),
                number(median(group, Measurement::databaseMicros)), number(median(group, Measurement::brokerMicros)),
                number(median(group, Measurement::compilerMicros)));
    }

    private static double median(List<Measurement> group, ToDoubleFunction<Measurement> column) {
        double[] sorted = group.stream().mapToDouble(column).sorted().toArray();
        return sorted.length % 2 == 1 ? sorted[sorted.length / 2] : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.1f", value);
    }

    private static List<String> lines(String first, List<String> others) {
        List<String> lines = new ArrayList<>(List.of(first));
        lines.addAll(others);
        return lines;
    }

    private static String cells(String row) {
        return "| " + String.join(" | ", Arrays.asList(row.split(",", -1))) + " |";
    }
}
