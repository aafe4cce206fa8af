package dev.otaroutes.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.support.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shipped to run the service with says nothing that the service does not know, and agrees with itself. */
class DeploymentTest {
    private static final String JVM_OPTIONS = "OTA_JAVA_OPTS";
    private static final Pattern VARIABLE = Pattern.compile("\\bOTA_[A-Z0-9_]+");
    private static final Pattern HEAP = Pattern.compile("-Xmx(\\d+)m");
    /** What a JVM of this service needs beside its heap, MB: code, threads, buffers. */
    private static final int BESIDE_HEAP = 512;

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"kubernetes", "docker", "systemd"})
    void everyVariableIsASetting(String folder) throws IOException {
        List<String> known = KnownSettings.all().stream().map(Setting::environmentVariable).toList();
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.list(Path.of("src", "main", folder))) {
            for (Path file : files.toList()) {
                text.append(Files.readString(file));
            }
        }

        List<String> used = VARIABLE.matcher(text).results().map(MatchResult::group).filter(name -> !name.equals(JVM_OPTIONS)).toList();

        assertThat(used).isNotEmpty();
        assertThat(known).containsAll(used);
    }

    @Test
    void theSettingsOfTheManifestsStartTheService() throws IOException {
        Map<String, String> environment = new HashMap<>(Manifests.settings());
        Manifests.container().get("env").forEach(variable -> {
            boolean secret = variable.at("/valueFrom/secretKeyRef/name").asText().equals("ota-routes");
            String name = variable.get("name").asText();
            assertThat(secret || variable.at("/valueFrom/fieldRef/fieldPath").asText().equals("metadata.name")).as(name).isTrue();
            assertThat(secret).as(name).isEqualTo(secret(name));
            environment.put(name, secret ? "ops:0123456789abcdef" : "ota-routes-0");
        });

        Settings settings = new SettingsReader(environment, new Properties()).read(Path.of("no-such.properties"));

        assertThat(settings.get("ota.mqtt.client-id")).isEqualTo("ota-routes-0");
        assertThat(settings.get("ota.endpoint.inform")).startsWith("paho-mqtt5:$share/ota/");
        assertThat(settings.downloadsOutOfReach()).isFalse();
        assertThat(settings.integer("ota.http.port")).isEqualTo(Manifests.container().at("/ports/0/containerPort").asInt());
        assertThat(Manifests.container().at("/volumeMounts").findValuesAsText("mountPath"))
                .contains(Path.of("/opt/ota-routes").resolve(settings.get("ota.download.dir")).normalize().toString());
    }

    @Test
    void noSecretStandsAmongTheSettings() throws IOException {
        assertThat(Manifests.settings().keySet()).noneMatch(DeploymentTest::secret);
    }

    @Test
    void portsProbesAndServicesAgree() throws IOException {
        String port = Manifests.container().at("/ports/0/name").asText();
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(Manifests.container().at("/" + probe + "/httpGet/port").asText()).as(probe).isEqualTo(port);
        }
        for (JsonNode service : Manifests.documents("services.yaml")) {
            assertThat(service.at("/spec/ports/0/targetPort").asText()).isEqualTo(port);
        }
        assertThat(Manifests.documents("services.yaml")).filteredOn(service -> service.at("/spec/clusterIP").asText().equals("None"))
                .singleElement().satisfies(headless -> assertThat(headless.at("/metadata/name"))
                        .isEqualTo(Manifests.statefulSet().at("/spec/serviceName")));
        // A headless service hands out the container's own port.
        assertThat(Manifests.documents("services.yaml").get(1).at("/spec/ports/0/port")).isEqualTo(Manifests.container().at("/ports/0/containerPort"));
    }

    @Test
    void variablesOfOtherServicesDoNotBecomeSettings() throws IOException {
        assertThat(Manifests.statefulSet().at("/spec/template/spec/enableServiceLinks").asBoolean(true)).isFalse();
    }

    @Test
    void everySelectorFindsThePods() throws IOException {
        JsonNode labels = Manifests.statefulSet().at("/spec/template/metadata/labels");

        assertThat(Manifests.statefulSet().at("/spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(Manifests.documents("disruption.yaml").get(0).at("/spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(Manifests.documents("services.yaml")).allSatisfy(service -> assertThat(service.at("/spec/selector")).isEqualTo(labels));
    }

    @Test
    void everyVolumeAndEveryFileIsUsed() throws IOException {
        JsonNode pod = Manifests.statefulSet().at("/spec/template/spec");

        assertThat(Manifests.container().get("volumeMounts").findValuesAsText("name"))
                .containsExactlyInAnyOrderElementsOf(StreamSupport.stream(pod.get("volumes").spliterator(), false)
                        .map(volume -> volume.get("name").asText()).toList());
        assertThat(pod.get("volumes").findValue("claimName")).isEqualTo(Manifests.documents("packages.yaml").get(0).at("/metadata/name"));
        try (Stream<Path> files = Files.list(Manifests.FOLDER)) {
            List<String> resources = StreamSupport.stream(Manifests.documents("kustomization.yaml").get(0).get("resources").spliterator(), false)
                    .map(JsonNode::asText).toList();
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.matches("kustomization\\.yaml|settings\\.env")))
                    .containsExactlyInAnyOrderElementsOf(resources);
        }
    }

    @Test
    void thereIsMemoryBesideTheHeap() throws IOException {
        int heap = Integer.parseInt(HEAP.matcher(Manifests.settings().get(JVM_OPTIONS)).results().findFirst().orElseThrow().group(1));

        assertThat(Manifests.container().at("/resources/limits/memory").asText()).isEqualTo((heap + BESIDE_HEAP) / 1024 + "Gi");
    }

    @Test
    void thereIsTimeToStop() throws IOException {
        assertThat(Manifests.statefulSet().at("/spec/template/spec/terminationGracePeriodSeconds").asInt())
                .isGreaterThan(10 + Manifests.container().at("/lifecycle/preStop/exec/command/1").asInt());
        assertThat(Files.readString(Path.of("src/main/systemd/ota-routes.service"))).containsPattern("(?m)^TimeoutStopSec=[2-9][0-9]$");
    }

    private static boolean secret(String variable) {
        return KnownSettings.all().stream().anyMatch(setting -> setting.secret() && setting.environmentVariable().equals(variable));
    }
}
