package dev.otaroutes.support;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

import org.opentest4j.TestAbortedException;

/**
 * What a test needs of the machine. Where it is missing the test is skipped with the reason; with {@code CI=true} in the
 * environment it fails, so that a build that proves everything cannot lose a part of it in silence.
 */
public final class Requires {
    private Requires() {
    }

    /**
     * Finds a program in the search path and in the folders of system services.
     *
     * @param name          such as {@code mosquitto}
     * @param debianPackage what to install when it is missing
     */
    public static Path program(String name, String debianPackage) {
        return find(name).orElseThrow(() -> missing(
                "program [" + name + "] is not installed; apt-get install " + debianPackage));
    }

    /** The Maven that runs this build, or else that of the search path. */
    public static Path maven() {
        Path running = Path.of(System.getProperty("ota.test.maven", ""), "bin", "mvn");
        return Files.isExecutable(running) ? running : program("mvn", "maven");
    }

    static Optional<Path> find(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Arrays.stream(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/usr/bin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** What to throw for something missing: in CI a failure, elsewhere a skip. */
    public static RuntimeException missing(String reason) {
        return missing(reason, Boolean.parseBoolean(System.getenv("CI")));
    }

    static RuntimeException missing(String reason, boolean ci) {
        return ci ? new IllegalStateException(reason + " (CI=true: not skipped)")
                : new TestAbortedException("skipped: " + reason);
    }
}
