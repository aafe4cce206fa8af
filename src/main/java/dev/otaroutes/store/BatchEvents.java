package dev.otaroutes.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Changes of a batch with the events that say so, in one transaction (domain.md, Events). */
public final class BatchEvents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;
    private final Sql sql;
    private final Runnable eventsWritten;

    /** @param eventsWritten is run after a commit that wrote an event */
    public BatchEvents(Database database, Sql sql, Runnable eventsWritten) {
        this.database = database;
        this.sql = sql;
        this.eventsWritten = eventsWritten;
    }

    /**
     * @param change says whether it has changed anything; else there is no event
     * @return what the change said
     */
    public boolean change(long batchId, String type, Map<String, Object> data, Instant now, BooleanSupplier change) {
        boolean changed = database.transaction(() -> {
            boolean done = change.getAsBoolean();
            if (done) {
                add("scheduler/add-batch-event", batchId, type, data, now);
            }
            return done;
        });
        if (changed) {
            eventsWritten.run();
        }
        return changed;
    }

    /** Inside a transaction. @param statement says what of the batch is in the event */
    void add(String statement, long batchId, String type, Map<String, Object> data, Instant now) {
        database.jdbc().sql(sql.get(statement)).param("id", batchId).param("type", type)
                .param("now", Times.toDb(now)).param("data", json(data)).update();
    }

    private static String json(Map<String, Object> data) {
        try {
            return JSON.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("event data " + data.keySet() + " cannot be written as JSON", e);
        }
    }
}
