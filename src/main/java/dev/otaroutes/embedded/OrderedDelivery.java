package dev.otaroutes.embedded;

import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;

/**
 * Sends the messages of a topic in the order in which they came (MQTT-4.6.0-6).
 * <p>
 * Artemis 2.55.0 sends a packet when the journal has what the thread that sends it wrote before. A queue is delivered by one thread after
 * another, each of which may have written for other clients: what the next one sends then goes first (ARTEMIS-6191). Here what all of them
 * send to a session waits for that session only.
 */
final class OrderedDelivery implements ActiveMQServerMessagePlugin {
    private final ThreadLocal<OperationContext> ofThread = new ThreadLocal<>();
    private ActiveMQServer broker;

    @Override
    public void registered(ActiveMQServer server) {
        broker = server;
    }

    @Override
    public void beforeDeliver(ServerConsumer consumer, MessageReference message) {
        ServerSession session = broker.getSessionByID(consumer.getSessionID());
        if (session != null) {
            StorageManager storage = broker.getStorageManager();
            ofThread.set(storage.getContext());
            storage.setContext(session.getSessionContext());
        }
    }

    @Override
    public void afterDeliver(ServerConsumer consumer, MessageReference message) {
        OperationContext before = ofThread.get();
        if (before != null) {
            ofThread.remove();
            broker.getStorageManager().setContext(before);
        }
    }
}
