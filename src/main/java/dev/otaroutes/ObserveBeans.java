package dev.otaroutes;

import dev.otaroutes.mqtt.MqttState;
import dev.otaroutes.mqtt.ReliableMqttComponent;
import dev.otaroutes.observe.StoredMeters;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Properties;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;

/** What {@code /observe/metrics} shows of the process as a whole; {@code storedMeters} for routes/observe. */
final class ObserveBeans {
    private static final String BUILD = "/ota-build.properties";

    private ObserveBeans() {
    }

    static void bind(CamelContext context, MeterRegistry meters, ReliableMqttComponent mqtt, Database database, Sql sql, Clock clock) {
        context.getRegistry().bind("storedMeters", new StoredMeters(database, sql, clock, meters));
        database.bindTo(meters);
        Gauge.builder("ota.build.info", () -> 1).description("Always 1; what runs is in the labels").tag("version", version()).register(meters);
        Readiness readiness = new Readiness(context);
        Gauge.builder("ota.ready", () -> readiness.now() ? 1 : 0).description("1 while /observe/health/ready says UP, else 0").register(meters);

        Gauge.builder("ota.mqtt.connections", mqtt, of -> of.neededStates().size()).description("MQTT connections that this process needs").register(meters);
        Gauge.builder("ota.mqtt.connections.ready", mqtt, of -> of.neededStates().stream().filter(MqttState::ready).count())
                .description("MQTT connections that it needs and that are up and have each of their subscriptions").register(meters);
        connections(meters, mqtt, "messages.in.flight", "Messages that came in and are being worked on, not acknowledged yet", MqttState::exchanges);
        connections(meters, mqtt, "messages.queued", "Messages that came in and wait for a place among those in flight", MqttState::queued);
        connections(meters, mqtt, "messages.held", "Messages that no route wants at the moment, as while routes are reloaded", MqttState::held);
        connections(meters, mqtt, "messages.failing", "Messages whose route failed and which are tried again", MqttState::failing);
        connections(meters, mqtt, "publishes.in.flight", "Publishes that the broker has not acknowledged yet, or that wait for it", MqttState::publishing);
        FunctionCounter.builder("ota.mqtt.messages.unroutable", mqtt, of -> sum(of, MqttState::unroutable))
                .description("Messages that were acknowledged and dropped because no route wanted them").register(meters);
    }

    private static void connections(MeterRegistry meters, ReliableMqttComponent mqtt, String name, String description, ToDoubleFunction<MqttState> number) {
        Gauge.builder("ota.mqtt." + name, mqtt, of -> sum(of, number)).description(description).register(meters);
    }

    private static double sum(ReliableMqttComponent mqtt, ToDoubleFunction<MqttState> number) {
        return mqtt.states().stream().mapToDouble(number).sum();
    }

    /** @return of this bundle, as built */
    static String version() {
        Properties build = new Properties();
        try (InputStream resource = ObserveBeans.class.getResourceAsStream(BUILD)) {
            build.load(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty("version");
    }
}
