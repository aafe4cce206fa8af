package dev.otaroutes.store;

import dev.otaroutes.rollout.ExternalFiles;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Does what is due: writes the tasks of new batches, pushes tasks whose time has come, carries out plans and what operators asked for,
 * ends attempts and batches that are over, looks at files that are elsewhere.
 * <p>
 * All of it is rows, claimed for a while (SKIP LOCKED and a lease), so that any number of instances share the work and another one
 * takes over what a killed one had.
 */
public final class Scheduler implements AutoCloseable {
    private static final Duration LOOK_AT_BATCHES = Duration.ofSeconds(1);
    /** Longer than a transaction may last: one that gives a device a task may have begun before the batch was canceled, and end later. */
    private static final Duration LATE_TASKS = Duration.ofMinutes(10);
    private static final long IDLE_MS = 500;
    private static final long SAY_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final Duration TO_END = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger("ota.scheduler");

    private record Ended(long id, String status) {
    }

    /** A kind of work. Who looked and found none looks again when a thread that rests would, not each time that another kind goes on. */
    private final class Work {
        private final String what;
        private final Supplier<Boolean> step;
        private final long restNanos;
        private long again = System.nanoTime();

        Work(String what, long restMillis, Supplier<Boolean> step) {
            this.what = what;
            this.restNanos = TimeUnit.MILLISECONDS.toNanos(restMillis);
            this.step = step;
        }

        /** @return whether there may be more of it */
        boolean goesOn(boolean atOnce) {
            if (!atOnce && again - System.nanoTime() > 0) {
                return false;
            }
            // Without it nobody looks for what to push. Only this thread takes any.
            boolean room = pushes.room() > 0;
            boolean more = attempt(what, step);
            again = System.nanoTime() + (room && !more ? restNanos : 0);
            return more;
        }
    }

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Pushes pushes;
    private final BatchPlans plans;
    private final Work cancelingOrRetrying;
    private final List<Work> pushing;
    private final TimeOuts timeOuts;
    private final FileChecks fileChecks;
    private final Verification verification;
    private final BatchEvents events;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "ota-scheduler");
    private Instant looked = Instant.MIN;
    /** By kind of work: when it was last said that it waits, by {@link System#nanoTime()}. */
    private final Map<String, Long> troubled = new HashMap<>();
    private volatile boolean woken;
    private volatile boolean closed;

    /**
     * @param servers       where files are that are elsewhere
     * @param verifiedPercent of a verify batch's devices that must have succeeded for its package to be verified
     * @param push          publishes an upgrade; completes when that has been recorded
     * @param canPush       whether there is a broker to push to
     * @param eventsWritten is run after events have been written
     * @param givenUp       hears, in words, what could not be done through a fault of ours, and the fault
     */
    public Scheduler(Database database, Sql sql, Clock clock, ExternalFiles servers, int verifiedPercent, Rollout rollout, Function<PushOrder, CompletionStage<?>> push,
            BooleanSupplier canPush, Runnable eventsWritten, BiConsumer<String, Throwable> givenUp) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        events = new BatchEvents(database, sql, eventsWritten);
        BatchWork work = new BatchWork(database, sql, clock, rollout);
        cancelingOrRetrying = new Work("batches to cancel or retry", IDLE_MS, work::step);
        pushes = new Pushes(database, sql, clock, rollout, push, canPush, wake::release);
        plans = new BatchPlans(database, sql, clock, rollout, pushes, events);
        BatchPreparation preparation = new BatchPreparation(database, sql, clock, rollout, pushes, events, givenUp);
        pushing = List.of(new Work("new batches", IDLE_MS, preparation::step), new Work("pushes", IDLE_MS, pushes::step),
                // They know by themselves when to look for batches.
                new Work("rollout plans", 0, plans::step));
        verification = new Verification(database, sql, events, verifiedPercent);
        timeOuts = new TimeOuts(database, sql, clock, rollout);
        fileChecks = new FileChecks(database, sql, clock, servers, events, this::wake);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Looks at once, instead of in half a second. */
    public void wake() {
        woken = true;
        wake.release();
    }

    private void run() {
        int first = 0;
        while (!closed) {
            boolean more = false;
            if (database.migrated()) {
                boolean all = woken;
                woken = false;
                more = cancelingOrRetrying.goesOn(all);
                // Whoever is first may take all the room that there is for pushes: that is each in turn.
                boolean room = pushes.room() > 0;
                for (int i = 0; i < pushing.size(); i++) {
                    more |= pushing.get((first + i) % pushing.size()).goesOn(all);
                }
                first = room ? (first + 1) % pushing.size() : first;
                more |= attempt("time-outs", timeOuts::step);
                attempt("looks at files elsewhere", fileChecks::step);
                attempt("batches that start or end", this::changeBatches);
            }
            if (!more) {
                rest();
            }
        }
    }

    /** One kind of work must not hold up the others. @return whether there may be more of it */
    private boolean attempt(String what, Supplier<Boolean> step) {
        try {
            return step.get();
        } catch (RuntimeException | Error e) {
            // An error too: this thread must not end unseen.
            // Not until it works again: what looks only now and then works in between.
            long now = System.nanoTime();
            Long said = troubled.get(what);
            if (said == null || now - said > SAY_AGAIN_NANOS) {
                troubled.put(what, now);
                LOG.warn("{} wait: {}", what, e.getMessage());
                LOG.debug("{} wait", what, e);
            }
            return false;
        }
    }

    private void rest() {
        try {
            if (wake.tryAcquire(IDLE_MS, TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private boolean changeBatches() {
        Instant now = clock.instant();
        if (!Times.passed(looked, LOOK_AT_BATCHES, now)) {
            return false;
        }
        looked = now;
        for (long id : database.jdbc().sql(sql.get("scheduler/find-to-start")).param("now", Times.toDb(now)).query(Long.class).list()) {
            events.change(id, "batch.started", Map.of("status", "running"), now, () ->
                    database.jdbc().sql(sql.get("scheduler/start-scheduled")).param("id", id).update() == 1);
        }
        database.transaction(() -> {
            database.jdbc().sql(sql.get("scheduler/end-batches")).param("now", Times.toDb(now)).update();
            database.jdbc().sql(sql.get("scheduler/cancel-late")).param("since", Times.toDb(now.minus(LATE_TASKS))).update();
        });
        for (Ended batch : database.jdbc().sql(sql.get("scheduler/find-finished")).param("now", Times.toDb(now))
                .query((row, number) -> new Ended(row.getLong("id"), row.getString("status"))).list()) {
            if (batch.status.equals("running")) {
                events.change(batch.id, "batch.finished", Map.of("status", "finished"), now, () -> finish(batch, now));
            } else {
                database.transaction(() -> finish(batch, now));
            }
        }
        return false;
    }

    private boolean finish(Ended batch, Instant now) {
        boolean finished = database.jdbc().sql(sql.get("scheduler/finish-batch")).param("id", batch.id).param("status", batch.status)
                .param("now", Times.toDb(now)).update() == 1;
        if (finished) {
            verification.batchFinished(batch.id, now);
        }
        return finished;
    }

    /** Stops looking; what is in flight is repeated by whoever finds it due again. */
    @Override
    public void close() {
        closed = true;
        wake.release();
        try {
            thread.join(TO_END.toMillis());
            if (!thread.isAlive() && pushes.awaitNone(TO_END)) {
                plans.release();
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.debug("leases of batches are left to end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
