package dev.otaroutes.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.LocalRepository;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.OtaProcess;
import dev.otaroutes.support.Requires;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A company's own project with the bundle's jar as a dependency (README, As a dependency), built by Maven and run. */
@DisplayName("a project that depends on the jar")
class ConsumerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path PROJECT = Path.of("src", "test", "resources", "consumer");
    private static final Pattern LINES = Pattern.compile("(?s)```xml\\R<!-- pom.xml -->\\R(.*?)```");
    private static final Pattern JAR = Pattern.compile("ota-routes-(.+)\\.jar");

    @Test
    @DisplayName("runs the jar's routes and its own")
    void upgradesADevice() throws Exception {
        try (OtaProcess ota = new OtaProcess("consumer").withFilesOf(PROJECT)) {
            Path pom = ota.folder().resolve("pom.xml");
            Matcher lines = LINES.matcher(Files.readString(Path.of("README.md")));
            assertThat(lines.find()).isTrue();
            Files.writeString(pom, Files.readString(pom).replace("<!-- README -->", lines.group(1)));
            build(ota);

            ota.withJar(ota.folder().resolve("target/consumer.jar")).with("ota.demo.enabled", "false").start().awaitReady();
            OperatorApi api = new OperatorApi(ota.httpUrl());
            String packageId = api.packageOf("lamp", "2.0.0", new byte[1_000]);
            try (Fleet fleet = new Fleet("tcp://127.0.0.1:" + ota.mqttPort(), "lamp")) {
                fleet.inform("kitchen", "1.0.0").join();
                String batch = api.batch(packageId, List.of("kitchen"), "{\"quietSeconds\":5}");
                JsonNode data = fleet.firstUpgrade("kitchen").get(60, TimeUnit.SECONDS).get("data");
                assertThat(data.get("version").asText()).isEqualTo("2.0.0");
                assertThat(data.get("site").asText()).isEqualTo("north");

                fleet.progress("kitchen", 50).join();
                await().atMost(PATIENCE).until(() -> ota.log().contains("lamp/kitchen is at 50"));
                fleet.inform("kitchen", "2.0.0").join();
                await().atMost(PATIENCE).until(() -> api.get("/batches/" + batch).get("status").asText().equals("finished"));
            }
            assertThat(ota.log()).contains(
                    "route [receive-progress] is that of routes/add-site.camel.yaml and not that of ota-routes/progress-to-event.camel.yaml");
        }
    }

    private static void build(OtaProcess ota) throws IOException, InterruptedException {
        Path jar = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                .filter(entry -> JAR.matcher(entry.getFileName().toString()).matches()).findFirst()
                .orElseThrow(() -> Requires.missing("the tests do not run on the bundle's jar; mvn verify makes it first"));
        Matcher version = JAR.matcher(jar.getFileName().toString());
        assertThat(version.matches()).isTrue();
        Path repository = ota.folder().resolve("repository");
        LocalRepository.make(repository, jar, Path.of("pom.xml"), version.group(1));
        // Nothing is fetched: the build of the bundle has fetched the same, from wherever it was told to.
        Process maven = new ProcessBuilder(Requires.maven().toString(), "-B", "-q", "-o", "-Dmaven.repo.local=" + repository,
                "-Daether.enhancedLocalRepository.trackingFilename=none", "-DskipTests", "package")
                .directory(ota.folder().toFile()).redirectErrorStream(true).redirectOutput(ota.folder().resolve("maven.log").toFile()).start();
        assertThat(maven.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(maven.exitValue()).as(() -> read(ota.folder().resolve("maven.log"))).isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
