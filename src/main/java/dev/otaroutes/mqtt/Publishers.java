package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;

/**
 * The connections that publish for the endpoints of another one: the first, and some more once it has as many unacknowledged publishes as
 * its server takes, if those are few (Receive Maximum). So many in the time that it takes to acknowledge one would else be the most that can
 * be published, however fast either side is.
 * <p>
 * A publish follows those to the same topic that are under way, so they stay in order; else the first connection with room has it, since a
 * busy one costs less than several that wake up for each. The further ones may be refused by the server, which then costs nothing but speed.
 */
final class Publishers {
    private static final int FEW = 100;
    private static final int MOST = 4;

    private record Underway(MqttConnection on, int publishes) {
    }

    private final MqttThreads threads;
    private final IntFunction<MqttConnection> make;
    private final List<MqttConnection> connections = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<String, Underway> topics = new ConcurrentHashMap<>();
    private boolean stopped;

    /**
     * @param threads of all of them
     * @param make    makes a connection, and starts it as soon as it may; of the number of each, 1 first
     */
    Publishers(MqttThreads threads, IntFunction<MqttConnection> make) {
        this.threads = threads;
        this.make = make;
        connections.add(make.apply(1));
    }

    void publish(Mqtt5Publish message, PublishQueue.Outcome outcome) {
        String topic = message.getTopic().toString();
        topics.compute(topic, (key, before) -> before == null ? new Underway(choose(), 1) : new Underway(before.on, before.publishes + 1)).on
                .publish(message, (reasonCode, failure) -> {
                    topics.computeIfPresent(topic, (key, before) -> before.publishes == 1 ? null : new Underway(before.on, before.publishes - 1));
                    outcome.done(reasonCode, failure);
                });
    }

    private MqttConnection choose() {
        for (MqttConnection connection : connections) {
            if (connection.hasRoomToPublish()) {
                return connection;
            }
        }
        if (connections.size() == 1 && first().connected() && first().receiveMaximum() < FEW) {
            addConnections();
        }
        return connections.stream().filter(MqttConnection::connected).min(Comparator.comparingInt(MqttConnection::publishing)).orElse(first());
    }

    private synchronized void addConnections() {
        for (int number = connections.size() + 1; number <= MOST && !stopped; number++) {
            connections.add(make.apply(number));
        }
    }

    MqttConnection first() {
        return connections.get(0);
    }

    List<MqttConnection> all() {
        return connections;
    }

    synchronized void stop() {
        stopped = true;
        connections.forEach(MqttConnection::stop);
        threads.stop();
    }
}
