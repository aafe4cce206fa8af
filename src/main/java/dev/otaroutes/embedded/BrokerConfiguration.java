package dev.otaroutes.embedded;

import java.util.HashMap;
import java.util.Map;

import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** How Artemis is set up for {@link EmbeddedBroker}: what differs from its defaults, and why. */
final class BrokerConfiguration {
    /** Memory for messages before they are paged to disk, bytes. */
    static final long MEMORY_BYTES = 24L << 20;
    /** A larger MQTT packet ends its connection with 0x95, bytes; announced to clients at connect. */
    static final int PACKET_BYTES = 1 << 20;
    static final String ACCEPTOR = "mqtt";
    private static final int PAGE_BYTES = 1 << 20;
    private static final int JOURNAL_FILE_BYTES = 4 << 20;
    private static final long LOCK_WAIT_MS = 1_000;
    private static final long SESSION_SCAN_MS = 1_000;
    /** MQTT 3.1.1 clients cannot name a session expiry: a day, as {@code ota.mqtt.session-expiry-seconds}. */
    private static final int OLD_CLIENTS_SESSION_SECONDS = 86_400;

    private BrokerConfiguration() {
    }

    static Configuration of(EmbeddedBrokerSettings settings) {
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
                .setGlobalMaxSize(MEMORY_BYTES)
                // MQTT's own separators, so that a topic with a dot is not taken for two levels.
                .setWildcardRoutingEnabled(true)
                .setWildCardConfiguration(MQTTUtil.MQTT_WILDCARD);
        broker.getIncomingInterceptorClassNames().add(ConnackFirst.class.getName());
        broker.getIncomingInterceptorClassNames().add(ValidPackets.class.getName());
        broker.registerBrokerPlugin(new OrderedDelivery());
        broker.addAcceptorConfiguration(acceptor(settings));
        broker.addAddressSetting("#", addresses());
        return broker;
    }

    private static TransportConfiguration acceptor(EmbeddedBrokerSettings settings) {
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
                .setMaxDeliveryAttempts(-1);
    }
}
