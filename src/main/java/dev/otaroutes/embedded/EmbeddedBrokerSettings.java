package dev.otaroutes.embedded;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the embedded broker listens, where it keeps its journal, and who may come in ({@code api.md}, Settings).
 *
 * @param host      address to listen on, such as {@code 127.0.0.1}
 * @param port      TCP port, 1 to 65535
 * @param directory folder of the journal, made when absent; one broker at a time may use it
 * @param username  name that clients must give, or null: anyone who reaches the port may come in
 * @param password  password that clients must give; null exactly when {@code username} is
 */
public record EmbeddedBrokerSettings(String host, int port, Path directory, String username, String password) {
    private static final int HIGHEST_PORT = 65_535;

    /** @throws IllegalArgumentException for a port out of range, or a username without password or the reverse */
    public EmbeddedBrokerSettings {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(directory, "directory");
        if (port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException(
                    "port of the embedded broker must be 1 to " + HIGHEST_PORT + ", but was [" + port + "]");
        }
        if ((username == null) != (password == null)) {
            throw new IllegalArgumentException(
                    "the embedded broker needs username and password together, but only the "
                            + (username == null ? "password" : "username") + " is set");
        }
    }

    boolean secured() {
        return username != null;
    }

    /** The address without the password, which must not reach a log. */
    @Override
    public String toString() {
        return host + ":" + port + ", journal in " + directory;
    }
}
