package dev.otaroutes.simulator;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one simulated device received and did. For use by several threads. */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY, getterVisibility = JsonAutoDetect.Visibility.NONE)
final class DeviceRecord {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** So many upgrades are remembered, however many come. */
    private static final int REMEMBERED = 50;
    static final String INSTALLED = "installed";
    private static final String UNEXPECTED = "unexpected";

    /**
     * @param id       of the upgrade message
     * @param strategy the batch's ID; null if it gave none
     * @param at       ISO-8601 UTC, when it first came
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Received(long id, String strategy, String at) {
    }

    private final String deviceKey;
    private final String mishap;
    private String version;
    private int informs;
    private int progress;
    private int duplicates;
    private final Deque<Received> upgrades = new ArrayDeque<>();
    private final Map<String, Integer> results = new TreeMap<>();

    DeviceRecord(String deviceKey, Mishap mishap) {
        this.deviceKey = deviceKey;
        this.mishap = mishap.text();
    }

    synchronized void runs(String now) {
        version = now;
    }

    synchronized void informs() {
        informs++;
    }

    synchronized void progresses() {
        progress++;
    }

    /** @return whether an upgrade of this ID has not come before */
    synchronized boolean receives(long id, String strategy) {
        if (upgrades.stream().anyMatch(upgrade -> upgrade.id == id)) {
            duplicates++;
            return false;
        }
        if (upgrades.size() == REMEMBERED) {
            upgrades.removeFirst();
        }
        upgrades.addLast(new Received(id, strategy, Instant.now().toString()));
        return true;
    }

    /** @param why null: something went wrong that was not meant to */
    synchronized void ends(Mishap why, String runs) {
        version = runs;
        boolean installed = why == Mishap.NONE || why == Mishap.LOSES_THE_CONNECTION;
        results.merge(why == null ? UNEXPECTED : installed ? INSTALLED : why.text(), 1, Integer::sum);
    }

    String deviceKey() {
        return deviceKey;
    }

    /** @return the name of what it was to do, as in {@code --mix} */
    String mishap() {
        return mishap;
    }

    synchronized String version() {
        return version;
    }

    /** @return messages and ends so far */
    synchronized long news() {
        return informs + progress + duplicates + upgrades.size() + results.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** @return all of it as one line of JSON */
    synchronized String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    synchronized int informCount() {
        return informs;
    }

    synchronized int progressCount() {
        return progress;
    }

    /** @return upgrades that came once more */
    synchronized int duplicates() {
        return duplicates;
    }

    /** @return the last {@value #REMEMBERED} different upgrades */
    synchronized List<Received> upgrades() {
        return List.copyOf(upgrades);
    }

    /** @return how often an upgrade came to what: {@value #INSTALLED}, or the name of a mishap */
    synchronized Map<String, Integer> results() {
        return new TreeMap<>(results);
    }

    @Override
    public String toString() {
        return json();
    }
}
