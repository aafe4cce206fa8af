package dev.otaroutes.support;

import java.nio.file.Path;
import java.util.List;

/** The embedded broker's configuration in a process of its own, with port and journal kept over restarts. */
public final class EmbeddedBrokerServer implements AutoCloseable {
    private static final String HEAP = "-Xmx128m";

    private final int port = Loopback.freePort();
    private final Path folder = TestFolder.make("embedded-broker");
    private ServerProcess process;

    /** Starts it, or starts it again, and returns when it accepts connections. */
    public EmbeddedBrokerServer start() {
        process = ServerProcess.start(folder.resolve("log"), List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), HEAP, "-cp",
                System.getProperty("java.class.path"), EmbeddedBrokerProcess.class.getName(),
                String.valueOf(port), folder.resolve("broker").toString()));
        process.awaitPort(port);
        return this;
    }

    /** SIGKILL. */
    public void kill() {
        process.kill();
    }

    /** SIGTERM: an orderly stop. */
    public void terminate() {
        process.terminate();
    }

    public int port() {
        return port;
    }

    /** As {@code ota.mqtt.url} wants it. */
    public String url() {
        return "tcp://" + Loopback.HOST + ":" + port;
    }

    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
