package dev.otaroutes.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.apache.activemq.artemis.core.protocol.mqtt.MQTTConnection;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTStateManager;
import org.apache.activemq.artemis.core.server.ActiveMQServer;

/**
 * The MQTT 5 broker of the embedded default: ActiveMQ Artemis in this process.
 * <ul>
 * <li>A QoS 1 message is acknowledged after it is synced to the journal: a kill loses nothing.
 * <li>Messages that nobody fetches go to disk above 24 MiB; memory stays flat.
 * <li>A message waits for its subscriber as long as the session lives; it is never given up after too many deliveries.
 * <li>MQTT only: no other protocol, no JMX, no web console.
 * </ul>
 * Not thread-safe; a closed broker can be started again.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private static final long FREE_DISK_BYTES = 64L << 20;

    private final EmbeddedBrokerSettings settings;
    private final Consumer<String> broken;
    private final long freeDiskBytes;
    private volatile ActiveMQServer server;

    public EmbeddedBroker(EmbeddedBrokerSettings settings) {
        this(settings, reason -> { });
    }

    /** @param broken hears, in a sentence, why the broker has stopped by itself: its journal cannot be written */
    public EmbeddedBroker(EmbeddedBrokerSettings settings, Consumer<String> broken) {
        this(settings, broken, FREE_DISK_BYTES);
    }

    EmbeddedBroker(EmbeddedBrokerSettings settings, Consumer<String> broken, long freeDiskBytes) {
        this.settings = settings;
        this.broken = broken;
        this.freeDiskBytes = freeDiskBytes;
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
        ActiveMQServer starting = new SharedStoreServer(BrokerConfiguration.of(settings).setMinDiskFree(freeDiskBytes), new OneUser(settings));
        starting.registerIOCriticalErrorListener((cause, message, file) -> broken.accept("the embedded broker cannot write to ["
                + settings.directory() + "] and has stopped: " + cause.getMessage()));
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

    /** @return why devices are turned away although the broker runs; null if they are not */
    public String trouble() {
        ActiveMQServer running = server;
        return running != null && running.getPagingManager() != null && running.getPagingManager().isDiskFull()
                ? "less than " + (freeDiskBytes >> 20) + " MiB are free where [" + settings.directory() + "] is: the embedded broker takes no messages" : null;
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
        return server.isActive() && server.getRemotingService().getAcceptor(BrokerConfiguration.ACCEPTOR) != null
                && server.getRemotingService().getAcceptor(BrokerConfiguration.ACCEPTOR).isStarted();
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

    /** Asks before the start, by an address that is taken but not listened on: nobody must connect to the question. */
    private void requireFreePort() {
        try (Socket socket = new Socket()) {
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
}
