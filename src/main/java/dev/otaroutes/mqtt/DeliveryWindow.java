package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The messages that the broker sent and that are not acknowledged yet.
 * <p>
 * At most {@value #MOST_EXCHANGES} are worked on at a time; the rest wait as they came. Acknowledgements reach the broker in the
 * order of the messages. When {@value #MOST_MESSAGES} messages, or an eighth of the heap, wait for theirs, nothing more is read
 * but what shows that the connection lives; a quarter of the heap ends it.
 * Messages of one topic start in the order in which they came, and so do those of filters whose wildcards stand for the same:
 * what a device says on several topics. A message whose route fails is tried again until it
 * succeeds or the connection ends. With the connection all of its messages end: the broker sends them again.
 */
final class DeliveryWindow {
    static final int MOST_EXCHANGES = 1000;
    /**
     * Far below the 65,535 packet identifiers of MQTT: what has been read already still comes, so does a bit to see that the connection lives,
     * and as many again may have been acknowledged here whose acknowledgements the client has not sent yet.
     */
    static final int MOST_MESSAGES = 16_384;
    static final long MOST_BYTES = Runtime.getRuntime().maxMemory() / 8;
    private static final int OVERHEAD_BYTES = 500;
    private static final long LONGEST_PAUSE_SECONDS = 30;
    private static final long REPEATS_NANOS = TimeUnit.SECONDS.toNanos(60);
    static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Subscriptions subscriptions;
    private final List<Executor> lanes;
    private final ScheduledExecutorService timer;
    private final Problems problems;
    private final Reading reading;
    private final int most;
    /** From the oldest that has not ended. */
    private final Deque<Delivery> open = new ArrayDeque<>();
    private final Deque<Delivery> waiting = new ArrayDeque<>();
    /** By sender, what no route wants at the moment, and what came after it. Looked at without the lock. */
    private final Map<String, List<Delivery>> held = new ConcurrentHashMap<>();
    private int exchanges;
    private int failing;
    private long bytes;
    private long unroutable;
    private long repeatsEnd = System.nanoTime();
    private boolean full;
    private boolean holding;
    private boolean stopped;

    DeliveryWindow(Subscriptions subscriptions, List<Executor> lanes, ScheduledExecutorService timer, Problems problems, Reading reading,
            int receiveMaximum) {
        this.subscriptions = subscriptions;
        this.lanes = lanes;
        this.timer = timer;
        this.problems = problems;
        this.reading = reading;
        this.most = Math.min(receiveMaximum, MOST_EXCHANGES);
    }

    /**
     * The client does not show the DUP flag, and a broker that was killed no longer knows it: on a session that is resumed
     * what was not acknowledged comes first, so all that comes soon may be a repetition.
     */
    synchronized void connected(boolean sessionPresent) {
        repeatsEnd = System.nanoTime() + (sessionPresent ? REPEATS_NANOS : 0);
    }

    /** Called on the network thread: queues, and returns. */
    void arrived(Mqtt5Publish message) {
        Delivery delivery = started(message);
        if (delivery != null) {
            // Threads are woken without the lock, for which all that finishes would wait. Those that come later come on this thread.
            run(delivery);
        }
    }

    /** @return what has just come, to be worked on at once; null where it waits */
    private synchronized Delivery started(Mqtt5Publish message) {
        if (stopped) {
            return null;
        }
        Delivery delivery = new Delivery(message, System.nanoTime() < repeatsEnd);
        open.add(delivery);
        bytes += delivery.bytes();
        if (!full && (open.size() >= MOST_MESSAGES || bytes >= MOST_BYTES)) {
            full = true;
            reading.pause();
        } else if (full && bytes >= 2 * MOST_BYTES) {
            reading.halt();
        }
        if (exchanges >= most) {
            waiting.add(delivery);
            return null;
        }
        begin(delivery);
        return delivery;
    }

    /**
     * Ends all messages of the connection that is gone. The client counts them against Receive Maximum, and delays later
     * acknowledgements behind them, until they are acknowledged; without a connection that stays between us and it. One that has just
     * ended is acknowledged by whom it ended for.
     */
    synchronized void disconnected() {
        open.forEach(Delivery::end);
        settle();
        waiting.clear();
        held.clear();
    }

    /** What comes now is left to the broker; reading goes on, for without it nobody sees the connection end. */
    synchronized void stop() {
        stopped = true;
        reading.resume();
        waiting.clear();
        held.clear();
    }

    /** Whether a message that no route wants waits for one, as while routes are reloaded, or is acknowledged with a warning. */
    synchronized void hold(boolean hold) {
        holding = hold;
        // Where later ones of the sender are, which join it until then: none overtakes it.
        held.keySet().forEach(sender -> lane(sender).execute(() -> taken(sender).forEach(this::deliver)));
    }

    synchronized int exchanges() {
        return exchanges;
    }

    synchronized int queued() {
        return waiting.size();
    }

    synchronized int held() {
        return held.values().stream().mapToInt(List::size).sum();
    }

    synchronized int failing() {
        return failing;
    }

    synchronized long unroutable() {
        return unroutable;
    }

    /** @param now by {@link System#nanoTime()}. @return topic of the message that all acknowledgements wait for, if its route fails again and again; or null */
    synchronized String stuck(long now) {
        Delivery oldest = open.peek();
        return oldest != null && oldest.failures > 0 && now - oldest.failingSince > STUCK_NANOS ? oldest.message.getTopic().toString() : null;
    }

    private synchronized void start(Delivery delivery) {
        begin(delivery);
        run(delivery);
    }

    private void begin(Delivery delivery) {
        exchanges++;
        delivery.sender = subscriptions.sender(delivery.message.getTopic());
    }

    private void run(Delivery delivery) {
        lane(delivery.sender).execute(() -> deliver(delivery));
    }

    private Executor lane(String sender) {
        return lanes.get(Math.floorMod(sender.hashCode(), lanes.size()));
    }

    /** @return the sender's messages that were held, in order, to be worked on again */
    private synchronized List<Delivery> taken(String sender) {
        List<Delivery> taken = held.remove(sender);
        if (taken == null) {
            return List.of();
        }
        exchanges += taken.size();
        return taken;
    }

    private synchronized boolean joinsHeld(Delivery delivery) {
        List<Delivery> before = held.get(delivery.sender);
        if (before == null || delivery.isEnded()) {
            return false;
        }
        before.add(delivery);
        next();
        return true;
    }

    private void deliver(Delivery delivery) {
        if (!held.isEmpty() && joinsHeld(delivery)) {
            return;
        }
        List<Subscriber> wanting = delivery.isEnded() ? List.of() : subscriptions.of(delivery.message.getTopic());
        if (wanting.isEmpty()) {
            unwanted(delivery);
            return;
        }
        AtomicInteger left = new AtomicInteger(wanting.size());
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (Subscriber subscriber : wanting) {
            Consumer<Throwable> done = failed -> {
                failure.compareAndSet(null, failed);
                if (left.decrementAndGet() == 0) {
                    finished(delivery, failure.get());
                }
            };
            try {
                subscriber.receive(delivery.message, delivery.mayBeRepeated, done);
            } catch (RuntimeException | Error e) {
                // Else it would keep its place for ever, and all acknowledgements behind it.
                done.accept(e);
            }
        }
    }

    private synchronized void unwanted(Delivery delivery) {
        boolean over = delivery.isEnded() || stopped;
        if (!over && holding) {
            held.computeIfAbsent(delivery.sender, sender -> new ArrayList<>()).add(delivery);
        } else if (!over) {
            dropped(delivery);
        }
        next();
    }

    /** A session from an earlier configuration may bring many of these: a line at the 1st, 2nd, 4th, 8th and so on. */
    private void dropped(Delivery delivery) {
        unroutable++;
        if (Long.bitCount(unroutable) == 1) {
            problems.warn("no route consumes [" + delivery.message.getTopic() + "], message acknowledged and dropped, ["
                    + unroutable + "] in all; the broker's session still has a subscription for it");
        }
        delivery.end();
        settle();
    }

    private void finished(Delivery delivery, Throwable failure) {
        if (ends(delivery, failure)) {
            // Wakes the network thread, which would at once wait for the lock. To a connection that has come since the client sends nothing.
            delivery.message.acknowledge();
        }
    }

    /** @return whether that ends it, so that it is to be acknowledged */
    private synchronized boolean ends(Delivery delivery, Throwable failure) {
        boolean ends = failure == null && !delivery.isEnded();
        if (ends) {
            delivery.ended = true;
            settle();
        } else if (failure != null && !delivery.isEnded() && !stopped) {
            if (delivery.failures == 0) {
                delivery.failingSince = System.nanoTime();
            }
            long pause = Math.min(LONGEST_PAUSE_SECONDS, 1L << Math.min(delivery.failures++, 5));
            problems.warn("the route of [" + delivery.message.getTopic() + "] failed, next attempt in " + pause + " s: " + failure);
            failing++;
            timer.schedule(() -> retry(delivery), pause, TimeUnit.SECONDS);
            return false;
        }
        next();
        return ends;
    }

    private synchronized void retry(Delivery delivery) {
        failing--;
        run(delivery);
    }

    private void settle() {
        while (!open.isEmpty() && open.peek().isEnded()) {
            bytes -= open.poll().bytes();
        }
        if (full && open.size() < MOST_MESSAGES / 2 && bytes < MOST_BYTES / 2) {
            full = false;
            reading.resume();
        }
    }

    private void next() {
        exchanges--;
        Delivery next = waiting.poll();
        if (next != null) {
            start(next);
        }
    }

    /** A message and how far it is. */
    private static final class Delivery {
        private final Mqtt5Publish message;
        private final boolean mayBeRepeated;
        private String sender;
        private volatile boolean ended;
        private int failures;
        private long failingSince;

        Delivery(Mqtt5Publish message, boolean mayBeRepeated) {
            this.message = message;
            this.mayBeRepeated = mayBeRepeated;
        }

        /** What it takes of the heap, about. */
        long bytes() {
            return OVERHEAD_BYTES + message.getPayload().map(Buffer::remaining).orElse(0);
        }

        boolean isEnded() {
            return ended;
        }

        /** Acknowledges, once: to the broker while its connection lives, else only to the client. */
        void end() {
            if (!ended) {
                ended = true;
                message.acknowledge();
            }
        }
    }
}
