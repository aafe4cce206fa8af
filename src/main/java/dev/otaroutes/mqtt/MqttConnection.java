package dev.otaroutes.mqtt;

import com.hivemq.client.internal.mqtt.MqttClientConfig;
import com.hivemq.client.internal.mqtt.MqttClientConnectionConfig;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A connection of all endpoints whose options agree, the one that subscribes or the one that publishes: connects, connects again, and stops. */
final class MqttConnection {
    private static final long STOP_SECONDS = 2;
    /** Longer than a broker takes to answer; the answer may be behind more messages than are read before their exchanges have published. */
    private static final long SUBSCRIBED_SECONDS = 2;
    private static final String LINK = "connection";

    private final ConnectionOptions options;
    private final Duration hold;
    private final Supplier<CompletableFuture<Void>> publishesAfter;
    private final Consumer<String> takenOverListener;
    private final Problems problems;
    private final MqttThreads threads;
    private final Subscriptions subscriptions;
    private final DeliveryWindow deliveries;
    private final PublishQueue publishes;
    /** Used on the one network thread of the client only. */
    private final Reconnects reconnects;
    private volatile Mqtt5AsyncClient client;
    private volatile int clients;
    private ScheduledFuture<?> holdEnds;
    private boolean started;
    private volatile boolean stopped;
    private volatile boolean connected;
    private volatile boolean takenOver;
    private volatile int largestPacket = Integer.MAX_VALUE;
    private volatile int receiveMaximum = Integer.MAX_VALUE;
    private volatile CompletableFuture<Void> pause = CompletableFuture.completedFuture(null);
    private volatile CompletableFuture<Void> subscribed = new CompletableFuture<>();

    /**
     * @param threads to be stopped by who brings them, after the connections that use them
     * @param hold how long a message waits for a route that wants it, after the start and after a route was removed
     * @param publishesAfter what the publishes of a new connection wait for
     * @throws IllegalArgumentException if the options cannot be connected with
     */
    MqttConnection(ConnectionOptions options, MqttThreads threads, Duration hold, Supplier<CompletableFuture<Void>> publishesAfter,
            Consumer<String> takenOverListener) {
        this.options = options;
        this.reconnects = new Reconnects(options.receiveMaximum());
        this.hold = hold;
        this.publishesAfter = publishesAfter;
        this.takenOverListener = takenOverListener;
        this.problems = new Problems(options);
        this.threads = threads;
        this.client = newClient();
        this.subscriptions = new Subscriptions(() -> client, threads.timer, problems);
        this.deliveries = new DeliveryWindow(subscriptions, threads.lanes, threads.timer, problems,
                new Reading(() -> channel(client.getConfig()), threads.timer, options.keepAliveSeconds()), options.receiveMaximum());
        this.publishes = new PublishQueue(() -> client, threads.outcomes, threads.timer);
    }

    private Mqtt5AsyncClient newClient() {
        int number = ++clients;
        Mqtt5AsyncClient made = options.applyTo(MqttClient.builder().useMqttVersion5(), threads.network)
                .addConnectedListener(connect -> {
                    if (number == clients) {
                        connected((Mqtt5ClientConnectedContext) connect);
                    } else {
                        closeChannel(connect.getClientConfig());
                    }
                })
                .addDisconnectedListener(disconnect -> {
                    if (number == clients) {
                        disconnected((Mqtt5ClientDisconnectedContext) disconnect);
                    }
                })
                .buildAsync();
        // Before the connection: what the broker sends right after CONNACK has somewhere to go.
        // On the network thread: another one can fall behind by more messages than the window is to hold, unseen by it.
        made.publishes(MqttGlobalPublishFilter.ALL, message -> {
            if (number == clients) {
                deliveries.arrived(message);
            }
        }, Runnable::run, true);
        return made;
    }

    /**
     * The broker sent a message before CONNACK (MQTT-3.2.0-1), as Artemis 2.55.0 may, and CONNACK right behind it. The client ended that
     * connection and takes the CONNACK all the same: it never leaves the connection, and fails to make another (HiveMQ MQTT client 1.3.7).
     */
    private void replaceClient() {
        Mqtt5AsyncClient lost = client;
        client = newClient();
        publishes.lost();
        closeChannel(lost.getConfig());
        // Later than what the one that is lost may still try: it must not take the session away again.
        long millis = reconnects.pauseMillis();
        pause.thenRun(() -> threads.timer.schedule(() -> {
            if (!stopped) {
                client.connect(options.connect(reconnects.receiveMaximum()));
            }
        }, millis, TimeUnit.MILLISECONDS));
    }

    private static void closeChannel(com.hivemq.client.mqtt.MqttClientConfig of) {
        Channel channel = channel(of);
        if (channel != null) {
            channel.close();
        }
    }

    /** @return null while there is no connection */
    private static Channel channel(com.hivemq.client.mqtt.MqttClientConfig of) {
        MqttClientConnectionConfig connection = ((MqttClientConfig) of).getRawConnectionConfig();
        return connection == null ? null : connection.getChannel();
    }

    ConnectionOptions options() {
        return options;
    }

    MqttThreads threads() {
        return threads;
    }

    /** Connects, as soon as there is a broker. */
    synchronized void start() {
        if (!started && !stopped) {
            started = true;
            hold();
            client.connect(options.connect(options.receiveMaximum()));
        }
    }

    void subscribe(Subscriber subscriber) {
        subscriptions.add(subscriber);
        hold();
    }

    void unsubscribe(Subscriber subscriber) {
        if (subscriptions.remove(subscriber) && !stopped) {
            hold();
            threads.timer.schedule(() -> subscriptions.forget(subscriber.filter()), hold.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** @return done when the broker knows what is subscribed on the live connection, or on the next one when there is none */
    CompletableFuture<Void> subscribed() {
        return subscribed;
    }

    void publish(Mqtt5Publish message, PublishQueue.Outcome outcome) {
        publishes.add(message, outcome);
    }

    /** @return bytes that the broker takes at a time, by its latest CONNACK */
    int largestPacket() {
        return largestPacket;
    }

    /** @return whether what is published goes out at once */
    boolean hasRoomToPublish() {
        return publishes.hasRoom();
    }

    /** @return publishes that the broker has not acknowledged yet, or that wait for it */
    int publishing() {
        return publishes.size();
    }

    /** @return unacknowledged publishes that the broker takes at a time, by its latest CONNACK */
    int receiveMaximum() {
        return receiveMaximum;
    }

    boolean connected() {
        return connected;
    }

    MqttState state() {
        return new MqttState(options.brokerUrl(), options.clientId(), connected,
                List.copyOf(subscriptions.filters(true)), List.copyOf(subscriptions.filters(false)),
                deliveries.exchanges(), deliveries.queued(), deliveries.held(), deliveries.failing(), deliveries.stuck(System.nanoTime()),
                deliveries.unroutable(), publishes.size(), takenOver, problems.now());
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
    }

    /** Routes come and go, at the start and while they are reloaded: a message without one waits for a while. */
    private synchronized void hold() {
        deliveries.hold(true);
        if (holdEnds != null) {
            holdEnds.cancel(false);
        }
        holdEnds = threads.timer.schedule(() -> deliveries.hold(false), hold.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void connected(Mqtt5ClientConnectedContext connect) {
        if (stopped) {
            client.disconnect();
            return;
        }
        if (!pause.isDone()) {
            replaceClient();
            return;
        }
        Channel channel = channel(connect.getClientConfig());
        LenientPublishes.install(channel);
        channel.pipeline().addFirst(new ReadPace(threads.pools));
        connected = true;
        largestPacket = connect.getConnAck().getRestrictions().getMaximumPacketSize();
        receiveMaximum = connect.getConnAck().getRestrictions().getReceiveMaximum();
        reconnects.connected();
        problems.solved(LINK);
        problems.info(connect.getConnAck().isSessionPresent() ? "connected, session resumed" : "connected, new session");
        deliveries.connected(connect.getConnAck().isSessionPresent());
        CompletableFuture<Void> answered = subscribed;
        subscriptions.connected().completeOnTimeout(null, SUBSCRIBED_SECONDS, TimeUnit.SECONDS).thenRun(() -> {
            if (connected) {
                answered.complete(null);
            }
        });
        int most = receiveMaximum;
        publishesAfter.get().thenRun(() -> {
            if (connected) {
                publishes.connected(most);
            }
        });
    }

    private void disconnected(Mqtt5ClientDisconnectedContext disconnect) {
        connected = false;
        if (subscribed.isDone()) {
            subscribed = new CompletableFuture<>();
        }
        subscriptions.disconnected();
        publishes.disconnected();
        deliveries.disconnected();
        if (stopped) {
            return;
        }
        if (isDisconnect(disconnect, MqttDisconnectSource.SERVER, Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER)) {
            takenOver = true;
            problems.found(LINK, "another client took over the session of client ID [" + options.clientId()
                    + "] (0x8e); this one stays disconnected. Give each process a client ID of its own");
            threads.timer.execute(() -> takenOverListener.accept(options.clientId()));
            return;
        }
        reconnects.disconnected(disconnect.getSource() == MqttDisconnectSource.SERVER);
        if (isDisconnect(disconnect, MqttDisconnectSource.CLIENT, Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED)) {
            problems.warn("the broker sends more messages than Receive Maximum allows, which now becomes [" + reconnects.raiseReceiveMaximum() + "]");
        }
        problems.found(LINK, "not connected, trying again: " + Problems.describe(disconnect.getCause()) + (reconnects.suspicious()
                ? "; connections end as soon as they are made: does another process use client ID [" + options.clientId() + "]?" : ""));
        pause = new CompletableFuture<Void>().completeOnTimeout(null, reconnects.pauseMillis(), TimeUnit.MILLISECONDS);
        int number = clients;
        disconnect.getReconnector().connect(options.connect(reconnects.receiveMaximum()))
                .reconnectWhen(pause, (done, failure) -> {
                    if (stopped || number != clients) {
                        disconnect.getReconnector().reconnect(false);
                    }
                });
    }

    private static boolean isDisconnect(Mqtt5ClientDisconnectedContext disconnect, MqttDisconnectSource source, Mqtt5DisconnectReasonCode code) {
        return disconnect.getSource() == source && disconnect.getCause() instanceof Mqtt5DisconnectException cause
                && cause.getMqttMessage().getReasonCode() == code;
    }
}
