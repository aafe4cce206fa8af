package dev.otaroutes;

import dev.otaroutes.embedded.EmbeddedBroker;
import dev.otaroutes.embedded.EmbeddedBrokerSettings;
import dev.otaroutes.extension.RouteFault;
import dev.otaroutes.extension.RoutePlaces;
import dev.otaroutes.extension.RouteReload;
import dev.otaroutes.settings.Settings;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.DatabaseStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.DefaultMainShutdownStrategy;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running process: embedded broker, database and routes, started at the same time and stopped in the order routes,
 * database, broker. The routes live while broker or database are away.
 */
final class OtaService {
    private static final Logger LOG = LoggerFactory.getLogger(OtaService.class);
    private static final int POOL_SIZE = 10;
    private static final long STOP_SECONDS = 9;
    private static final Path JOURNAL = Path.of("data", "broker");

    private final Settings settings;
    private final EmbeddedBroker broker;
    private final Database database;
    private final DatabaseStart reaching;
    private final Main camel = new Main();
    private final Welcome welcome;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean started;
    private volatile boolean failed;

    OtaService(Settings settings) {
        this.settings = settings;
        welcome = new Welcome(settings);
        broker = settings.embeddedBroker() ? new EmbeddedBroker(brokerSettings(settings), this::broken) : null;
        database = new Database(settings.get("ota.db.url"), settings.get("ota.db.username"),
                settings.get("ota.db.password"), POOL_SIZE);
        reaching = new DatabaseStart(database, settings.get("ota.db.url"), settings.get("ota.db.username"),
                Duration.ofSeconds(settings.integer("ota.db.start-wait-seconds")), Console::complain);
    }

    /**
     * Runs until it is told to stop or cannot go on.
     *
     * @return the process's exit code
     */
    int run() {
        stopOnSignal();
        CompletableFuture<Void> brokerStart = inBackground("ota-broker-start", this::startBroker);
        CompletableFuture<Void> databaseStart = inBackground("ota-database-start", this::startDatabase);
        try {
            configureCamel();
            camel.run();
        } catch (Exception | LinkageError e) {
            // An error, too: a component of an integrator's route may need a class that is not there.
            LOG.debug("the routes did not start", e);
            complain("the routes did not start: " + RouteFault.reason(e));
        } finally {
            welcome.close();
            reaching.stop();
            awaitEnd(databaseStart);
            database.close();
            awaitEnd(brokerStart);
            stopBroker();
            stopped.countDown();
        }
        return failed ? 1 : 0;
    }

    private void startBroker() {
        if (broker != null) {
            broker.start();
        }
    }

    private void stopBroker() {
        try {
            if (broker != null) {
                broker.close();
            }
        } catch (IllegalStateException e) {
            LOG.warn(e.getMessage());
        }
    }

    private static EmbeddedBrokerSettings brokerSettings(Settings settings) {
        return new EmbeddedBrokerSettings(settings.get("ota.mqtt.embedded-host"), settings.integer("ota.mqtt.embedded-port"),
                JOURNAL, settings.getOrNull("ota.mqtt.username"), settings.getOrNull("ota.mqtt.password"));
    }

    private void startDatabase() {
        reaching.run();
        if (database.migrated()) {
            HttpBeans.claimPackageDirectory(settings, database, OtaConfiguration.sql(settings, database));
        }
    }

    private static void awaitEnd(CompletableFuture<Void> step) {
        step.handle((nothing, failure) -> nothing).join();
    }

    private void configureCamel() {
        // The order in which everything stops is ours, so the signal is ours too.
        ((DefaultMainShutdownStrategy) camel.getShutdownStrategy()).disableHangupSupport();
        camel.setAppName("OTA Routes");
        camel.setPropertyPlaceholderLocations("false");
        RoutePlaces places = RoutePlaces.of(OtaMain.ROUTES);
        camel.setInitialProperties(CamelDefaults.load(places));
        camel.setOverrideProperties(settings.forCamel());
        camel.configure().addConfiguration(new OtaConfiguration(settings, database, places, this::takenOver));
        camel.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport main) {
                RouteReload.takeOver(main.getCamelContext(), places);
                if (broker != null) {
                    HealthCheckRegistry.get(main.getCamelContext()).register(new EmbeddedBrokerHealth(broker));
                }
            }

            @Override
            public void afterStart(BaseMainSupport main) {
                started = true;
                inBackground("ota-welcome", () -> welcome.show(main.getCamelContext()));
            }
        });
    }

    private void broken(String reason) {
        // Not on the broker's own thread, which stops it meanwhile.
        inBackground("ota-broker-broken", () -> end(reason));
    }

    private void takenOver(String clientId) {
        // Not on the connection's own thread: it has to close while this one waits for the end.
        inBackground("ota-taken-over", () -> end("ota.mqtt.client-id is [" + clientId + "]: another client connected to "
                + settings.brokerUrl() + " with it and took over what waits there; give each instance an ota.mqtt.client-id of its own"));
    }

    /** Ends the process for a reason that no waiting would mend. Not from the main thread, which does the stopping. */
    private void end(String reason) {
        if (complain(reason) && !started) {
            // Nothing has been handled yet. In an orderly end the rest of the start would fail, and bury the reason in what it logs.
            Runtime.getRuntime().halt(1);
        }
        System.exit(1);
    }

    /**
     * Says why it ends, once: what follows from an end that was begun elsewhere needs no line of its own.
     *
     * @return whether it was said
     */
    private boolean complain(String reason) {
        boolean first = ending.compareAndSet(false, true);
        if (first) {
            Console.complain(reason);
            failed = true;
        }
        return first;
    }

    private void stopOnSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ending.set(true);
            camel.completed();
            try {
                if (!stopped.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("not everything stopped within {} s; what was in flight is done again after the next start",
                            STOP_SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "ota-stop"));
    }

    /** A step of the start that fails ends the process: what can pass by itself, the step waits for. */
    private CompletableFuture<Void> inBackground(String name, Runnable step) {
        CompletableFuture<Void> done = CompletableFuture.runAsync(step, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.start();
        });
        done.exceptionally(failure -> {
            LOG.debug("{} failed", name, failure);
            end(failure instanceof CompletionException ? failure.getCause().getMessage() : failure.getMessage());
            return null;
        });
        return done;
    }
}
