package dev.otaroutes.store;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is due: writes the tasks of new batches, pushes tasks whose time has come, ends batches that are done.
 * <p>
 * All of it is rows, claimed for a while (SKIP LOCKED and a lease), so that any number of instances share the work and another one
 * takes over what a killed one had.
 */
public final class Scheduler implements AutoCloseable {
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration LOOK_FOR_FINISHED = Duration.ofSeconds(1);
    private static final long IDLE_MS = 500;
    private static final int CLAIMED_AT_ONCE = 200;
    private static final int PUSHES_IN_FLIGHT = 3 * CLAIMED_AT_ONCE;
    private static final Logger LOG = LoggerFactory.getLogger("ota.scheduler");

    private record Due(long taskId, DeviceId device) {
    }

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Rollout rollout;
    private final BatchPreparation preparation;
    private final Function<PushOrder, CompletionStage<?>> push;
    private final BooleanSupplier canPush;
    private final Runnable eventsWritten;
    private final Semaphore free = new Semaphore(PUSHES_IN_FLIGHT);
    private final Set<Long> inFlight = ConcurrentHashMap.newKeySet();
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "ota-scheduler");
    private Instant looked = Instant.MIN;
    private final Set<String> troubled = new HashSet<>();
    private volatile boolean closed;

    /**
     * @param push          publishes an upgrade; completes when that has been recorded
     * @param canPush       whether there is a broker to push to
     * @param eventsWritten is run after events have been written
     * @param givenUp       hears, in words, what could not be done through a fault of ours, and the fault
     */
    public Scheduler(Database database, Sql sql, Clock clock, Rollout rollout, Function<PushOrder, CompletionStage<?>> push,
            BooleanSupplier canPush, Runnable eventsWritten, BiConsumer<String, Throwable> givenUp) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.rollout = rollout;
        this.push = push;
        this.canPush = canPush;
        this.eventsWritten = eventsWritten;
        preparation = new BatchPreparation(database, sql, clock, rollout, givenUp);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Looks at once, instead of in half a second. */
    public void wake() {
        wake.release();
    }

    private void run() {
        while (!closed) {
            boolean more = false;
            if (database.migrated()) {
                more = attempt("new batches", preparation::step);
                more |= attempt("pushes", this::pushDue);
                more |= attempt("batches that are done", this::finishBatches);
            }
            if (!more) {
                rest();
            }
        }
    }

    /** One kind of work must not hold up the others. @return whether there may be more of it */
    private boolean attempt(String what, Supplier<Boolean> step) {
        try {
            boolean more = step.get();
            troubled.remove(what);
            return more;
        } catch (RuntimeException | Error e) {
            // An error too: this thread must not end unseen.
            if (troubled.add(what)) {
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

    /** Claims a whole portion or nothing: a transaction costs the same for one task. @return whether there may be more */
    private boolean pushDue() {
        if (free.availablePermits() < CLAIMED_AT_ONCE || !canPush.getAsBoolean()) {
            return false;
        }
        Instant now = clock.instant();
        List<Due> due = database.repeatableTransaction(() -> {
            List<Due> claimed = database.jdbc().sql(sql.get("scheduler/claim-due"))
                    .param("now", Times.toDb(now)).param("most", CLAIMED_AT_ONCE)
                    .query((row, number) -> new Due(row.getLong("id"), DeviceId.ofPath(row.getString("device")))).list();
            if (!claimed.isEmpty()) {
                database.named().update(sql.get("scheduler/lease-due"),
                        Map.of("ids", claimed.stream().map(Due::taskId).toList(), "until", Times.toDb(now.plus(LEASE))));
            }
            return claimed;
        });
        due.stream().filter(task -> inFlight.add(task.taskId)).forEach(this::push);
        return due.size() == CLAIMED_AT_ONCE;
    }

    private void push(Due due) {
        free.acquireUninterruptibly();
        rollout.due(due.device, due.taskId)
                .thenCompose(order -> order == null ? CompletableFuture.completedStage(null) : push.apply(order))
                .whenComplete((done, failure) -> {
                    inFlight.remove(due.taskId);
                    release();
                    if (failure != null) {
                        LOG.warn("task {} of device {} could not be pushed and is tried again in {} s: {}",
                                due.taskId, due.device, LEASE.toSeconds(), failure.getMessage());
                    }
                });
    }

    private void release() {
        boolean few = free.availablePermits() < CLAIMED_AT_ONCE;
        free.release();
        if (few && free.availablePermits() >= CLAIMED_AT_ONCE) {
            wake();
        }
    }

    private boolean finishBatches() {
        Instant now = clock.instant();
        if (looked.plus(LOOK_FOR_FINISHED).isAfter(now)) {
            return false;
        }
        looked = now;
        for (long id : database.jdbc().sql(sql.get("scheduler/find-finished")).query(Long.class).list()) {
            boolean finished = database.transaction(() -> {
                boolean changed = database.jdbc().sql(sql.get("scheduler/finish-batch")).param("id", id).param("now", Times.toDb(now)).update() == 1;
                if (changed) {
                    preparation.addEvent(id, "batch.finished", "{\"status\":\"finished\"}", now);
                }
                return changed;
            });
            if (finished) {
                eventsWritten.run();
            }
        }
        return false;
    }

    /** Stops looking; what is in flight is repeated by whoever finds it due again. */
    @Override
    public void close() {
        closed = true;
        wake.release();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
