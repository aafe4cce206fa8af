package dev.otaroutes;

import dev.otaroutes.mqtt.ReliableMqttComponent;
import dev.otaroutes.settings.Settings;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.Registry;

/**
 * Builds what the routes call by name, by constructors, and binds it. It runs before components and routes are set up,
 * and before the database can be reached: nothing here may need a connection.
 */
public final class OtaConfiguration implements CamelConfiguration {
    private final Settings settings;
    private final Database database;

    /**
     * @param settings the effective settings
     * @param database made, perhaps not reached yet
     */
    public OtaConfiguration(Settings settings, Database database) {
        this.settings = settings;
        this.database = database;
    }

    @Override
    public void configure(CamelContext context) {
        Registry beans = context.getRegistry();
        beans.bind("settings", settings);
        beans.bind("database", database);
        beans.bind("dataSource", database.dataSource());
        Clock clock = Clock.systemUTC();
        String ownSql = settings.getOrNull("ota.sql.dir");
        Sql sql = new Sql(ownSql == null ? null : Path.of(ownSql), database.kind());
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        beans.bind(MicrometerConstants.METRICS_REGISTRY_NAME, meters);
        add(context, new RolloutBeans(context, ReliableMqttComponent.addTo(context), database, sql, clock, meters, () -> false, () -> { }));
        HealthCheckRegistry.get(context).register(new DatabaseHealth(database, settings.get("ota.db.url")));
    }

    private static void add(CamelContext context, Service service) {
        try {
            context.addService(service);
        } catch (Exception e) {
            throw new IllegalStateException(service.getClass().getSimpleName() + " cannot be started: " + e.getMessage(), e);
        }
    }
}
