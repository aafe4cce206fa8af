package dev.otaroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Site;
import dev.otaroutes.support.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The simulator as an integrator starts it, in a process of its own. */
class SimulatorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder = TestFolder.make("simulator");
    private final Path ledger = folder.resolve("ledger.jsonl");

    @Test
    void aFleetUpgradesItselfAsItsMixSaysAndGoesOnWhereItWas() throws Exception {
        byte[] firmware = new byte[300_000];
        try (Site site = new Site(Site.Kind.EMBEDDED)) {
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            String packageId = api.packageOf("lamp", "2.0.0", firmware);
            List<String> keys = IntStream.rangeClosed(1, 60).mapToObj(i -> String.format(Locale.ROOT, "sim-%05d", i)).toList();
            Mix mix = Mix.parse("download=10,verification=10,flash=10,silent=10,old-image=10,lost-connection=20,absent=10");

            Process simulator = start("--broker", site.brokerUrl(), "--product", "lamp", "--devices", "60", "--connections", "7", "--seed", "3",
                    "--step-seconds", "0", "--mix", "download=10,verification=10,flash=10,silent=10,old-image=10,lost-connection=20,absent=10",
                    "--idle-seconds", "20", "--ledger", ledger.toString());
            long there = keys.stream().filter(key -> mix.of(3, key) != Mishap.IS_ABSENT).count();
            await().atMost(PATIENCE).until(() -> api.get("/results/versions?productKey=lamp&module=default").get("items").path(0)
                    .path("devices").asInt() == there);
            String batch = "/batches/" + api.batch(packageId, keys, "{\"quietSeconds\":5}");
            String said = end(simulator, 0);

            Map<String, String> expected = new LinkedHashMap<>();
            keys.forEach(key -> expected.put(key, switch (mix.of(3, key)) {
                case NONE, LOSES_THE_CONNECTION -> "succeeded";
                case CANNOT_DOWNLOAD -> "failed download-failed";
                case READS_ITS_FLASH_WRONG -> "failed verification-failed";
                case CANNOT_WRITE_ITS_FLASH -> "failed flash-failed";
                case BOOTS_THE_OLD_IMAGE -> "failed version-mismatch";
                default -> "pushed"; // The embedded broker takes what is for an absent device, too.
            }));
            assertThat(expected.values()).as("one of each").contains("succeeded", "failed download-failed", "failed verification-failed",
                    "failed flash-failed", "failed version-mismatch", "pushed");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(tasks(api, batch)).isEqualTo(expected));
            Map<String, JsonNode> first = devices();
            assertThat(first.keySet()).containsExactlyElementsOf(keys);
            keys.forEach(key -> assertThat(first.get(key).get("version").asText()).isEqualTo(expected.get(key).equals("succeeded") ? "2.0.0" : "1.0.0"));
            assertThat(first.get(keys.stream().filter(key -> mix.of(3, key) == Mishap.BOOTS_THE_OLD_IMAGE).findFirst().orElseThrow())
                    .get("upgrades")).as("one for each attempt").hasSize(3);
            assertThat(said).contains("60 devices of lamp, ", "At the end:", "runs 2.0.0", "Each device's story is in " + ledger);

            end(start("--broker", site.brokerUrl(), "--product", "lamp", "--devices", "60", "--seconds", "1", "--ledger", ledger.toString()), 0);
            devices().forEach((key, device) -> assertThat(device.get("version").asText()).isEqualTo(first.get(key).get("version").asText()));
        }
    }

    @Test
    void aFleetDownloadsAsItIsToldOverMqttOrSeveralFiles() throws Exception {
        Mix mix = Mix.parse("verification=25,lost-connection=25");
        List<String> keys = IntStream.rangeClosed(1, 20).mapToObj(i -> String.format(Locale.ROOT, "sim-%05d", i)).toList();
        Map<String, String> expected = new LinkedHashMap<>();
        keys.forEach(key -> expected.put(key, mix.of(3, key) == Mishap.READS_ITS_FLASH_WRONG ? "failed verification-failed" : "succeeded"));
        assertThat(keys.stream().map(key -> mix.of(3, key))).as("one of each")
                .contains(Mishap.NONE, Mishap.READS_ITS_FLASH_WRONG, Mishap.LOSES_THE_CONNECTION);
        byte[] firmware = new byte[200_000];
        new Random(1).nextBytes(firmware);
        try (Site site = new Site(Site.Kind.EMBEDDED)) {
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            String overMqtt = api.packageOf("lamp", "2.0.0", firmware);
            api.put("/products/hub", "{\"name\":\"hub\",\"dialect\":\"alibaba\"}");
            String ofSeveral = api.post("/packages", "{\"productKey\":\"hub\",\"version\":\"2.0.0\"}").get("id").asText();
            api.upload(ofSeveral, "kernel.bin", firmware);
            api.upload(ofSeveral, "system.bin", new byte[100_000]);

            for (String product : List.of("lamp", "hub")) {
                Process simulator = start("--broker", site.brokerUrl(), "--product", product, "--devices", "20", "--connections", "4", "--seed", "3",
                        "--step-seconds", "0", "--mix", "verification=25,lost-connection=25", "--idle-seconds", "10", "--ledger", ledger.toString());
                await().atMost(PATIENCE).until(() -> api.get("/results/versions?productKey=" + product + "&module=default").get("items").path(0)
                        .path("devices").asInt() == keys.size());
                String batch = "/batches/" + (product.equals("lamp")
                        ? api.post("/packages/" + overMqtt + "/batches", "{\"select\":{\"all\":true},\"protocol\":\"mqtt\"}").get("id").asText()
                        : api.batch(ofSeveral, keys, "{}"));
                end(simulator, 0);

                await().atMost(PATIENCE).untilAsserted(() -> assertThat(tasks(api, batch)).as(product).isEqualTo(expected));
                devices().forEach((key, device) -> assertThat(device.get("version").asText()).isEqualTo(expected.get(key).equals("succeeded") ? "2.0.0" : "1.0.0"));
                Files.delete(ledger);
            }
        }
    }

    @Test
    void aBrokerThatIsNotThereIsSaidInOneLine() throws Exception {
        assertThat(end(start("--product", "lamp", "--broker", "tcp://127.0.0.1:1"), 1)).contains("cannot connect to tcp://127.0.0.1:1: ")
                .doesNotContain("\tat ");
    }

    private static Map<String, String> tasks(OperatorApi api, String batch) {
        Map<String, String> tasks = new LinkedHashMap<>();
        api.list(batch + "/tasks").forEach(task -> tasks.put(task.get("deviceKey").asText(),
                (task.get("status").asText() + " " + task.path("reason").asText("")).strip()));
        return tasks;
    }

    private Map<String, JsonNode> devices() throws IOException {
        Map<String, JsonNode> devices = new LinkedHashMap<>();
        for (String line : Files.readAllLines(ledger)) {
            JsonNode device = JSON.readTree(line);
            devices.put(device.get("deviceKey").asText(), device);
        }
        return devices;
    }

    private Process start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                "-cp", System.getProperty("java.class.path"), "dev.otaroutes.simulator.Simulator"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    }

    /** @return what it printed until its end */
    private String end(Process simulator, int code) throws Exception {
        try {
            assertThat(simulator.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            simulator.destroyForcibly();
        }
        String said = Files.readString(folder.resolve("log"));
        assertThat(simulator.exitValue()).as(said).isEqualTo(code);
        return said;
    }
}
