package dev.otaroutes.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SQL statements by name: each is a file that an integrator may replace.
 * <p>
 * {@code device/lock} is looked for as {@code device/lock.sql} in the integrator's places ({@code ota.sql.dir}), in their order, then among
 * ours for the database at hand ({@code sql/postgresql/device/lock.sql}), then among the common ones ({@code sql/device/lock.sql}).
 */
public final class Sql {
    private static final String CLASSPATH = "classpath:";

    /** How an integrator's statement begins: databases and Spring show statements in what they say, and never where they are from. */
    private static final String REPLACED = "/* %s.sql of ota.sql.dir */\n";
    private static final Pattern FILE = Pattern.compile("/\\* (\\S+\\.sql of ota\\.sql\\.dir) \\*/");

    private final String places;
    private final DatabaseKind kind;
    private final Map<String, Optional<String>> statements = new ConcurrentHashMap<>();

    /**
     * @param places where an integrator has statements, as in {@code ota.sql.dir}: folders and {@code classpath:} names, separated by
     *               commas; null for none
     */
    public Sql(String places, DatabaseKind kind) {
        this.places = places;
        this.kind = kind;
    }

    /**
     * @param name folder and file without {@code .sql}
     * @return the statement, without its comments; one of an integrator's begins with one that names it
     * @throws IllegalStateException if there is no such file
     */
    public String get(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException("there is no SQL statement [" + name + ".sql]"
                + (places == null ? "" : ", neither in " + places + " nor") + " among those of the bundle"));
    }

    /** @return as {@link #get}, for a statement that the bundle does without; empty if nobody has it */
    public Optional<String> find(String name) {
        return statements.computeIfAbsent(name, this::load);
    }

    /** @return whether none of these statements is an integrator's */
    boolean areOurs(String... names) {
        return Arrays.stream(names).noneMatch(name -> replaced(get(name)));
    }

    /** @return whether a statement from here is an integrator's */
    static boolean replaced(String statement) {
        return FILE.matcher(statement).lookingAt();
    }

    /** @return such as {@code upgrade/find.sql of ota.sql.dir}, if a statement failed that an integrator has replaced; else null */
    public static String replacedFile(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Matcher file = FILE.matcher(String.valueOf(cause.getMessage()));
            if (file.find()) {
                return file.group(1);
            }
        }
        return null;
    }

    private Optional<String> load(String name) {
        List<String> looked = new ArrayList<>();
        if (places != null) {
            List.of(places.split(",")).forEach(place -> looked.add(place.strip()));
        }
        int theirs = looked.size();
        looked.add(CLASSPATH + "sql/" + kind.sqlDirectory());
        looked.add(CLASSPATH + "sql");
        try {
            for (String place : looked) {
                String text = place.startsWith(CLASSPATH) ? resource(place.substring(CLASSPATH.length()) + "/" + name + ".sql")
                        : file(Path.of(place, name + ".sql"));
                if (text != null) {
                    return Optional.of((looked.indexOf(place) < theirs ? String.format(REPLACED, name) : "") + withoutComments(text));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("SQL statement [" + name + "] cannot be read", e);
        }
    }

    private static String file(Path path) throws IOException {
        return Files.isRegularFile(path) ? Files.readString(path) : null;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Sql.class.getClassLoader().getResourceAsStream(name)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String withoutComments(String text) {
        StringBuilder statement = new StringBuilder();
        text.lines().filter(line -> !line.stripLeading().startsWith("--")).forEach(line -> statement.append(line).append('\n'));
        return statement.toString().strip();
    }
}
