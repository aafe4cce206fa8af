package dev.otaroutes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.settings.Settings;
import dev.otaroutes.simulator.Demo;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a person at the terminal sees of a start that works: that it is ready, the demo, and what to do next. */
final class Welcome implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Welcome.class);

    /** Not the JVM's start: under Maven that has the build in it. */
    private final long startedAt = System.nanoTime();
    private final Settings settings;
    private volatile Demo demo;
    private volatile boolean closed;

    Welcome(Settings settings) {
        this.settings = settings;
    }

    /** Waits until the process is ready, and runs the demo where it is wanted. */
    void show(CamelContext context) {
        if (new Readiness(context).await()) {
            Console.say("OTA Routes is ready after " + secondsSinceStart() + " s: broker " + settings.brokerUrl()
                    + ", database " + settings.get("ota.db.url") + ", HTTP " + settings.httpAddress());
            if (settings.flag("ota.demo.enabled")) {
                showDemo();
            }
        }
    }

    private String secondsSinceStart() {
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - startedAt) / 1e9);
    }

    private void showDemo() {
        demo = new Demo(settings.httpAddress(), settings.changingApiKey(), URI.create(settings.brokerUrl()),
                settings.getOrNull("ota.mqtt.username"), settings.getOrNull("ota.mqtt.password"), Console::say);
        try {
            JsonNode batch = demo.run();
            if (batch != null) {
                new NextSteps(settings.httpAddress(), settings.changingApiKey() != null).lines(batch.path("id").asText())
                        .forEach(Console::say);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("the demo ended", e);
            if (!closed) {
                Console.complain("The demo ended: " + e.getMessage() + ". OTA Routes runs on; ota.demo.enabled = false turns the demo off.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        if (demo != null) {
            demo.close();
        }
    }
}
