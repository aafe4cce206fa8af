package dev.otaroutes.webhook;

import java.time.Instant;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A lane that is ours for the length of a lease, and the events of it that are sent one after the other. */
final class LaneRun {
    private final Subscription subscription;
    private final Receiver receiver;
    private final Lane lane;
    private final String claim;
    private final Deque<WaitingDelivery> waiting;
    private volatile Instant leaseEnd;
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private final Runnable free;
    /** The run itself, until it ends, and each call of a route that has not returned. */
    private final AtomicInteger holders = new AtomicInteger(1);

    /**
     * @param waiting touched by one thread at a time: the next event is sent when the one before has been answered
     * @param free    called once, when its place is another lane's
     */
    LaneRun(Subscription subscription, Receiver receiver, Lane lane, String claim, Instant leaseEnd,
            Deque<WaitingDelivery> waiting, Runnable free) {
        this.subscription = subscription;
        this.receiver = receiver;
        this.lane = lane;
        this.claim = claim;
        this.leaseEnd = leaseEnd;
        this.waiting = waiting;
        this.free = free;
    }

    /** Keeps its place, beyond its end, until it is {@link #letGo() let go} once more. */
    void hold() {
        holders.incrementAndGet();
    }

    void letGo() {
        if (holders.decrementAndGet() == 0) {
            free.run();
        }
    }

    /** @return whether a route has not returned: perhaps it blocks */
    boolean isHeld() {
        return holders.get() > 1;
    }

    Subscription subscription() {
        return subscription;
    }

    Receiver receiver() {
        return receiver;
    }

    /** @return false when the subscription has been changed or deleted since: where and how its events are sent may be another's */
    boolean isCurrent() {
        return receiver.isOf(subscription);
    }

    Lane lane() {
        return lane;
    }

    String claim() {
        return claim;
    }

    Deque<WaitingDelivery> waiting() {
        return waiting;
    }

    Instant leaseEnd() {
        return leaseEnd;
    }

    void renewed(Instant until) {
        leaseEnd = until;
    }

    /** Nothing more is sent or written down: the lease is lost, or the process stops. @return whether it was not yet so */
    boolean abandon() {
        return abandoned.compareAndSet(false, true);
    }

    boolean abandoned() {
        return abandoned.get();
    }
}
