package dev.otaroutes.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;

/**
 * The connections that publish for the endpoints of another one: the first, and some more once a server has said that it takes only few
 * unacknowledged publishes on each (Receive Maximum). So many in the time that it takes to acknowledge one is else the most that can be
 * published, however fast either side is.
 * <p>
 * A topic stays with its connection while that is connected, so its messages stay in order; else the first one has it. The others
 * may be refused by the server, which then costs nothing but speed.
 */
final class Publishers {
    private static final int FEW = 100;
    private static final int MOST = 4;

    private final MqttThreads threads;
    private final IntFunction<MqttConnection> make;
    private final List<MqttConnection> connections = new CopyOnWriteArrayList<>();
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
        if (connections.size() == 1 && first().receiveMaximum() < FEW) {
            addConnections();
        }
        MqttConnection own = connections.get(Math.floorMod(message.getTopic().hashCode(), connections.size()));
        (own.connected() ? own : first()).publish(message, outcome);
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
