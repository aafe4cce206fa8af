package dev.otaroutes.webhook;

import java.time.Instant;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;

/** A lane that is ours for the length of a lease, and the events of it that are sent one after the other. */
final class LaneRun {
    private final Subscription subscription;
    private final Receiver receiver;
    private final Lane lane;
    private final String claim;
    private final Deque<WaitingDelivery> waiting;
    private volatile Instant leaseEnd;
    private final AtomicBoolean abandoned = new AtomicBoolean();

    /** @param waiting touched by one thread at a time: the next event is sent when the one before has been answered */
    LaneRun(Subscription subscription, Receiver receiver, Lane lane, String claim, Instant leaseEnd,
            Deque<WaitingDelivery> waiting) {
        this.subscription = subscription;
        this.receiver = receiver;
        this.lane = lane;
        this.claim = claim;
        this.leaseEnd = leaseEnd;
        this.waiting = waiting;
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
