package dev.otaroutes.extension;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.spi.Resource;
import org.apache.camel.util.AntPathMatcher;

/**
 * Where route files lie. The bundle's are in the folder {@code routes} of a clone or an archive, its {@code custom} apart; where that folder
 * is an integrator's own, or there is none, they come with the jar (README, Extend it).
 */
public final class RoutePlaces {
    /** Without this file no route of ours works; so a folder that has it has them all. */
    private static final String MARK = "errors.camel.yaml";
    private static final String IN_JAR = "ota-routes/";
    private static final String FILES = "**/*.camel.yaml";
    private static final String HIDDEN = "**/..*/**";

    private final Path folder;
    private final boolean bundled;

    private RoutePlaces(Path folder, boolean bundled) {
        this.folder = folder;
        this.bundled = bundled;
    }

    /** @param folder may be absent, or a symbolic link, which Camel would not follow */
    public static RoutePlaces of(Path folder) {
        try {
            return Files.isDirectory(folder) ? new RoutePlaces(folder.toRealPath(), !Files.exists(folder.resolve(MARK)))
                    : new RoutePlaces(null, true);
        } catch (IOException e) {
            throw new UncheckedIOException("folder [" + folder + "] cannot be read", e);
        }
    }

    /** @return Camel's pattern of the route files, an integrator's before ours: who comes first stays ({@link OwnRoutes}) */
    public String includePattern() {
        List<String> patterns = new ArrayList<>();
        if (bundled) {
            if (folder != null) {
                patterns.add("file:" + folder + "/" + FILES);
            }
            patterns.addAll(inJar());
        } else {
            if (Files.isDirectory(custom())) {
                patterns.add("file:" + custom() + "/" + FILES);
            }
            patterns.add("file:" + folder + "/" + FILES);
        }
        return String.join(",", patterns);
    }

    /** @return Camel's pattern of files that are no routes, whatever their names: a ConfigMap has each file twice, once behind a link */
    public String excludePattern() {
        return HIDDEN;
    }

    static boolean isHidden(Resource resource) {
        return new AntPathMatcher().match(HIDDEN, resource.getLocation());
    }

    /** @return the folder that is watched for changes; null if there is none */
    public Path folder() {
        return folder;
    }

    /** @param resource null for a route that was written in Java, which ours are not */
    boolean isOurs(Resource resource) {
        if (resource == null) {
            return false;
        }
        String location = withoutScheme(resource);
        return bundled ? inJar(location) != null : location.startsWith(folder + "/") && !location.startsWith(custom() + "/");
    }

    /** @return the file as a person calls it, such as {@code routes/custom/mine.camel.yaml} */
    String name(Resource resource) {
        if (resource == null) {
            return "Java";
        }
        String location = withoutScheme(resource);
        if (folder != null && location.startsWith(folder + "/")) {
            return "routes" + location.substring(folder.toString().length());
        }
        String ours = inJar(location);
        return ours == null ? location : ours;
    }

    /** Each by its name: in a jar Camel's scan loses the folder of what it finds. */
    private static List<String> inJar() {
        try {
            URI routes = RoutePlaces.class.getResource("/" + IN_JAR).toURI();
            if (!routes.getScheme().equals("jar")) {
                return names(Path.of(routes));
            }
            try (FileSystem jar = FileSystems.newFileSystem(routes, Map.of())) {
                return names(jar.getPath("/" + IN_JAR));
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("the routes in the jar cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<String> names(Path routes) throws IOException {
        try (Stream<Path> files = Files.walk(routes)) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .map(file -> "classpath:" + IN_JAR + routes.relativize(file).toString().replace('\\', '/')).sorted().toList();
        }
    }

    /** @return the name in our jar; null if it is not from there */
    private static String inJar(String location) {
        int start = location.lastIndexOf(IN_JAR);
        String name = start < 0 ? null : location.substring(start);
        return name != null && RoutePlaces.class.getResource("/" + name) != null ? name : null;
    }

    private Path custom() {
        return folder.resolve("custom");
    }

    private static String withoutScheme(Resource resource) {
        return resource.getLocation().replaceFirst("^file:", "");
    }
}
