package dev.otaroutes.support;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The archive as people install it: unpacked, and started by its own script, from another folder and through a symbolic link, with
 * settings in an environment that has nothing else, not even a locale.
 */
public final class Installation implements AutoCloseable {
    private static final Duration ASK = Duration.ofSeconds(2);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(ASK).build();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Path elsewhere = TestFolder.make("archive");
    private final Path home;
    private final Path script;
    private final int httpPort = Loopback.freePort();
    private final int mqttPort = Loopback.freePort();
    private ServerProcess process;

    public Installation() {
        try {
            Path unpacked = Files.createDirectory(elsewhere.resolve("unpacked"));
            ServerProcess.run(elsewhere.resolve("unpack.log"), List.of("tar", "-xzf", archive().toString(), "-C", unpacked.toString()));
            try (Stream<Path> folders = Files.list(unpacked)) {
                home = folders.findFirst().orElseThrow();
            }
            script = Files.createSymbolicLink(elsewhere.resolve("start"), home.resolve("bin/ota"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        with("PATH", System.getenv("PATH")).with("JAVA_HOME", System.getProperty("java.home"));
        with("OTA_HTTP_PORT", String.valueOf(httpPort)).with("OTA_MQTT_EMBEDDED_PORT", String.valueOf(mqttPort));
    }

    /** @return the tar.gz that {@code mvn package} made */
    public static Path archive() {
        Path archive = Path.of(System.getProperty("ota.test.archive", "ota.test.archive is not set"));
        if (!Files.exists(archive)) {
            throw new IllegalStateException("there is no archive [" + archive + "]: mvn package makes it, with -Dit.test only if -P '!quick' is added");
        }
        return archive;
    }

    /** Sets an environment variable for the next start. */
    public Installation with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public Installation start() {
        process = ServerProcess.start(elsewhere.resolve("log"), command());
        return this;
    }

    public Installation awaitReady() {
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

    /** Runs the script with arguments to its end. @return what it printed @throws IllegalStateException if its exit code is not 0 */
    public String run(String... arguments) {
        Path log = elsewhere.resolve("run.log");
        List<String> command = command();
        command.addAll(List.of(arguments));
        ServerProcess.run(log, command);
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM. @return the exit code */
    public int stop() {
        return process.terminate();
    }

    public String httpUrl() {
        return "http://" + Loopback.HOST + ":" + httpPort;
    }

    public String brokerUrl() {
        return "tcp://" + Loopback.HOST + ":" + mqttPort;
    }

    /** Where it is unpacked. */
    public Path home() {
        return home;
    }

    /** Where it is started. */
    public Path elsewhere() {
        return elsewhere;
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

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of("env", "-i"));
        environment.forEach((variable, value) -> command.add(variable + "=" + value));
        command.add(script.toString());
        return command;
    }
}
