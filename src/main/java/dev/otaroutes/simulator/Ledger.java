package dev.otaroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What all simulated devices received and did. */
final class Ledger {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, DeviceRecord> records = new TreeMap<>();

    DeviceRecord open(String deviceKey, Mishap mishap) {
        DeviceRecord record = new DeviceRecord(deviceKey, mishap);
        records.put(deviceKey, record);
        return record;
    }

    /** @return all devices, by key */
    Collection<DeviceRecord> devices() {
        return records.values();
    }

    /** @return the versions that an earlier run left in the file, by deviceKey; empty if there is none */
    static Map<String, String> versions(Path file) throws IOException {
        Map<String, String> versions = new HashMap<>();
        if (file != null && Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                JsonNode device = JSON.readTree(line);
                versions.put(device.path("deviceKey").asText(), device.path("version").asText());
            }
        }
        return versions;
    }

    /** Writes a line of JSON for each device. */
    void write(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (DeviceRecord device : records.values()) {
                out.write(device.json());
                out.newLine();
            }
        }
    }

    /** @return messages and ends so far: it has changed when there are news */
    long news() {
        return records.values().stream().mapToLong(DeviceRecord::news).sum();
    }

    boolean upgradeCame() {
        return records.values().stream().anyMatch(device -> !device.upgrades().isEmpty());
    }

    /** @return in one line how far all devices are */
    String line() {
        long informed = records.values().stream().filter(device -> device.informCount() > 0).count();
        long told = records.values().stream().filter(device -> !device.upgrades().isEmpty()).count();
        Map<String, Integer> results = results();
        int ended = results.values().stream().mapToInt(Integer::intValue).sum();
        int installed = results.getOrDefault(DeviceRecord.INSTALLED, 0);
        return String.format(Locale.ROOT, "%,d have informed, %,d were told to upgrade, %,d installs ended well, %,d otherwise", informed, told,
                installed, ended - installed);
    }

    /** @return in a few lines what became of all devices */
    List<String> summary() {
        Map<String, Integer> versions = new TreeMap<>();
        TreeSet<String> strategies = new TreeSet<>();
        long informs = 0;
        long progress = 0;
        long upgrades = 0;
        long duplicates = 0;
        for (DeviceRecord device : records.values()) {
            versions.merge(device.version(), 1, Integer::sum);
            informs += device.informCount();
            progress += device.progressCount();
            upgrades += device.upgrades().size();
            duplicates += device.duplicates();
            device.upgrades().stream().map(upgrade -> String.valueOf(upgrade.strategy())).forEach(strategies::add);
        }
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "  sent       %,d informs, %,d progress", informs, progress));
        lines.add(String.format(Locale.ROOT, "  received   %,d upgrades of %s, %,d of them once more", upgrades,
                strategies.isEmpty() ? "no batch" : "batch " + String.join(", ", strategies), duplicates));
        results().forEach((result, times) -> lines.add(String.format(Locale.ROOT, "  %-18s %,8d times", result, times)));
        versions.forEach((version, devices) -> lines.add(String.format(Locale.ROOT, "  runs %-13s %,8d devices", version, devices)));
        return lines;
    }

    private Map<String, Integer> results() {
        Map<String, Integer> results = new TreeMap<>();
        records.values().forEach(device -> device.results().forEach((result, times) -> results.merge(result, times, Integer::sum)));
        return results;
    }
}
