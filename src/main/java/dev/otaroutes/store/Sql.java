package dev.otaroutes.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The SQL statements by name: each is a file that an integrator may replace.
 * <p>
 * {@code device/lock} is looked for as {@code device/lock.sql} in the integrator's folder ({@code ota.sql.dir}), then among
 * ours for the database at hand ({@code sql/postgresql/device/lock.sql}), then among the common ones ({@code sql/device/lock.sql}).
 */
public final class Sql {
    private final Path directory;
    private final DatabaseKind kind;
    private final Map<String, String> statements = new ConcurrentHashMap<>();

    /** @param directory the integrator's folder; null for none */
    public Sql(Path directory, DatabaseKind kind) {
        this.directory = directory;
        this.kind = kind;
    }

    /**
     * @param name folder and file without {@code .sql}
     * @return the statement, without its comments
     * @throws IllegalStateException if there is no such file
     */
    public String get(String name) {
        return statements.computeIfAbsent(name, this::load);
    }

    private String load(String name) {
        try {
            if (directory != null) {
                Path file = directory.resolve(name + ".sql");
                if (Files.isRegularFile(file)) {
                    return withoutComments(Files.readString(file));
                }
            }
            for (String resource : new String[] {"sql/" + kind.sqlDirectory() + "/" + name, "sql/" + name}) {
                try (InputStream in = Sql.class.getClassLoader().getResourceAsStream(resource + ".sql")) {
                    if (in != null) {
                        return withoutComments(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("SQL statement [" + name + "] cannot be read", e);
        }
        throw new IllegalStateException("there is no SQL statement [" + name + ".sql]"
                + (directory == null ? "" : ", neither in " + directory) + " among those of the bundle");
    }

    private static String withoutComments(String text) {
        StringBuilder statement = new StringBuilder();
        text.lines().filter(line -> !line.stripLeading().startsWith("--")).forEach(line -> statement.append(line).append('\n'));
        return statement.toString().strip();
    }
}
