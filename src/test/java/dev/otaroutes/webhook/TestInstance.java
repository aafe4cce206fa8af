package dev.otaroutes.webhook;

import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;

/** The webhook part of an instance, with the routes as they are shipped and a clock of its own. */
final class TestInstance implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Database database;
    private final CamelContext camel = new DefaultCamelContext();
    private final TestClock clock = new TestClock();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Webhooks webhooks;

    /** @param clientId the same for the next run of a process, another for another process */
    TestInstance(String url, String username, String password, String clientId) throws Exception {
        this(url, username, password, clientId, null);
    }

    /** @param statements where SQL files of its own are looked for; null: nowhere */
    TestInstance(String url, String username, String password, String clientId, String statements) throws Exception {
        database = new Database(url, username, password, 10);
        database.migrate();
        webhooks = new Webhooks(database, new Sql(statements, database.kind()), clock, metrics, camel, clientId,
                new Outgoing(InternalHosts.parse("*"), null, TIMEOUT));
        webhooks.addTo(camel);
        for (Path route : List.of(Path.of("routes/event-to-webhook.camel.yaml"), Path.of("routes/webhooks/standard.camel.yaml"))) {
            addRoute("file:" + route);
        }
    }

    void addRoute(String resource) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(PluginHelper.getResourceLoader(camel).resolveResource(resource));
    }

    CamelContext camel() {
        return camel;
    }

    TestInstance start() {
        camel.start();
        return this;
    }

    Database database() {
        return database;
    }

    Webhooks webhooks() {
        return webhooks;
    }

    Subscriptions subscriptions() {
        return webhooks.subscriptions();
    }

    TestClock clock() {
        return clock;
    }

    double deliveries(String outcome) {
        return metrics.find("ota.webhook.deliveries").tag("outcome", outcome).counters().stream().mapToDouble(Counter::count).sum();
    }

    /** As when the process is killed: nothing of it reaches the database any more. */
    void kill() {
        database.close();
    }

    @Override
    public void close() {
        camel.stop();
        database.close();
    }
}
