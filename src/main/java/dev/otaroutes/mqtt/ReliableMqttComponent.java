package dev.otaroutes.mqtt;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Component;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5ComponentConfigurer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5EndpointConfigurer;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.PropertyConfigurer;

/**
 * The {@code paho-mqtt5:} endpoints of Camel, with its options and headers, on the HiveMQ MQTT client.
 * <ul>
 * <li>A message is acknowledged when its exchange is done; one whose exchange fails is tried again until it succeeds.
 * <li>A publish is done when the broker acknowledged it; it waits, and is repeated, while the broker is away.
 * <li>A broker that is not there is waited for, and every filter is subscribed again on every connect.
 * <li>Endpoints whose client ID and broker agree share one connection, which opens when the context has started. Those that publish have
 * a second one, whose client ID ends in {@code -publish}: on one of its own, the broker's answer to a publish is not behind the messages that
 * wait to be read, which are not read until that answer is there. It publishes once the filters of the first one are subscribed: what
 * is published may be answered at once. Where the broker's Receive Maximum is small and does not suffice there are a few more of these,
 * {@code -publish-2} and on; messages to one topic stay in order.
 * </ul>
 * Delivery is at least once. {@link MqttOptions} lists the options and their defaults; any other is refused by name.
 */
public final class ReliableMqttComponent extends PahoMqtt5Component {
    /** The scheme that this component stands in for. */
    public static final String SCHEME = "paho-mqtt5";
    /** Header after a publish: the broker's reason code (int); 0 or 16 (no matching subscribers), or 128 and above when refused. */
    public static final String REASON_CODE = "CamelPahoMqtt5ReasonCode";

    /** Header of a message that came in: whether the broker may have sent it on an earlier connection (boolean). */
    public static final String MAY_BE_REPEATED = "CamelPahoMqtt5MayBeRepeated";

    private static final Supplier<CompletableFuture<Void>> AT_ONCE = () -> CompletableFuture.completedFuture(null);

    private final Map<String, MqttConnection> connections = new ConcurrentHashMap<>();
    private final Map<MqttConnection, Publishers> publishers = new ConcurrentHashMap<>();
    /** By broker: a thread for each connection would be woken for its share, and one for all brokers waits while the name of one is looked up. */
    private final Map<String, Executor> networks = new ConcurrentHashMap<>();
    private final Set<String> takenOver = ConcurrentHashMap.newKeySet();
    private volatile Consumer<String> takenOverListener = clientId -> { };
    private int maximumPacketSize = 1024 * 1024;
    private Duration hold = Duration.ofSeconds(30);
    private volatile boolean contextStarted;

    public ReliableMqttComponent() {
        setConfiguration(MqttOptions.defaults());
    }

    /**
     * Makes the context's {@code paho-mqtt5:} endpoints reliable. To be called before the first of them is created.
     *
     * @return the component, for settings that are not options of an endpoint
     */
    public static ReliableMqttComponent addTo(CamelContext context) {
        ReliableMqttComponent component = new ReliableMqttComponent();
        context.addComponent(SCHEME, component);
        return component;
    }

    /**
     * Hears the client ID when the broker gave its session to another connection (DISCONNECT 0x8E). This one then stays
     * closed: two processes with one client ID would throw each other out for ever.
     */
    public void setTakenOverListener(Consumer<String> listener) {
        this.takenOverListener = listener;
    }

    /** @param bytes the largest packet that the broker may send, 1 MiB by default; it drops a larger one for us */
    public void setMaximumPacketSize(int bytes) {
        this.maximumPacketSize = bytes;
    }

    /** @param hold how long a message of a removed route waits for the route's new version, 30 s by default; then it is dropped with a warning */
    public void setHold(Duration hold) {
        this.hold = hold;
    }

    /** What each connection is doing, for metrics. */
    public List<MqttState> states() {
        return all().map(MqttConnection::state).toList();
    }

    /** What each connection is doing that something would stand still without, for health. */
    public List<MqttState> neededStates() {
        return Stream.concat(connections.values().stream(), publishers.values().stream().map(Publishers::first)).map(MqttConnection::state).toList();
    }

    /** @return whether a broker is there to take what is published under the client ID; true if nothing is */
    public boolean canPublish(String clientId) {
        return publishers.entrySet().stream().filter(of -> of.getKey().options().clientId().equals(clientId))
                .allMatch(of -> of.getKey().connected() && of.getValue().first().connected());
    }

    /** @return bytes of the largest packet that may be published on every connection, as the brokers said when they were connected to */
    public int largestPacket() {
        return all().mapToInt(MqttConnection::largestPacket).min().orElse(Integer.MAX_VALUE);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        MqttOptions.refuseUnknown(parameters.keySet());
        PahoMqtt5Configuration configuration = getConfiguration().copy();
        ReliableMqttEndpoint endpoint = new ReliableMqttEndpoint(uri, remaining, this, configuration);
        setProperties(endpoint, parameters);
        MqttOptions.refuseUnsupported(this, endpoint);
        endpoint.setConnection(connection(ConnectionOptions.of(configuration, maximumPacketSize)));
        return endpoint;
    }

    private MqttConnection connection(ConnectionOptions options) {
        MqttConnection connection = connections.computeIfAbsent(options.brokerUrl() + " " + options.clientId(),
                key -> made(options, newThreads(options), AT_ONCE, options.clientId()));
        if (!connection.options().equals(options)) {
            throw new IllegalArgumentException("client ID [" + options.clientId() + "] is already connected to ["
                    + options.brokerUrl() + "] with other connection options: give all its endpoints the same, or this one its own clientId");
        }
        return connection;
    }

    /** @return the connections that publish for the endpoints of another one */
    Publishers publishers(MqttConnection of) {
        return publishers.computeIfAbsent(of, key -> {
            MqttThreads threads = newThreads(of.options());
            return new Publishers(threads, number -> made(of.options().forPublishing(number), threads, of::subscribed, of.options().clientId()));
        });
    }

    /** @param clientId as it was configured */
    private MqttConnection made(ConnectionOptions options, MqttThreads threads, Supplier<CompletableFuture<Void>> publishesAfter, String clientId) {
        MqttConnection made = new MqttConnection(options, threads, hold, publishesAfter, none -> takenOver(clientId));
        if (contextStarted) {
            made.start();
        }
        return made;
    }

    private MqttThreads newThreads(ConnectionOptions options) {
        Executor network = networks.computeIfAbsent(options.brokerUrl(), broker -> new ThreadPerTaskExecutor(new DefaultThreadFactory("MqttNetwork", true)));
        return new MqttThreads(getCamelContext().getExecutorServiceManager(), network);
    }

    /** Once: another process with the client ID takes all connections. */
    private void takenOver(String clientId) {
        if (takenOver.add(clientId)) {
            takenOverListener.accept(clientId);
        }
    }

    private Stream<MqttConnection> all() {
        return Stream.concat(connections.values().stream(), publishers.values().stream().flatMap(of -> of.all().stream()));
    }

    /** Camel's generated configurer, which is found by class name and so not for a subclass. */
    @Override
    public PropertyConfigurer getComponentPropertyConfigurer() {
        return new PahoMqtt5ComponentConfigurer();
    }

    /** As above, for the options in an endpoint's URI. */
    @Override
    public PropertyConfigurer getEndpointPropertyConfigurer() {
        return new PahoMqtt5EndpointConfigurer();
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        HealthCheckRegistry registry = HealthCheckRegistry.get(getCamelContext());
        if (registry != null) {
            registry.register(new MqttHealthCheck(this));
        }
        // After the consumers: a kept session starts to deliver as soon as it is connected.
        getCamelContext().addStartupListener(new ExtendedStartupListener() {
            @Override
            public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
                // routes may still be added by other listeners
            }

            @Override
            public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
                contextStarted = true;
                all().forEach(MqttConnection::start);
            }
        });
    }

    @Override
    protected void doStop() throws Exception {
        // What publishes ends last: a message whose publish fails before its connection has ended is reported as failed.
        List<MqttConnection> subscribe = List.copyOf(connections.values());
        List<Publishers> publish = List.copyOf(publishers.values());
        connections.clear();
        publishers.clear();
        subscribe.forEach(connection -> {
            connection.stop();
            connection.threads().stop();
        });
        publish.forEach(Publishers::stop);
        super.doStop();
    }
}
