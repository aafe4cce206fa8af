package dev.otaroutes;

import dev.otaroutes.settings.Settings;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.DatabaseStart;
import dev.otaroutes.store.RefusedDatabaseException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.main.DefaultMainShutdownStrategy;
import org.apache.camel.main.Main;
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

    private final Settings settings;
    private final Database database;
    private final Main camel = new Main();
    private final AtomicInteger exitCode = new AtomicInteger();
    private final CountDownLatch stopped = new CountDownLatch(1);

    OtaService(Settings settings) {
        this.settings = settings;
        database = new Database(settings.get("ota.db.url"), settings.get("ota.db.username"),
                settings.get("ota.db.password"), POOL_SIZE);
    }

    /**
     * Runs until it is told to stop or cannot go on.
     *
     * @return the process's exit code
     */
    int run() {
        stopOnSignal();
        inBackground("ota-database-start", this::startDatabase);
        try {
            configureCamel();
            camel.run();
        } catch (Exception e) {
            LOG.debug("the routes did not start", e);
            Console.complain("the routes did not start: " + reason(e));
            exitCode.set(1);
        } finally {
            database.close();
            stopped.countDown();
        }
        return exitCode.get();
    }

    private void startDatabase() {
        Duration patience = Duration.ofSeconds(settings.integer("ota.db.start-wait-seconds"));
        try {
            new DatabaseStart(database, settings.get("ota.db.url"), settings.get("ota.db.username"), patience, LOG::warn).run();
        } catch (RefusedDatabaseException refused) {
            end(refused.getMessage());
        }
    }

    private void configureCamel() {
        // The order in which everything stops is ours, so the signal is ours too.
        ((DefaultMainShutdownStrategy) camel.getShutdownStrategy()).disableHangupSupport();
        camel.setAppName("OTA Routes");
        camel.setPropertyPlaceholderLocations("false");
        camel.setInitialProperties(CamelDefaults.load());
        Properties effective = settings.forCamel();
        camel.setOverrideProperties(effective);
        camel.configure().addConfiguration(new OtaConfiguration(settings, database));
    }

    /** Ends the process for a reason that no waiting would mend. Not from the main thread, which does the stopping. */
    private void end(String reason) {
        Console.complain(reason);
        exitCode.set(1);
        System.exit(1);
    }

    private void stopOnSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
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

    private static void inBackground(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.getClass().getSimpleName());
    }
}
