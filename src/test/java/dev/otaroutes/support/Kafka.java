package dev.otaroutes.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** A real Kafka broker of one node on a loopback port, from Maven's artifacts (src/test/kafka/pom.xml). It keeps its data over restarts. */
public final class Kafka implements AutoCloseable {
    private static final Path POM = Path.of("src/test/kafka/pom.xml").toAbsolutePath();

    private final int port = Loopback.freePort();
    private final Path folder = TestFolder.make("kafka");
    private final String classPath = classPath();
    private ServerProcess process;

    public Kafka() {
        try {
            Files.writeString(folder.resolve("server.properties"), """
                    process.roles=broker,controller
                    node.id=1
                    controller.quorum.voters=1@%1$s:%3$d
                    listeners=PLAINTEXT://%1$s:%2$d,CONTROLLER://%1$s:%3$d
                    controller.listener.names=CONTROLLER
                    log.dirs=%4$s
                    num.partitions=3
                    offsets.topic.replication.factor=1
                    """.formatted(Loopback.HOST, port, Loopback.freePort(), folder.resolve("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ServerProcess.run(folder.resolve("format.log"),
                java("kafka.tools.StorageTool", "format", "-t", "AAAAAAAAQACAAAAAAAAAAA", "-c", "server.properties"));
    }

    /** Starts it, or starts it again, and returns when it accepts connections. */
    public Kafka start() {
        process = ServerProcess.start(folder.resolve("log"), java("kafka.Kafka", "server.properties"));
        process.awaitPort(port);
        return this;
    }

    /** SIGKILL. */
    public void kill() {
        process.kill();
    }

    /** @return host and port */
    public String address() {
        return Loopback.HOST + ":" + port;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    private List<String> java(String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp",
                classPath, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Of its own: the broker's libraries are not to decide versions in the project. */
    private String classPath() {
        Path written = folder.resolve("classpath");
        String maven = Requires.program("mvn", "maven").toString();
        try {
            ServerProcess.run(folder.resolve("maven.log"), List.of(maven, "-B", "-q", "-f", POM.toString(), "dependency:build-classpath",
                    "-Dmdep.outputFile=" + written));
            return Files.readString(written);
        } catch (IllegalStateException e) {
            // Not of the machine, as the others, but of the repository that it builds against: there they may be absent for good.
            throw new TestAbortedException("skipped: Kafka's artifacts do not resolve: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
