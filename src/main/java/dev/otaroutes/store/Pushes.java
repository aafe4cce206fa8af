package dev.otaroutes.store;

import dev.otaroutes.log.LogFields;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pushes tasks whose time has come, those that a plan lets go, and new ones: so many at a time, each once. */
final class Pushes {
    /** A transaction costs the same for one task: so whole portions are taken, or nothing. */
    static final int PORTION = 200;
    private static final int IN_FLIGHT = 3 * PORTION;
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Logger LOG = LoggerFactory.getLogger("ota.scheduler");

    private final Database database;
    private final Sql sql;
    private final Clock clock;
    private final Rollout rollout;
    private final Function<PushOrder, CompletionStage<?>> push;
    private final BooleanSupplier canPush;
    private final Runnable roomAgain;
    private final Semaphore free = new Semaphore(IN_FLIGHT);
    private final Set<Long> inFlight = ConcurrentHashMap.newKeySet();

    /**
     * @param push    publishes an upgrade; completes when that has been recorded
     * @param canPush whether there is a broker to push to
     * @param roomAgain is run when there is room for a portion again
     */
    Pushes(Database database, Sql sql, Clock clock, Rollout rollout, Function<PushOrder, CompletionStage<?>> push, BooleanSupplier canPush,
            Runnable roomAgain) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.rollout = rollout;
        this.push = push;
        this.canPush = canPush;
        this.roomAgain = roomAgain;
    }

    /** @return whether a portion can be pushed */
    boolean possible() {
        return room() > 0 && canPush.getAsBoolean();
    }

    /** @return whether pushes wait for those before them, not for the broker */
    boolean full() {
        return room() == 0 && canPush.getAsBoolean();
    }

    /** @return how many there is room for, in whole portions */
    int room() {
        return free.availablePermits() / PORTION * PORTION;
    }

    /** Pushes what is due. @return whether there may be more */
    boolean step() {
        if (!possible()) {
            return false;
        }
        Instant now = clock.instant();
        List<TaskRow> due = database.repeatableTransaction(() -> {
            List<TaskRow> claimed = database.jdbc().sql(sql.get("scheduler/claim-due"))
                    .param("now", Times.toDb(now)).param("most", PORTION).query(TaskRow::of).list();
            if (!claimed.isEmpty()) {
                database.named().update(sql.get("scheduler/lease-due"),
                        Map.of("ids", claimed.stream().map(TaskRow::id).toList(), "until", Times.toDb(now.plus(LEASE))));
            }
            return claimed;
        });
        due.forEach(task -> push(task, rollout::due, failure -> { }));
        return due.size() == PORTION;
    }

    /** Decides, and stores, whether a task is pushed. */
    interface Decision {
        /** @return what to publish; null for nothing */
        CompletionStage<PushOrder> of(DeviceId device, long taskId);
    }

    /**
     * Gives a device a task that goes at once if it may.
     *
     * @return completes when the task is stored, before the push; fails if it cannot be
     */
    CompletionStage<PushOrder> pushNew(DeviceId device, Batch batch) {
        free.acquireUninterruptibly();
        // Should the broker answer only when the lease has ended, it is not to be taken for another reason to push.
        CompletionStage<PushOrder> decided = rollout.assignAndPush(device, batch).whenComplete((order, failure) -> {
            if (order != null) {
                inFlight.add(order.taskId());
            }
        });
        publish(decided).whenComplete((done, failure) -> {
            release();
            decided.thenAccept(order -> {
                if (order != null) {
                    inFlight.remove(order.taskId());
                    if (failure != null) {
                        complain(device, order.taskId(), failure);
                    }
                }
            });
        });
        return decided;
    }

    /** @return tasks whose pushes are on their way at the moment */
    Set<Long> underway() {
        return Set.copyOf(inFlight);
    }

    /**
     * @param ended hears when the push is over, of the failure if there was one, else of null
     * @return completes when the decision has been stored: before the push itself
     */
    CompletableFuture<Void> push(TaskRow task, Decision decision, Consumer<Throwable> ended) {
        if (!inFlight.add(task.id())) {
            ended.accept(null);
            return CompletableFuture.completedFuture(null);
        }
        free.acquireUninterruptibly();
        CompletionStage<PushOrder> decided = decision.of(task.device(), task.id());
        publish(decided).whenComplete((done, failure) -> {
            ended.accept(failure);
            inFlight.remove(task.id());
            release();
            if (failure != null) {
                complain(task.device(), task.id(), failure);
            }
        });
        return decided.<Void>handle((order, failure) -> null).toCompletableFuture();
    }

    private CompletionStage<?> publish(CompletionStage<PushOrder> decided) {
        return decided.thenCompose(order -> order == null ? CompletableFuture.completedStage(null)
                : push.apply(order).whenComplete((done, failure) -> rollout.release(order)));
    }

    private static void complain(DeviceId device, long task, Throwable failure) {
        LogFields.ofDevice(device.path()).in(() -> LOG.warn("task {} of device {} could not be pushed and is tried again in {} s: {}",
                task, device, LEASE.toSeconds(), failure.getMessage()));
    }

    /** @return whether nothing is on its way any more */
    boolean awaitNone(Duration patience) throws InterruptedException {
        return free.tryAcquire(IN_FLIGHT, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void release() {
        boolean few = room() == 0;
        free.release();
        if (few && room() > 0) {
            roomAgain.run();
        }
    }
}
