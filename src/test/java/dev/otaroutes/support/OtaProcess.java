package dev.otaroutes.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The whole bundle in a process of its own, as in production: killed, stopped and started again with the same data.
 * <p>
 * It runs in a folder below {@code target/it} that sees the project's {@code routes} and {@code application.properties},
 * so its {@code ./data} is its own. Ports are free loopback ports and stay the same over restarts.
 */
public final class OtaProcess implements AutoCloseable {
    private static final Duration ASK = Duration.ofSeconds(2);
    private static final List<String> LINKED = List.of("routes", "application.properties");

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(ASK).build();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Path folder;
    private final int httpPort = Loopback.freePort();
    private final int mqttPort = Loopback.freePort();
    private final int heapMegabytes;
    private final List<String> options = new ArrayList<>();
    private List<String> program = List.of("-cp", classPath(), "dev.otaroutes.OtaMain");
    private ServerProcess process;

    /** @param name what it is for: part of its folder's name */
    public OtaProcess(String name) {
        this(name, 256);
    }

    public OtaProcess(String name, int heapMegabytes) {
        this.heapMegabytes = heapMegabytes;
        folder = TestFolder.make(name);
        LINKED.forEach(this::link);
        with("ota.http.port", String.valueOf(httpPort));
        with("ota.mqtt.embedded-port", String.valueOf(mqttPort));
        // Where the platforms of tests are.
        with("ota.webhook.internal-hosts", Loopback.HOST);
    }

    /** Sets a variable of the environment for the next start. */
    public OtaProcess withVariable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Sets a property for the next start, as {@code -Dname=value}. */
    public OtaProcess with(String property, String value) {
        settings.put(property, value);
        return this;
    }

    /** Takes all of the heap from the system at the start: what the process has more later is not heap. */
    public OtaProcess withWholeHeap() {
        options.addAll(List.of("-Xms" + heapMegabytes + "m", "-XX:+AlwaysPreTouch"));
        return this;
    }

    /** Adds an integrator's classes. */
    public OtaProcess withClasses(Path classes) {
        program = List.of("-cp", classPath() + File.pathSeparator + classes, "dev.otaroutes.OtaMain");
        return this;
    }

    /** Runs an integrator's jar instead, whose manifest says all. */
    public OtaProcess withJar(Path jar) {
        program = List.of("-jar", jar.toString());
        return this;
    }

    /** Gives it routes and application.properties of its own, to be changed. */
    public OtaProcess withOwnFiles() {
        try {
            for (String name : LINKED) {
                Path link = folder.resolve(name);
                Path original = link.toRealPath();
                Files.delete(link);
                copyAll(original, link);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives it the files of a folder instead of the project's. */
    public OtaProcess withFilesOf(Path origin) {
        try {
            for (String name : LINKED) {
                Files.delete(folder.resolve(name));
            }
            copyAll(origin, folder);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (!Files.isDirectory(target)) {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** @return another one with the same properties, but with ports and data of its own; not started */
    public OtaProcess sibling(String name) {
        OtaProcess sibling = new OtaProcess(name, heapMegabytes);
        settings.forEach(sibling.settings::putIfAbsent);
        return sibling;
    }

    /** Starts it, or starts it again, without waiting. */
    public OtaProcess start() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMegabytes + "m");
        command.addAll(options);
        settings.forEach((property, value) -> command.add("-D" + property + "=" + value));
        command.addAll(program);
        process = ServerProcess.start(folder.resolve("log"), command, environment);
        return this;
    }

    /** Waits until {@code /observe/health/ready} answers 200; gives up at once when the process has ended. */
    public OtaProcess awaitReady() {
        process.awaitReady(() -> status("/observe/health/ready") == 200);
        return this;
    }

    /** @return the HTTP status of a GET, or -1 when nobody answers */
    public int status(String path) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(httpUrl() + path)).timeout(ASK).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + httpUrl() + path, e);
        }
    }

    /** @return what a GET answers */
    public String text(String path) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(httpUrl() + path)).timeout(ASK).build(), HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + httpUrl() + path, e);
        }
    }

    /** SIGTERM. @return the exit code; 143 when the process leaves it to the JVM */
    public int stop() {
        return process.terminate();
    }

    /** SIGKILL. */
    public void kill() {
        process.kill();
    }

    /** Waits for an end that it comes to by itself. @return the exit code */
    public int awaitExit() {
        return process.awaitExit();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String httpUrl() {
        return "http://" + Loopback.HOST + ":" + httpPort;
    }

    public int httpPort() {
        return httpPort;
    }

    /** Port of the embedded broker, where it is used. */
    public int mqttPort() {
        return mqttPort;
    }

    /** Its working directory. */
    public Path folder() {
        return folder;
    }

    /** Everything it printed, over all its starts. */
    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    private void link(String name) {
        try {
            Path original = Path.of(name).toAbsolutePath();
            if (Files.exists(original)) {
                Files.createSymbolicLink(folder.resolve(name), original);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The main code and what it needs: test support of Camel would change how it starts. */
    static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath())
                .filter(entry -> !entry.endsWith("test-classes") && !entry.getFileName().toString().startsWith("camel-test"))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
