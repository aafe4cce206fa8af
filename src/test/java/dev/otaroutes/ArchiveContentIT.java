package dev.otaroutes;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.support.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the archives hold, file by file, and under which licences. */
class ArchiveContentIT {
    /** What needs no word in THIRD-PARTY.txt. */
    private static final Set<String> PERMISSIVE = Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0");

    private static final Pattern CLASSIFIER = Pattern.compile("[?&]classifier=([^&]+)");

    private static Path home;

    @BeforeAll
    static void unpack() {
        home = new Installation().home();
    }

    @Test
    void itHoldsWhatAPersonNeeds() throws IOException {
        assertThat(names(home)).containsExactlyInAnyOrder("LICENSE", "NOTICE", "README.md", "THIRD-PARTY.txt", "application.properties", "bin",
                "bom.json", "data", "lib", "routes", "systemd");
        assertThat(names(home.resolve("data"))).isEmpty();
        assertThat(names(home.resolve("systemd"))).containsExactly("ota-routes.service");
        for (String same : List.of("README.md", "application.properties")) {
            assertThat(home.resolve(same)).hasSameTextualContentAs(Path.of(same));
        }
        assertThat(files(home.resolve("routes"))).isEqualTo(files(Path.of("routes")));
        assertThat(Files.readString(home.resolve("systemd/ota-routes.service"))).contains("ExecStart=/opt/ota-routes/bin/ota\n");
        assertThat(home.resolve("bin/ota")).isExecutable();
    }

    @Test
    void theZipHoldsTheSame() throws IOException {
        try (ZipFile zip = new ZipFile(Installation.archive().toString().replace(".tar.gz", ".zip"))) {
            Set<String> zipped = new TreeSet<>();
            zip.stream().filter(entry -> !entry.isDirectory()).forEach(entry -> zipped.add(entry.getName().replaceFirst("^[^/]*/", "")));

            assertThat(zipped).isEqualTo(files(home));
        }
    }

    /** Else it would depend on the order of lib/, which no two file systems agree on, which of them runs. */
    @Test
    void noClassIsThereTwice() throws IOException {
        Map<String, List<String>> jars = new HashMap<>();
        for (String jar : names(home.resolve("lib"))) {
            try (ZipFile classes = new ZipFile(home.resolve("lib").resolve(jar).toFile())) {
                classes.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class") && !name.matches("(.*/)?(module|package)-info\\.class"))
                        .forEach(name -> jars.computeIfAbsent(name, first -> new ArrayList<>()).add(jar));
            }
        }

        assertThat(jars).hasSizeGreaterThan(1_000);
        assertThat(jars.values().stream().filter(holders -> holders.size() > 1).distinct()).isEmpty();
    }

    @Test
    void theBillOfMaterialsListsEveryJar() throws IOException {
        Set<String> listed = new TreeSet<>();
        for (JsonNode component : components()) {
            Matcher classifier = CLASSIFIER.matcher(component.get("purl").asText());
            listed.add(component.get("name").asText() + "-" + component.get("version").asText()
                    + (classifier.find() ? "-" + classifier.group(1) : "") + ".jar");
        }

        assertThat(names(home.resolve("lib"))).filteredOn(jar -> !jar.startsWith("ota-routes-")).containsExactlyInAnyOrderElementsOf(listed);
    }

    @Test
    void everyLicenceIsPermissiveOrListed() throws IOException {
        List<String> listed = Files.readAllLines(home.resolve("THIRD-PARTY.txt")).stream().filter(line -> line.contains("https://"))
                .map(line -> line.split("\\s+")[0]).toList();

        assertThat(components().stream().filter(component -> licences(component).stream().noneMatch(PERMISSIVE::contains))
                .map(component -> component.get("group").asText() + ":" + component.get("name").asText()))
                .containsExactlyInAnyOrderElementsOf(listed);
    }

    private static Collection<String> licences(JsonNode component) {
        return StreamSupport.stream(component.path("licenses").spliterator(), false).map(entry -> entry.at("/license/id").asText()).toList();
    }

    private static List<JsonNode> components() throws IOException {
        return StreamSupport.stream(new ObjectMapper().readTree(home.resolve("bom.json").toFile()).get("components").spliterator(), false).toList();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            return entries.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString()).collect(toCollection(TreeSet::new));
        }
    }
}
