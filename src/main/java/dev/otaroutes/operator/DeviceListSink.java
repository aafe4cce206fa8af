package dev.otaroutes.operator;

import dev.otaroutes.http.ProblemException;
import dev.otaroutes.message.Keys;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.store.BatchLists;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The devices of a list on their way to tasks, a chunk at a time, and what became of them. Not thread-safe: one call at a time. */
final class DeviceListSink implements UploadTarget {
    /** Devices in a chunk: few enough that messages of devices do not wait long behind it. */
    private static final int CHUNK = 500;
    /** Problems that are told; the others are counted. */
    private static final int TOLD = 100;

    private final BatchLists lists;
    private final BatchLists.OpenList list;
    private final DeviceListReader reader;
    private final Map<String, Long> chunk = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private long added;
    private long known;
    private long upToDate;
    private long refused;

    /** @param type one of {@link DeviceListReader#TYPES} */
    DeviceListSink(BatchLists lists, BatchLists.OpenList list, String type) {
        this.lists = lists;
        this.list = list;
        reader = new DeviceListReader(type, this::take, this::refuse);
    }

    /**
     * What became of a list.
     *
     * @param added    devices that have a task now
     * @param known    that had one already, or are listed twice
     * @param upToDate that run the target, and need none
     * @param refused  lines that are not used
     * @param problems the first {@value #TOLD} of these
     */
    record Report(long added, long known, long upToDate, long refused, List<Problem> problems) {
    }

    /** @param line from 1 */
    record Problem(long line, String reason) {
    }

    @Override
    public void write(byte[] bytes) {
        reader.read(bytes);
    }

    /** Adds what is left, and lets the batch go on. */
    Report finish() {
        reader.end();
        store();
        // A file of another kind is no list: a batch that was made for one waits for it.
        lists.end(list, added + known + upToDate > 0);
        return new Report(added, known, upToDate, refused, problems);
    }

    /** What has been added stays. */
    @Override
    public void discard() {
        lists.end(list, false);
    }

    private void take(String key, long line) {
        try {
            Keys.check("deviceKey", key);
        } catch (RefusedMessageException e) {
            refuse(e.getMessage(), line);
            return;
        }
        if (chunk.putIfAbsent(key, line) != null) {
            known++;
        } else if (chunk.size() == CHUNK) {
            store();
        }
    }

    private void refuse(String reason, long line) {
        refused++;
        if (problems.size() < TOLD) {
            problems.add(new Problem(line, reason));
        }
    }

    private void store() {
        lists.unknownOf(list, chunk.keySet()).forEach(key -> refuse("the fleet has no device [" + key + "], or it is disabled", chunk.remove(key)));
        if (chunk.isEmpty()) {
            return;
        }
        BatchLists.Added stored = lists.add(list, chunk.keySet()).orElseThrow(() -> new ProblemException(409, "batch [" + list.batchId()
                + "] has ended since its list began to come; " + (added + known + upToDate) + " devices of it had been taken"));
        if (stored.failed().size() == chunk.size()) {
            throw new IllegalStateException("no device can be added to batch [" + list.batchId() + "]", stored.failed().values().iterator().next());
        }
        added += stored.added();
        known += stored.known();
        upToDate += stored.upToDate();
        stored.failed().forEach((key, fault) -> refuse("internal error: " + fault.getMessage(), chunk.get(key)));
        chunk.clear();
    }

    @Override
    public String toString() {
        return "the list of batch " + list.batchId();
    }
}
