package dev.otaroutes;

import dev.otaroutes.settings.Settings;
import dev.otaroutes.store.Database;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
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
        HealthCheckRegistry.get(context).register(new DatabaseHealth(database, settings.get("ota.db.url")));
    }
}
