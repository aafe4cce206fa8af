package dev.otaroutes.webhook;

import dev.otaroutes.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Claims the lanes that are due and sends what waits in them: the lanes of a subscription side by side, up to a bound of
 * its own, the events of a lane one after the other. Any number of instances may do so on one database.
 */
final class WebhookDispatcher {
    static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration IDLE = Duration.ofMillis(250);
    private static final Duration REFRESH = Duration.ofSeconds(1);
    /** Claims are renewed when no more than this is left of their lease: a quarter of it has passed. */
    private static final Duration RENEW = Duration.ofSeconds(45);
    private static final int EVENTS_A_LANE = 20;

    private final Database database;
    private final LaneStore lanes;
    private final Clock clock;
    private final Subscriptions subscriptions;
    private final Settlements settlements;
    private final DeliveryMeters meters;
    private final LaneSending sending;
    private final Executor workers;
    private final String instance;
    private final String run;
    private final int lanesAtOnce;
    private final AtomicLong claims = new AtomicLong();
    private final Map<Long, Receiver> receivers = new ConcurrentHashMap<>();
    private final Set<LaneRun> runs = ConcurrentHashMap.newKeySet();
    private final Loop loop = new Loop("ota-webhook-claim", IDLE, this::step);
    private boolean formerReleased;
    private long refreshedAt = System.nanoTime() - REFRESH.toNanos();

    /**
     * @param instance    what the claims of this process begin with, the same over restarts: no two processes may have the same
     *                    at a time. No wildcards of LIKE
     * @param workers     runs what may block in a route of the integrator's: must never make anybody wait
     * @param lanesAtOnce of one subscription
     */
    WebhookDispatcher(Database database, LaneStore lanes, Clock clock, Subscriptions subscriptions, Settlements settlements,
            EventSender sender, RetrySchedule schedule, DeliveryMeters meters, Executor workers, String instance, int lanesAtOnce) {
        this.database = database;
        this.lanes = lanes;
        this.clock = clock;
        this.subscriptions = subscriptions;
        this.settlements = settlements;
        this.meters = meters;
        this.sending = new LaneSending(sender, schedule, clock, settlements, meters, workers, this::ended);
        this.workers = workers;
        this.instance = instance;
        this.run = instance + "/" + Long.toString(clock.millis(), Character.MAX_RADIX);
        this.lanesAtOnce = lanesAtOnce;
    }

    void start() {
        loop.start();
    }

    void wake() {
        loop.wake();
    }

    /** Claims no more and waits until what is on its way has arrived; the rest is let go, to be sent again. */
    void stop(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        loop.stop(patience);
        sending.stop();
        synchronized (runs) {
            long left = (end - System.nanoTime()) / 1_000_000;
            while (!runs.isEmpty() && left > 0) {
                try {
                    runs.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
                left = (end - System.nanoTime()) / 1_000_000;
            }
        }
        List.copyOf(runs).forEach(sending::abandon);
    }

    /** @return subscriptions whose latest delivery from this process failed, with the error */
    Map<Long, String> failing() {
        Map<Long, String> failing = new TreeMap<>();
        receivers.forEach((id, receiver) -> {
            String error = receiver.lastError();
            if (error != null) {
                failing.put(id, error);
            }
        });
        return failing;
    }

    private boolean step() {
        if (!database.migrated()) {
            return false;
        }
        if (!formerReleased) {
            lanes.releaseAll(instance, clock.instant());
            formerReleased = true;
        }
        if (System.nanoTime() - refreshedAt >= REFRESH.toNanos()) {
            List<Subscription> all = subscriptions.refresh();
            keep(all);
            meters.keep(all);
            refreshedAt = System.nanoTime();
        }
        renew();
        for (Subscription subscription : subscriptions.current()) {
            Receiver receiver = receivers.computeIfAbsent(subscription.id(), id -> new Receiver(lanesAtOnce));
            receiver.ofSubscription(subscription.updatedAt());
            if (subscription.paused()) {
                receiver.reset();
            } else if (!settlements.crowded()) {
                claim(subscription, receiver);
            }
        }
        return false;
    }

    private void keep(List<Subscription> all) {
        Set<Long> ids = all.stream().map(Subscription::id).collect(Collectors.toSet());
        receivers.forEach((id, receiver) -> {
            if (!ids.contains(id)) {
                receiver.ofNobody();
                receivers.remove(id);
            }
        });
    }

    private void renew() {
        Instant now = clock.instant();
        for (LaneRun run : runs) {
            if (run.leaseEnd().isBefore(now.plus(RENEW))) {
                Instant leaseEnd = now.plus(LEASE);
                if (lanes.renew(run.lane(), run.claim(), leaseEnd)) {
                    run.renewed(leaseEnd);
                } else {
                    run.abandon();
                }
            }
        }
    }

    private void claim(Subscription subscription, Receiver receiver) {
        Instant now = clock.instant();
        int free = receiver.free(now);
        if (free <= 0) {
            return;
        }
        String claim = run + "-" + Long.toString(claims.incrementAndGet(), Character.MAX_RADIX);
        Instant leaseEnd = now.plus(LEASE);
        List<String> claimed = lanes.claim(subscription.id(), free, claim, now, leaseEnd);
        if (claimed.isEmpty()) {
            return;
        }
        Map<String, Deque<WaitingDelivery>> waiting = new HashMap<>();
        lanes.waiting(subscription.id(), claim, EVENTS_A_LANE)
                .forEach(delivery -> waiting.computeIfAbsent(delivery.lane(), lane -> new ArrayDeque<>()).add(delivery));
        receiver.take(claimed.size());
        Deque<LaneRun> begin = new ArrayDeque<>();
        claimed.forEach(lane -> begin.add(new LaneRun(subscription, receiver, new Lane(subscription.id(), lane), claim, leaseEnd,
                waiting.getOrDefault(lane, new ArrayDeque<>()), () -> free(receiver))));
        runs.addAll(begin);
        try {
            for (LaneRun run = begin.peek(); run != null; run = begin.peek()) {
                LaneRun next = run;
                workers.execute(() -> sending.next(next));
                begin.remove();
            }
        } finally {
            // There may be no thread for them: else their leases are renewed for ever, and their places are lost.
            begin.forEach(sending::abandon);
        }
    }

    /** A lane is no longer being sent; it is ours until that is written down. */
    private void ended(LaneRun run) {
        if (runs.remove(run)) {
            run.letGo();
            synchronized (runs) {
                runs.notifyAll();
            }
        }
    }

    private void free(Receiver receiver) {
        if (receiver.giveBack()) {
            loop.wake();
        }
    }
}
