package dev.otaroutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The archive's {@code bin/ota}, with a Java that says how it was called instead of running anything. */
class StartScriptTest {
    @TempDir
    private Path temporary;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Path folder;
    private Path home;
    private Path script;
    private Path elsewhere;

    @BeforeEach
    void install() throws IOException {
        folder = temporary.toRealPath();
        home = folder.resolve("ota routes");
        script = Files.createDirectories(home.resolve("bin")).resolve("ota");
        Files.copy(Path.of("src/main/dist/bin/ota"), script);
        elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("JAVA_HOME", java("17.0.9", "jdk").toString());
    }

    @Test
    void theServiceRunsInTheFolderOfTheInstallationWithOptionsForASmallService() throws Exception {
        assertThat(run()).isEqualTo(String.join("\n", "in " + home, "locale C.UTF-8",
                "-Xmx512m", "-Dfile.encoding=UTF-8", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseG1GC",
                "-XX:+HeapDumpOnOutOfMemoryError", "-XX:HeapDumpPath=data/out-of-memory.hprof",
                "-cp", home + "/ext/*:" + home + "/lib/*", "dev.otaroutes.OtaMain") + "\n0");
    }

    @Test
    void itIsFoundThroughSymbolicLinks() throws Exception {
        Path absolute = Files.createSymbolicLink(folder.resolve("absolute"), script);
        script = Files.createSymbolicLink(elsewhere.resolve("relative"), Path.of("..", absolute.getFileName().toString()));

        assertThat(run()).startsWith("in " + home + "\n").contains("\n" + home + "/ext/*:" + home + "/lib/*\n");
    }

    @Test
    void optionsOfTheUserComeLaterSoTheyWin() throws Exception {
        environment.put("JAVA_OPTS", "-Xmx1g -Da=*");
        environment.put("OTA_JAVA_OPTS", "-Xmx2g");

        assertThat(run("-Dmy.name=a b").lines()).containsSubsequence("-Xmx512m", "-Xmx1g", "-Da=*", "-Xmx2g", "-Dmy.name=a b",
                "dev.otaroutes.OtaMain");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"JAVA_OPTS", "OTA_JAVA_OPTS"})
    void anotherCollectorTakesThePlaceOfOurs(String variable) throws Exception {
        environment.put(variable, "-XX:+UseZGC");

        assertThat(run()).contains("-XX:+UseZGC").doesNotContain("UseG1GC");
    }

    @Test
    void aLocaleWithUtf8IsKept() throws Exception {
        environment.put("LANG", "zh_CN.utf8");

        assertThat(run()).contains("\nlocale none\n");
    }

    @Test
    void theSimulatorRunsWhereTheUserIs() throws Exception {
        assertThat(run("simulator", "--ledger", "my fleet.jsonl")).startsWith("in " + elsewhere + "\n").doesNotContain("HeapDump")
                .endsWith(String.join("\n", "-cp", home + "/lib/*", "dev.otaroutes.simulator.Simulator", "--ledger", "my fleet.jsonl") + "\n0");
    }

    @Test
    void whatItDoesNotKnowIsRefused() throws Exception {
        assertThat(run("start")).isEqualTo("ota: [start] is neither simulator nor a JVM option such as -Dota.http.port=9090: bin/ota --help\n1");
        assertThat(run("--help")).startsWith("Starts OTA Routes").contains("OTA_JAVA_OPTS").endsWith("enough\n0");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"11.0.2", "1.8.0_402", "16"})
    void anOlderJavaIsRefused(String version) throws Exception {
        environment.put("JAVA_HOME", java(version, "old").toString());

        assertThat(run()).isEqualTo("ota: [" + folder.resolve("old/bin/java") + "] is Java [" + version
                + "]: OTA Routes needs 17 or later; install it, or set JAVA_HOME to the folder of one\n1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"17", "17.0.9", "21.0.1", "25-ea"})
    void aLaterJavaIsTaken(String version) throws Exception {
        environment.put("JAVA_HOME", java(version, "later").toString());

        assertThat(run()).endsWith("dev.otaroutes.OtaMain\n0");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"17.0.9, false", "25.0.1, true", "26, false"})
    void theWarningsOfAJavaThatIsKnownAreSilenced(String version, boolean silenced) throws Exception {
        environment.put("JAVA_HOME", java(version, "java").toString());

        assertThat(run().contains("\n--enable-native-access=ALL-UNNAMED\n--sun-misc-unsafe-memory-access=allow\n")).isEqualTo(silenced);
    }

    @Test
    void aMissingJavaIsSaid() throws Exception {
        environment.put("JAVA_HOME", elsewhere.toString());
        assertThat(run()).isEqualTo("ota: JAVA_HOME is [" + elsewhere
                + "]: there is no bin/java in it; set it to the folder of a Java 17 or later, or unset it\n1");

        environment.remove("JAVA_HOME");
        environment.put("PATH", programs("dirname", "readlink").toString());
        assertThat(run()).isEqualTo("ota: there is no java in the search path: install Java 17 or later, or set JAVA_HOME to its folder\n1");
    }

    @Test
    void aJavaThatDoesNotRunIsSaid() throws Exception {
        Path broken = Files.createDirectories(folder.resolve("broken/bin")).resolve("java");
        executable(broken, "echo 'cannot execute binary file' >&2; exit 126");
        environment.put("JAVA_HOME", folder.resolve("broken").toString());

        assertThat(run()).isEqualTo("ota: [" + broken + "] does not run: cannot execute binary file\n1");
    }

    /** @return what it printed, and its exit code */
    private String run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-i"));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of("/bin/sh", script.toString()));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).directory(elsewhere.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said + process.waitFor();
    }

    private Path java(String version, String name) throws IOException {
        Path java = Files.createDirectories(folder.resolve(name).resolve("bin")).resolve("java");
        executable(java, "if [ \"$1\" = -version ]; then",
                "  echo 'Picked up JAVA_TOOL_OPTIONS: -Dx=1' >&2; echo 'openjdk version \"" + version + "\" 2026-01-20' >&2; exit",
                "fi",
                "echo \"in $(pwd)\"; echo \"locale ${LC_ALL:-none}\"; printf '%s\\n' \"$@\"");
        return folder.resolve(name);
    }

    private Path programs(String... names) throws IOException {
        Path programs = Files.createDirectory(folder.resolve("programs"));
        for (String name : names) {
            executable(programs.resolve(name), "exec /usr/bin/" + name + " \"$@\"");
        }
        return programs;
    }

    private static void executable(Path file, String... lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
