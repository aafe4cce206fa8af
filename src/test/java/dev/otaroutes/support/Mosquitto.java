package dev.otaroutes.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real Mosquitto on a loopback port. It keeps port and folder over restarts, so its sessions live on.
 * <p>
 * It stores every second at most ({@code autosave_interval 1}) and drops nothing for an absent client.
 */
public final class Mosquitto implements AutoCloseable {
    private final int port = Loopback.freePort();
    private final Path folder = TestFolder.make("mosquitto");
    private final Path program = Requires.program("mosquitto", "mosquitto");
    private ServerProcess process;

    /** @param settings further lines of {@code mosquitto.conf}; a listener's own lines apply to the loopback one */
    public Mosquitto(String... settings) {
        String config = """
                per_listener_settings false
                listener %d %s
                allow_anonymous %s
                persistence true
                persistence_location %s/
                autosave_interval 1
                max_queued_messages 0
                set_tcp_nodelay true
                %s
                %s
                """.formatted(port, Loopback.HOST, !List.of(settings).contains("allow_anonymous false"), folder,
                // Started by root it would become a user that cannot write here.
                "root".equals(System.getProperty("user.name")) ? "user root" : "", String.join("\n",
                        List.of(settings).stream().filter(line -> !line.startsWith("allow_anonymous")).toList()));
        try {
            Files.writeString(folder.resolve("mosquitto.conf"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, or starts it again, and returns when it accepts connections. */
    public Mosquitto start() {
        process = ServerProcess.start(folder.resolve("log"),
                List.of(program.toString(), "-c", folder.resolve("mosquitto.conf").toString()));
        process.awaitPort(port);
        return this;
    }

    /** SIGTERM: it stores its sessions before it ends. */
    public void terminate() {
        process.terminate();
    }

    /** SIGKILL: what it had not stored is gone. */
    public void kill() {
        process.kill();
    }

    /** Of the process that lives now. */
    public long pid() {
        return process.pid();
    }

    public int port() {
        return port;
    }

    /** As {@code ota.mqtt.url} wants it. */
    public String url() {
        return "tcp://" + Loopback.HOST + ":" + port;
    }

    /** Where its files lie; a password file may be put here before the start. */
    public Path folder() {
        return folder;
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
