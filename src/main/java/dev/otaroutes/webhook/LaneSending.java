package dev.otaroutes.webhook;

import dev.otaroutes.event.Event;
import dev.otaroutes.log.LogFields;
import dev.otaroutes.webhook.Settlement.Attempt;
import dev.otaroutes.webhook.Settlement.Outcome;
import dev.otaroutes.webhook.Settlement.Release;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the events of a claimed lane one after the other, until none is left, one fails or the subscription changes, and says what is to be written
 * down. It waits for no database between two events: a process that dies repeats the last few, in their order.
 */
final class LaneSending {
    private static final Logger LOG = LoggerFactory.getLogger("ota.webhook");
    /** For format route and receiver together; the receiver alone has 15 s. */
    static final Duration PATIENCE = Duration.ofSeconds(30);
    /** How long a receiver that is gone is left alone, if its pause could not be written down until then. */
    private static final Duration GONE = Duration.ofMinutes(1);

    private final EventSender sender;
    private final RetrySchedule schedule;
    private final Clock clock;
    private final Settlements settlements;
    private final DeliveryMeters meters;
    private final Executor workers;
    private final Consumer<LaneRun> ended;
    private volatile boolean stopping;

    /**
     * @param workers run what follows an attempt that did not end in time: the next event's route may block
     * @param ended   called when nothing more is sent from a lane; perhaps more than once
     */
    LaneSending(EventSender sender, RetrySchedule schedule, Clock clock, Settlements settlements, DeliveryMeters meters, Executor workers,
            Consumer<LaneRun> ended) {
        this.sender = sender;
        this.schedule = schedule;
        this.clock = clock;
        this.settlements = settlements;
        this.meters = meters;
        this.workers = workers;
        this.ended = ended;
    }

    /** Lanes end after the event that is on its way. */
    void stop() {
        stopping = true;
    }

    /** Lets a lane go whose event has not been answered: it is sent again. */
    void abandon(LaneRun run) {
        if (run.abandon()) {
            release(run, null);
        }
    }

    /** Sends the lane's next event, and then the ones after it. */
    void next(LaneRun run) {
        try {
            sendNext(run);
        } catch (RuntimeException | Error e) {
            // Else its lease is renewed for ever, and nobody sends it.
            giveUp(run);
            throw e;
        }
    }

    private void giveUp(LaneRun run) {
        abandon(run);
        ended.accept(run);
    }

    private void sendNext(LaneRun run) {
        if (run.abandoned()) {
            ended.accept(run);
            return;
        }
        Instant now = clock.instant();
        // Asked once: another lane's answer may end the rest at any time.
        Instant rest = run.receiver().restUntil();
        if (now.isBefore(rest)) {
            release(run, rest);
        } else if (stopping || !run.isCurrent() || run.waiting().isEmpty() || run.leaseEnd().isBefore(now.plus(PATIENCE))) {
            release(run, null);
        } else {
            WaitingDelivery delivery = run.waiting().poll();
            long begun = System.nanoTime();
            // Also when the attempt has ended in time without it: a route that blocks must not get a further thread with each retry.
            run.hold();
            try {
                sender.attempt(run.subscription(), delivery.event(), PATIENCE, workers, attempt -> attempt
                        .thenAccept(answer -> answered(run, delivery, answer, now, (System.nanoTime() - begun) / 1_000_000))
                        .whenComplete((done, failure) -> {
                            if (failure != null) {
                                LOG.warn("{} cannot go on with {}, which is let go: {}", run.subscription(), delivery.lane(), failure.getMessage());
                                giveUp(run);
                            }
                        }));
            } finally {
                run.letGo();
            }
        }
    }

    private void answered(LaneRun run, WaitingDelivery delivery, Answer answer, Instant started, long latencyMs) {
        Instant now = clock.instant();
        // What a receiver says that is not this subscription's any more must neither rest nor pause the one that is.
        boolean current = run.isCurrent();
        boolean begins = current && run.receiver().answered(answer, now);
        if (run.abandoned()) {
            ended.accept(run);
            return;
        }
        meters.answered(run.subscription().id(), Duration.ofMillis(latencyMs));
        if (begins) {
            warn(run, delivery, "begins to fail, its events wait: ", answer);
        }
        if (answer.delivered()) {
            settlements.add(new Attempt(run, delivery, Outcome.DELIVERED, answer, started, latencyMs));
            next(run);
            return;
        }
        Instant retryAfter = current ? answer.retryAfter() : null;
        if (current && answer.gone()) {
            run.receiver().rest(now.plus(GONE));
        } else if (retryAfter != null) {
            run.receiver().rest(retryAfter);
        }
        Instant first = delivery.firstAttempt() == null ? started : delivery.firstAttempt();
        Instant tryAgain = schedule.next(delivery.attempts() + 1, first, retryAfter, now);
        if (tryAgain == null && !answer.gone()) {
            settlements.add(new Attempt(run, delivery, Outcome.DEAD, answer, started, latencyMs));
            warn(run, delivery, "gives up, after " + (delivery.attempts() + 1) + " attempts; it can be replayed: ", answer);
            if (run.isHeld()) {
                release(run, null);
            } else {
                next(run);
            }
        } else {
            settlements.add(new Attempt(run, delivery, Outcome.FAILED, answer, started, latencyMs));
            release(run, tryAgain);
        }
    }

    /** Of an answer only its status: what else it says may be anything, also what it was sent. */
    private static void warn(LaneRun run, WaitingDelivery delivery, String what, Answer answer) {
        Event event = delivery.event();
        LogFields.ofEvent(event.id(), event.productKey(), event.deviceKey()).in(() -> LOG.warn("{} {}event {} of {}: {}", run.subscription(), what,
                event.id(), delivery.lane(), answer.status() == null ? answer.error() : "the receiver answered " + answer.status()));
    }

    private void release(LaneRun run, Instant tryAgain) {
        try {
            settlements.add(new Release(run, tryAgain));
        } finally {
            ended.accept(run);
        }
    }
}
