package dev.otaroutes;

import dev.otaroutes.download.PackageFiles;
import dev.otaroutes.extension.FaultPlaces;
import dev.otaroutes.extension.OwnRoutes;
import dev.otaroutes.extension.RoutePlaces;
import dev.otaroutes.mqtt.ReliableMqttComponent;
import dev.otaroutes.observe.RouteMeters;
import dev.otaroutes.observe.Tracing;
import dev.otaroutes.operator.DownloadAddress;
import dev.otaroutes.operator.OperatorBeans;
import dev.otaroutes.settings.Settings;
import dev.otaroutes.store.BatchEvents;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Housekeeping;
import dev.otaroutes.store.Instances;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.VersionHistory;
import dev.otaroutes.webhook.Outgoing;
import dev.otaroutes.webhook.Webhooks;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Builds what the routes call by name, by constructors, and binds it. It runs before components and routes are set up,
 * and before the database can be reached: nothing here may need a connection.
 */
public final class OtaConfiguration implements CamelConfiguration {
    /** Bytes; what is larger the broker drops (domain.md, Bad input). */
    private static final int MAXIMUM_PACKET_SIZE = 256 * 1024;

    /**
     * As many as can be: Mosquitto 2.0.11 does not keep to less once that many wait, and the connection would break once more.
     * How much is taken at a time the transport bounds itself.
     */
    private static final int RECEIVE_MAXIMUM = 65_534;

    private final Settings settings;
    private final Database database;
    private final RoutePlaces places;
    private final Consumer<String> takenOver;

    /**
     * @param settings  the effective settings
     * @param database  made, perhaps not reached yet
     * @param places    where the routes are that will be loaded
     * @param takenOver hears the client ID under which another client connected to the broker
     */
    public OtaConfiguration(Settings settings, Database database, RoutePlaces places, Consumer<String> takenOver) {
        this.settings = settings;
        this.database = database;
        this.places = places;
        this.takenOver = takenOver;
    }

    @Override
    public void configure(CamelContext context) {
        FaultPlaces faults = new FaultPlaces();
        OwnRoutes.decideIn(context, places, faults);
        Registry beans = context.getRegistry();
        beans.bind("settings", settings);
        beans.bind("database", database);
        beans.bind("dataSource", database.dataSource());
        Clock clock = Clock.systemUTC();
        Sql sql = sql(settings, database);
        MeterRegistry meters = meters(beans);
        context.addRoutePolicyFactory(new RouteMeters(meters));
        if (!settings.get("ota.otel.endpoint").isEmpty()) {
            Tracing tracing = new Tracing(settings.get("ota.otel.endpoint"), settings.integer("ota.otel.sample-percent"),
                    ObserveBeans.version(), settings.get("ota.mqtt.client-id"));
            tracing.addTo(context);
            add(context, service(() -> { }, tracing::close));
        }
        Outgoing outgoing = Outgoing.of(settings.get("ota.webhook.internal-hosts"), settings.getOrNull("ota.webhook.ca-file"));
        Webhooks webhooks = new Webhooks(database, sql, clock, meters, context, settings.get("ota.mqtt.client-id"), outgoing);
        webhooks.addTo(context);
        ReliableMqttComponent mqtt = mqtt(context);
        RolloutBeans rollout = new RolloutBeans(context, mqtt, settings.get("ota.mqtt.client-id"), database, sql, clock, meters,
                settings.integer("ota.package.verified-percent"), outgoing.internal(), webhooks.subscriptions()::wantsInform, webhooks::wake);
        add(context, rollout);
        Instances instances = new Instances(database, sql, clock, settings.get("ota.mqtt.client-id"), settings.get("ota.mqtt.share-group"));
        add(context, service(instances::start, instances::close));
        DeviceBeans.bind(context, rollout.rollout(), database, sql, clock, meters, Pattern.compile(settings.get("ota.online.client-pattern")),
                Duration.ofDays(settings.integer("ota.keep.rejected-days")), faults);
        beans.bind("versionHistory", new VersionHistory(database, sql, clock, settings.integer("ota.results.history-days")));
        beans.bind("housekeeping", new Housekeeping(database, sql, clock, Duration.ofDays(settings.integer("ota.keep.history-days")),
                Duration.ofDays(settings.integer("ota.keep.events-days")),
                (what, removed) -> Counter.builder("ota.housekeeping.removed").description("Rows that were too old and are gone")
                        .tag("what", what).register(meters).increment(removed)));
        HttpBeans.bind(context, settings, database, sql, clock, meters);
        FileDownloadBeans.bind(context, beans.findSingleByType(PackageFiles.class), database, sql, clock, meters, mqtt::largestPacket);
        OperatorBeans.bind(beans, database, sql, clock, rollout.rollout(), new DownloadAddress(
                URI.create(settings.get("ota.download.base-url")), settings.downloadsOutOfReach(),
                settings.number("ota.download.mqtt-max-file-bytes")), rollout.files(), new BatchEvents(database, sql, webhooks::wake), rollout::push,
                rollout::wakeScheduler);
        ObserveBeans.bind(context, meters, mqtt, database, sql, clock);
        DatabaseHealth health = new DatabaseHealth(database, settings.get("ota.db.url"), rollout.rollout()::trouble);
        add(context, service(health::start, health::close));
        HealthCheckRegistry.get(context).register(health);
    }

    /** The one that {@code /observe/metrics} shows: Camel may have made it by now, and looks for ours if it has not. */
    private static MeterRegistry meters(Registry beans) {
        MeterRegistry meters = beans.lookupByNameAndType(MicrometerConstants.METRICS_REGISTRY_NAME, MeterRegistry.class);
        if (meters == null) {
            meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            beans.bind(MicrometerConstants.METRICS_REGISTRY_NAME, meters);
        }
        return meters;
    }

    /** The statements, as an integrator may have replaced them. */
    static Sql sql(Settings settings, Database database) {
        return new Sql(settings.getOrNull("ota.sql.dir"), database.kind());
    }

    /** A line {@code camel.component.paho-mqtt5.…} of application.properties is applied after this and wins. */
    private ReliableMqttComponent mqtt(CamelContext context) {
        ReliableMqttComponent mqtt = ReliableMqttComponent.addTo(context);
        mqtt.setTakenOverListener(takenOver);
        mqtt.setMaximumPacketSize(MAXIMUM_PACKET_SIZE);
        PahoMqtt5Configuration connection = mqtt.getConfiguration();
        connection.setBrokerUrl(settings.brokerUrl());
        connection.setClientId(settings.get("ota.mqtt.client-id"));
        connection.setUserName(settings.getOrNull("ota.mqtt.username"));
        connection.setPassword(settings.getOrNull("ota.mqtt.password"));
        connection.setReceiveMaximum(RECEIVE_MAXIMUM);
        connection.setSessionExpiryInterval(settings.number("ota.mqtt.session-expiry-seconds"));
        return mqtt;
    }

    private static Service service(Runnable start, Runnable stop) {
        return new ServiceSupport() {
            @Override
            protected void doStart() {
                start.run();
            }

            @Override
            protected void doStop() {
                stop.run();
            }
        };
    }

    private static void add(CamelContext context, Service service) {
        try {
            context.addService(service);
        } catch (Exception e) {
            throw new IllegalStateException(service.getClass().getSimpleName() + " cannot be started: " + e.getMessage(), e);
        }
    }
}
