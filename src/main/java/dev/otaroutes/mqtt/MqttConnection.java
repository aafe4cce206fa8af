package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ExecutorServiceManager;

/** The one connection of all endpoints whose options agree: connects, connects again, and stops. */
final class MqttConnection {
    private static final int THREADS = 8;
    private static final long HOLD_SECONDS = 30;
    private static final long STOP_SECONDS = 2;
    private static final String LINK = "connection";

    private final ConnectionOptions options;
    private final Consumer<String> takenOverListener;
    private final Problems problems;
    private final Mqtt5AsyncClient client;
    private final ExecutorServiceManager threads;
    private final List<ExecutorService> pools = new ArrayList<>();
    private final ScheduledExecutorService timer;
    private final Subscriptions subscriptions;
    private final DeliveryWindow deliveries;
    private final PublishQueue publishes;
    /** Used on the client's one network thread only. */
    private final Reconnects reconnects = new Reconnects();
    private ScheduledFuture<?> holdEnds;
    private boolean started;
    private volatile boolean stopped;
    private volatile boolean connected;
    private volatile boolean takenOver;
    private volatile CompletableFuture<Void> pause = CompletableFuture.completedFuture(null);

    /** @throws IllegalArgumentException if the options cannot be connected with */
    MqttConnection(ConnectionOptions options, CamelContext context, Consumer<String> takenOverListener) {
        this.options = options;
        this.takenOverListener = takenOverListener;
        this.problems = new Problems(options);
        this.client = options.applyTo(MqttClient.builder().useMqttVersion5())
                .addConnectedListener(connect -> connected((Mqtt5ClientConnectedContext) connect))
                .addDisconnectedListener(disconnect -> disconnected((Mqtt5ClientDisconnectedContext) disconnect))
                .buildAsync();
        this.threads = context.getExecutorServiceManager();
        this.timer = threads.newSingleThreadScheduledExecutor(this, "MqttTimer");
        List<Executor> lanes = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            ExecutorService lane = threads.newSingleThreadExecutor(this, "MqttIn");
            pools.add(lane);
            lanes.add(lane);
        }
        ExecutorService outcomes = threads.newFixedThreadPool(this, "MqttOut", THREADS);
        pools.add(outcomes);
        this.subscriptions = new Subscriptions(client, timer, problems);
        this.deliveries = new DeliveryWindow(subscriptions, lanes, timer, problems, options.receiveMaximum());
        this.publishes = new PublishQueue(client, outcomes, timer);
        // Before the connection: what the broker sends right after CONNACK has somewhere to go.
        client.publishes(MqttGlobalPublishFilter.ALL, deliveries::arrived, true);
    }

    ConnectionOptions options() {
        return options;
    }

    /** Connects, as soon as there is a broker. */
    synchronized void start() {
        if (!started && !stopped) {
            started = true;
            hold();
            client.connect(options.connect());
        }
    }

    void subscribe(Subscriber subscriber) {
        subscriptions.add(subscriber);
        hold();
    }

    void unsubscribe(Subscriber subscriber) {
        subscriptions.remove(subscriber);
        if (!stopped) {
            hold();
            timer.schedule(() -> subscriptions.forget(subscriber.filter()), HOLD_SECONDS, TimeUnit.SECONDS);
        }
    }

    void publish(Mqtt5Publish message, PublishQueue.Outcome outcome) {
        publishes.add(message, outcome);
    }

    MqttState state() {
        return new MqttState(options.brokerUrl(), options.clientId(), connected,
                List.copyOf(subscriptions.filters(true)), List.copyOf(subscriptions.filters(false)),
                deliveries.exchanges(), deliveries.queued(), deliveries.held(), deliveries.failing(), deliveries.unroutable(),
                publishes.size(), takenOver, problems.now());
    }

    /** Acknowledges nothing more, fails the publishes that wait, and says goodbye; the session stays. */
    void stop() {
        synchronized (this) {
            stopped = true;
        }
        deliveries.stop();
        publishes.stop();
        pause.complete(null);
        if (connected) {
            try {
                client.disconnect().get(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                problems.warn("the broker did not confirm the end of the connection: " + Problems.describe(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        threads.shutdownNow(timer);
        pools.forEach(threads::shutdown);
    }

    /** Routes come and go, at the start and while they are reloaded: a message without one waits for a while. */
    private synchronized void hold() {
        deliveries.hold(true);
        if (holdEnds != null) {
            holdEnds.cancel(false);
        }
        holdEnds = timer.schedule(() -> deliveries.hold(false), HOLD_SECONDS, TimeUnit.SECONDS);
    }

    private void connected(Mqtt5ClientConnectedContext connect) {
        if (stopped) {
            client.disconnect();
            return;
        }
        connected = true;
        reconnects.connected();
        problems.solved(LINK);
        problems.info(connect.getConnAck().isSessionPresent() ? "connected, session resumed" : "connected, new session");
        subscriptions.connected();
        publishes.connected(connect.getConnAck().getRestrictions().getReceiveMaximum());
    }

    private void disconnected(Mqtt5ClientDisconnectedContext disconnect) {
        connected = false;
        subscriptions.disconnected();
        publishes.disconnected();
        deliveries.disconnected();
        if (stopped) {
            return;
        }
        if (isTakenOver(disconnect)) {
            takenOver = true;
            problems.found(LINK, "another client took over the session of client ID [" + options.clientId()
                    + "] (0x8e); this one stays disconnected. Give each process a client ID of its own");
            timer.execute(() -> takenOverListener.accept(options.clientId()));
            return;
        }
        reconnects.disconnected();
        problems.found(LINK, "not connected, trying again: " + Problems.describe(disconnect.getCause()) + (reconnects.suspicious()
                ? "; connections end as soon as they are made: does another process use client ID [" + options.clientId() + "]?" : ""));
        pause = new CompletableFuture<Void>().completeOnTimeout(null, reconnects.pauseMillis(), TimeUnit.MILLISECONDS);
        disconnect.getReconnector().connect(options.connect())
                .reconnectWhen(pause, (done, failure) -> {
                    if (stopped) {
                        disconnect.getReconnector().reconnect(false);
                    }
                });
    }

    private static boolean isTakenOver(Mqtt5ClientDisconnectedContext disconnect) {
        return disconnect.getSource() == MqttDisconnectSource.SERVER
                && disconnect.getCause() instanceof Mqtt5DisconnectException cause
                && cause.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER;
    }
}
