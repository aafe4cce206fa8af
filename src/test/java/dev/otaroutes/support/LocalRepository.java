package dev.otaroutes.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A local Maven repository in which the bundle is installed: beside it, by links, all that the build's own has. */
public final class LocalRepository {
    private static final Path GROUP = Path.of("dev", "otaroutes");

    private LocalRepository() {
    }

    /**
     * @param folder is made
     * @param jar    of the bundle
     * @param pom    the bundle's
     */
    public static void make(Path folder, Path jar, Path pom, String version) throws IOException {
        Path own = Path.of(System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));
        linkAll(own, folder, GROUP.getName(0));
        linkAll(own.resolve(GROUP.getName(0)), folder.resolve(GROUP.getName(0)), GROUP.getName(1));
        Path installed = Files.createDirectories(folder.resolve(GROUP).resolve("ota-routes").resolve(version));
        Files.copy(jar, installed.resolve("ota-routes-" + version + ".jar"));
        Files.copy(pom, installed.resolve("ota-routes-" + version + ".pom"));
    }

    private static void linkAll(Path from, Path to, Path except) throws IOException {
        Files.createDirectories(to);
        if (!Files.isDirectory(from)) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> all = Files.list(from)) {
            entries = all.filter(entry -> !entry.getFileName().equals(except)).toList();
        }
        for (Path entry : entries) {
            Files.createSymbolicLink(to.resolve(entry.getFileName()), entry.toAbsolutePath());
        }
    }
}
