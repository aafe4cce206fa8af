package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.exceptions.MqttClientStateException;
import com.hivemq.client.mqtt.exceptions.MqttSessionExpiredException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The publishes that the broker has not acknowledged yet.
 * <p>
 * They wait here, not in the client, which would block its caller: for the connection, and for a place in the server's
 * Receive Maximum. One that fails because the connection or the session went is tried again.
 */
final class PublishQueue {
    static final int MOST_IN_FLIGHT = 1000;
    private static final long PAUSE_MILLIS = 100;

    private final Supplier<Mqtt5AsyncClient> client;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final Queue<Pending> waiting = new PriorityQueue<>(Comparator.comparingLong(pending -> pending.number));
    private final Set<Pending> inFlight = new HashSet<>();
    private long numbers;
    private int most;
    private boolean stopped;

    /** @param executor runs what follows a publish */
    PublishQueue(Supplier<Mqtt5AsyncClient> client, Executor executor, ScheduledExecutorService timer) {
        this.client = client;
        this.executor = executor;
        this.timer = timer;
    }

    void add(Mqtt5Publish message, Outcome outcome) {
        boolean late;
        synchronized (this) {
            // Read once: if the stop comes right behind, it is what ends the publish.
            late = stopped;
            if (!late) {
                waiting.add(new Pending(message, outcome, numbers++));
            }
        }
        if (late) {
            outcome.done(null, stopping());
            return;
        }
        send();
    }

    /** @param serverReceiveMaximum publishes that the server accepts unacknowledged */
    void connected(int serverReceiveMaximum) {
        synchronized (this) {
            most = Math.min(serverReceiveMaximum, MOST_IN_FLIGHT);
        }
        send();
    }

    synchronized void disconnected() {
        most = 0;
    }

    /** The client that had them in flight will not answer: they are for the next one. */
    synchronized void lost() {
        inFlight.forEach(pending -> waiting.add(new Pending(pending.message, pending.outcome, pending.number)));
        inFlight.clear();
    }

    /** Fails what is not acknowledged yet, and everything from now on. */
    void stop() {
        List<Pending> unfinished;
        synchronized (this) {
            stopped = true;
            unfinished = new ArrayList<>(inFlight);
            unfinished.addAll(waiting);
            inFlight.clear();
            waiting.clear();
        }
        unfinished.forEach(pending -> finish(pending, null, stopping()));
    }

    synchronized boolean hasRoom() {
        return waiting.isEmpty() && inFlight.size() < most;
    }

    synchronized int size() {
        return waiting.size() + inFlight.size();
    }

    private void send() {
        for (Pending next = take(); next != null; next = take()) {
            Pending pending = next;
            client.get().publish(pending.message).whenComplete((result, failure) -> answered(pending, result, failure));
        }
    }

    private synchronized Pending take() {
        if (stopped || inFlight.size() >= most) {
            return null;
        }
        Pending next = waiting.poll();
        if (next != null) {
            inFlight.add(next);
        }
        return next;
    }

    private void answered(Pending pending, Mqtt5PublishResult result, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        synchronized (this) {
            if (!inFlight.remove(pending)) {
                return;
            }
            if (isConnectionLost(cause)) {
                waiting.add(pending);
                timer.schedule(this::send, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                return;
            }
        }
        if (cause == null) {
            finish(pending, reasonCode(result), null);
        } else if (cause instanceof Mqtt5PubAckException refused) {
            Mqtt5PubAckReasonCode code = refused.getMqttMessage().getReasonCode();
            finish(pending, code.getCode(), new PublishRefusedException(pending.topic(), code.getCode(), code.toString(), cause));
        } else {
            int code = Mqtt5PubAckReasonCode.UNSPECIFIED_ERROR.getCode();
            finish(pending, null, new PublishRefusedException(pending.topic(), code, cause.getMessage(), cause));
        }
        send();
    }

    private void finish(Pending pending, Integer reasonCode, Exception failure) {
        executor.execute(() -> pending.outcome.done(reasonCode, failure));
    }

    private static boolean isConnectionLost(Throwable cause) {
        return cause instanceof ConnectionClosedException || cause instanceof ConnectionFailedException
                || cause instanceof MqttSessionExpiredException || cause instanceof MqttClientStateException;
    }

    private static int reasonCode(Mqtt5PublishResult result) {
        return result instanceof Mqtt5PublishResult.Mqtt5Qos1Result qos1 ? qos1.getPubAck().getReasonCode().getCode() : 0;
    }

    private static Exception stopping() {
        return new CancellationException("the MQTT connection is stopping, the publish is not acknowledged");
    }

    /** Hears how a publish ended. */
    interface Outcome {
        /**
         * @param reasonCode the broker's, or null if it gave none
         * @param failure null if the broker took the message
         */
        void done(Integer reasonCode, Exception failure);
    }

    private static final class Pending {
        private final Mqtt5Publish message;
        private final Outcome outcome;
        private final long number;

        Pending(Mqtt5Publish message, Outcome outcome, long number) {
            this.message = message;
            this.outcome = outcome;
            this.number = number;
        }

        String topic() {
            return message.getTopic().toString();
        }
    }
}
