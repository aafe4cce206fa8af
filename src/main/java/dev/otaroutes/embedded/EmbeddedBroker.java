package dev.otaroutes.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTConnection;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTStateManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * The MQTT 5 broker of the embedded default: ActiveMQ Artemis in this process.
 * <ul>
 * <li>A QoS 1 message is acknowledged after it is synced to the journal: a kill loses nothing.
 * <li>Messages that nobody fetches go to disk above {@value #MEMORY_BYTES} bytes; memory stays flat.
 * <li>A message waits for its subscriber as long as the session lives; it is never given up after too many deliveries.
 * <li>MQTT only: no other protocol, no JMX, no web console.
 * </ul>
 * Not thread-safe; a closed broker can be started again.
 */
public final class EmbeddedBroker implements AutoCloseable {
    /** Memory for messages before they are paged to disk, bytes. */
    static final long MEMORY_BYTES = 24L << 20;
    /** A larger MQTT packet ends its connection with 0x95, bytes; announced to clients at connect. */
    static final int PACKET_BYTES = 1 << 20;

    private static final String ACCEPTOR = "mqtt";
    private static final int PAGE_BYTES = 1 << 20;
    private static final int JOURNAL_FILE_BYTES = 4 << 20;
    private static final long FREE_DISK_BYTES = 64L << 20;
    private static final long LOCK_WAIT_MS = 1_000;
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    private static final long SESSION_SCAN_MS = 1_000;
    private static final long FORGET_TOPIC_AFTER_MS = 600_000;
    /** MQTT 3.1.1 clients cannot name a session expiry: a day, as {@code ota.mqtt.session-expiry-seconds}. */
    private static final int OLD_CLIENTS_SESSION_SECONDS = 86_400;

    private final EmbeddedBrokerSettings settings;
    private ActiveMQServer server;

    public EmbeddedBroker(EmbeddedBrokerSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts the broker and returns when it accepts connections.
     *
     * @throws IllegalStateException if the port or the directory is in use, the directory cannot be written,
     *                               or the broker does not come up; the message names the value
     */
    public void start() {
        if (server != null) {
            throw new IllegalStateException("the embedded broker is already started on " + settings);
        }
        requireFreePort();
        requireDirectory();
        ActiveMQServer starting = new ActiveMQServerImpl(configuration(), null, new OneUser(settings));
        try {
            starting.start();
        } catch (Exception e) {
            stop(starting);
            throw new IllegalStateException("the embedded broker did not start on " + settings + ": " + e.getMessage(), e);
        }
        if (!accepts(starting)) {
            stop(starting);
            throw new IllegalStateException("the embedded broker did not start on " + settings
                    + ": the journal's directory [" + settings.directory() + "] may be in use by another process");
        }
        server = starting;
    }

    /** Stops accepting, syncs and closes the journal. Does nothing when not started. */
    @Override
    public void close() {
        if (server != null) {
            sayGoodbye(server);
            stop(server);
            server = null;
        }
    }

    private static boolean accepts(ActiveMQServer server) {
        return server.isActive() && server.getRemotingService().getAcceptor(ACCEPTOR) != null
                && server.getRemotingService().getAcceptor(ACCEPTOR).isStarted();
    }

    /** Lets connections end before the journal does: their ends are written to it. */
    private static void sayGoodbye(ActiveMQServer server) {
        server.getRemotingService().pauseAcceptors();
        server.getRemotingService().getConnections().forEach(connection -> connection.disconnect(false));
        try {
            Map<String, MQTTConnection> connected = MQTTStateManager.getInstance(server).getConnectedClients();
            long deadline = System.nanoTime() + GOODBYE.toNanos();
            while (!connected.isEmpty() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(GOODBYE.toNanos() / 200);
            }
        } catch (Exception e) {
            throw new IllegalStateException("the embedded broker lost track of its clients: " + e.getMessage(), e);
        }
    }

    private static void stop(ActiveMQServer server) {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded broker did not stop: " + e.getMessage(), e);
        }
    }

    /** Asks before the start: the broker itself only logs that it could not listen. */
    private void requireFreePort() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port()));
        } catch (IOException e) {
            throw new IllegalStateException("the embedded broker cannot listen on [" + settings.host() + ":"
                    + settings.port() + "]: " + e.getMessage(), e);
        }
    }

    private void requireDirectory() {
        Path directory = settings.directory();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the embedded broker cannot write its journal to [" + directory + "]: " + e, e);
        }
    }

    private Configuration configuration() {
        String directory = settings.directory().toAbsolutePath().toString();
        Configuration broker = new ConfigurationImpl()
                .setName("ota-routes")
                .setJournalType(JournalType.NIO)
                .setJournalDirectory(directory + "/journal")
                .setBindingsDirectory(directory + "/bindings")
                .setPagingDirectory(directory + "/paging")
                .setLargeMessagesDirectory(directory + "/large-messages")
                .setNodeManagerLockDirectory(directory)
                // What makes PUBACK a promise: the client's acknowledgement waits for these syncs.
                .setJournalSyncTransactional(true)
                .setJournalSyncNonTransactional(true)
                .setJournalFileSize(JOURNAL_FILE_BYTES)
                .setJournalLockAcquisitionTimeout(LOCK_WAIT_MS)
                .setMqttSessionScanInterval(SESSION_SCAN_MS)
                .setSecurityEnabled(settings.secured())
                .setJMXManagementEnabled(false)
                .setSuppressSessionNotifications(true)
                // It would stop the broker when a busy machine makes a thread wait.
                .setCriticalAnalyzer(false)
                .setThreadPoolMaxSize(8)
                .setScheduledThreadPoolMaxSize(2)
                // Not the share of the disk that is used: a laptop's disk is often fuller than any such limit.
                .setMaxDiskUsage(-1)
                .setMinDiskFree(FREE_DISK_BYTES)
                .setGlobalMaxSize(MEMORY_BYTES)
                // MQTT's own separators, so that a topic with a dot is not taken for two levels.
                .setWildcardRoutingEnabled(true)
                .setWildCardConfiguration(MQTTUtil.MQTT_WILDCARD);
        broker.addAcceptorConfiguration(acceptor());
        broker.addAddressSetting("#", addresses());
        return broker;
    }

    private TransportConfiguration acceptor() {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put(TransportConstants.HOST_PROP_NAME, settings.host());
        parameters.put(TransportConstants.PORT_PROP_NAME, settings.port());
        parameters.put(TransportConstants.PROTOCOLS_PROP_NAME, "MQTT");
        parameters.put(TransportConstants.USE_EPOLL_PROP_NAME, false);
        parameters.put(TransportConstants.USE_KQUEUE_PROP_NAME, false);
        parameters.put(TransportConstants.REMOTING_THREADS_PROPNAME, 2);
        Map<String, Object> mqtt = new HashMap<>();
        mqtt.put("maximumPacketSize", PACKET_BYTES);
        mqtt.put("defaultMqttSessionExpiryInterval", OLD_CLIENTS_SESSION_SECONDS);
        return new TransportConfiguration(NettyAcceptorFactory.class.getName(), parameters, ACCEPTOR, mqtt);
    }

    private static AddressSettings addresses() {
        return new AddressSettings()
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                .setPageSizeBytes(PAGE_BYTES)
                .setMaxReadPageBytes(2 * PAGE_BYTES)
                // By default a message is thrown away after ten deliveries, and a reconnect counts as one.
                .setMaxDeliveryAttempts(-1)
                // A topic is a journal entry: forget the idle ones, but not between two reports of a device.
                .setAutoDeleteAddressesDelay(FORGET_TOPIC_AFTER_MS);
    }
}
