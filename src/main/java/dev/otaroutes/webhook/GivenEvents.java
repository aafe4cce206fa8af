package dev.otaroutes.webhook;

import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.time.Duration;
import java.util.Optional;

/**
 * The event that nothing is left to give before, so that the outbox is not looked through from its beginning each time. PostgreSQL only: there
 * the index keeps an entry of all that has been given until it is vacuumed, and every look would walk past them.
 * <p>
 * A lower id may be committed after a higher one. So an event that has been seen becomes the new beginning only when all transactions have
 * ended that were at work then: whoever takes an id has changed a row before, and shows among them. It is kept in the row that the fan-out
 * locks: what a crash undoes, it undoes with that. Not for use by several threads.
 */
final class GivenEvents {
    private static final Duration PACE = Duration.ofMillis(250);

    private record Snapshot(long endedBelow, long begunBelow) {
    }

    private final Database database;
    private final Optional<String> snapshot;
    private final String givenUpTo;
    private long upTo;
    /** The event that is to be the next beginning; 0: none. */
    private long seen;
    /** Transactions below this may have been at work when it was seen; 0: not known yet. */
    private long openBelow;
    private boolean closed;
    private long asked = System.nanoTime() - PACE.toNanos();

    GivenEvents(Database database, Sql sql) {
        this.database = database;
        snapshot = sql.find("webhook/snapshot");
        givenUpTo = snapshot.isPresent() ? sql.get("webhook/given-up-to") : null;
    }

    /** @return the last event before which nothing is left, as last read; 0: look from the beginning */
    long upTo() {
        return upTo;
    }

    /** Before events are looked for, inside the transaction that does. @param kept in the row that is locked; may be null */
    void read(String kept) {
        upTo = kept == null ? 0 : Long.parseLong(kept);
        closed = false;
        if (snapshot.isEmpty() || seen == 0 || System.nanoTime() - asked < PACE.toNanos()) {
            return;
        }
        asked = System.nanoTime();
        Snapshot now = database.jdbc().sql(snapshot.get())
                .query((row, number) -> new Snapshot(row.getLong("ended_below"), row.getLong("begun_below"))).single();
        if (openBelow == 0) {
            openBelow = now.begunBelow;
        }
        closed = now.endedBelow >= openBelow;
    }

    /**
     * After that, in the same transaction, which marks what was found.
     *
     * @param first the lowest that was found; 0 if nothing was
     * @param last  the highest
     * @param all   whether there were no more
     */
    void found(long first, long last, boolean all) {
        if (first > 0 && first <= upTo) {
            // Such as after the numbers have begun anew: then what was seen is not to be believed either.
            keep(0);
            seen = 0;
            closed = false;
        }
        if (closed && (all || last > seen)) {
            if (seen > upTo) {
                keep(seen);
            }
            seen = 0;
        }
        if (seen == 0 && last > 0) {
            seen = last;
            openBelow = 0;
        }
    }

    private void keep(long event) {
        upTo = event;
        database.jdbc().sql(givenUpTo).param("id", String.valueOf(event)).update();
    }

    /** The transaction may not have come to anything. */
    void forget() {
        upTo = 0;
        seen = 0;
    }
}
