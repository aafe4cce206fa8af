package dev.otaroutes.mqtt;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;

/** A Camel context whose route stores each message, on another thread, and answers it with a publish. */
final class TransportUnderTest implements AutoCloseable {
    static final String IN = "/in/+/+";
    static final String OUT = "/out";
    /** As long as a group commit takes: a hundred messages are being worked on when the connection breaks. */
    private static final long COMMIT_MILLIS = 40;

    final CamelContext context = new DefaultCamelContext();
    final ReliableMqttComponent mqtt = ReliableMqttComponent.addTo(context);
    final Set<String> stored = ConcurrentHashMap.newKeySet();
    final AtomicLong deliveries = new AtomicLong();
    private final ScheduledExecutorService storing = Executors.newScheduledThreadPool(2);

    TransportUnderTest(String brokerUrl) {
        this(brokerUrl, "transport-under-test");
    }

    TransportUnderTest(String brokerUrl, String clientId) {
        options().setBrokerUrl(brokerUrl);
        options().setClientId(clientId);
    }

    PahoMqtt5Configuration options() {
        return mqtt.getConfiguration();
    }

    /** Starts with one route for the filter. */
    TransportUnderTest start(String filter) throws Exception {
        context.addRoutes(route(filter));
        context.start();
        return this;
    }

    RouteBuilder route(String filter) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("paho-mqtt5:" + filter).routeId("store")
                        .process(new Store())
                        .setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, simple(OUT + "${header.CamelMqttTopic}"))
                        .to("paho-mqtt5:unused");
            }
        };
    }

    /** Of the connection that subscribes. */
    MqttState state() {
        return mqtt.states().stream().filter(state -> state.clientId().equals(options().getClientId())).findFirst().orElseThrow();
    }

    /** Of the connections that publish. */
    List<MqttState> publishers() {
        return mqtt.states().stream().filter(state -> !state.clientId().equals(options().getClientId())).toList();
    }

    boolean hasPublishedAll() {
        return publishers().stream().allMatch(state -> state.publishing() == 0);
    }

    boolean ready() {
        return mqtt.states().stream().allMatch(MqttState::ready);
    }

    HealthCheck.Result health() {
        return HealthCheckRegistry.get(context).getCheck("mqtt").orElseThrow().call();
    }

    @Override
    public void close() {
        context.stop();
        storing.shutdownNow();
    }

    private final class Store extends AsyncProcessorSupport {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            storing.schedule(() -> {
                deliveries.incrementAndGet();
                stored.add(exchange.getMessage().getBody(String.class));
                callback.done(false);
            }, COMMIT_MILLIS, TimeUnit.MILLISECONDS);
            return false;
        }
    }
}
