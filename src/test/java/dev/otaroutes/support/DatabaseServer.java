package dev.otaroutes.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.FileSystemUtils;

/** A real database server that keeps port and data over restarts, until it is closed; its log stays. */
public abstract class DatabaseServer implements AutoCloseable {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path folder;
    private final int port = Loopback.freePort();
    private ServerProcess process;

    DatabaseServer(String name) {
        folder = TestFolder.make(name);
    }

    /** Starts it, or starts it again, and returns when it answers a query. */
    public final void start() {
        process = launch();
        process.awaitReady(this::answers);
    }

    abstract ServerProcess launch();

    /** @return JDBC URL of a database of that name */
    abstract String url(String database);

    abstract String adminUrl();

    /** A fresh, empty database. @return its JDBC URL */
    public final String newDatabase() {
        String name = "ota_" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(adminUrl(), username(), password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("no new database on " + adminUrl() + ": " + e.getMessage(), e);
        }
        return url(name);
    }

    /** SIGKILL, as when the machine fails: only what was committed is there after the next start. */
    public final void kill() {
        process.kill();
    }

    /** An orderly stop; {@link #start()} starts it again. */
    public final void terminate() {
        process.terminate();
    }

    public final int port() {
        return port;
    }

    /** Of the process that lives now. */
    public final long pid() {
        return process.pid();
    }

    public String username() {
        return "ota";
    }

    public String password() {
        return "ota-test";
    }

    public final String log() {
        return process.log();
    }

    /** Its data goes too: all tests together leave more than some disks have room for. */
    @Override
    public final void close() {
        if (process != null) {
            process.close();
        }
        try {
            FileSystemUtils.deleteRecursively(data());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where its log and what else it needs lies. */
    final Path folder() {
        return folder;
    }

    final Path data() {
        return folder.resolve("data");
    }

    private boolean answers() {
        if (!Loopback.accepts(port)) {
            return false;
        }
        try (Connection connection = DriverManager.getConnection(adminUrl(), username(), password())) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }
}
