package dev.otaroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.support.EventReceiver;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.OtaProcess;
import dev.otaroutes.support.Rounds;
import dev.otaroutes.support.Site;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rollouts over simulated fleets: what operators and platforms are told is what each device did. */
@DisplayName("a rollout over thousands of devices")
class LargeRolloutIT {
    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final Map<String, String> REASONS = Map.of("download", "download-failed", "verification", "verification-failed",
            "flash", "flash-failed", "old-image", "version-mismatch");
    private static final int ATTEMPTS = 3;
    /** What an instance may have published without having recorded it. */
    private static final int IN_FLIGHT = 600;

    @ParameterizedTest(name = "by plan, paused and resumed, on {0}")
    @EnumSource(Site.Kind.class)
    void figuresAgreeWithTheDevicesOneByOne(Site.Kind kind) throws Exception {
        int devices = 10_000;
        int sample = devices / 100;
        int weak = 60;
        int perMinute = 18_000;
        try (Site site = site(kind); EventReceiver platform = new EventReceiver()) {
            site.ota().with("ota.download.base-url", "http://ota.example").start().awaitReady();
            OperatorApi api = site.api();
            String packageId = api.packageOf("lamp", "2.0.0", "firmware".getBytes());
            subscribe(api, platform);
            // A batch takes devices in the order in which they were recorded. With the weak ones at the end of its first stage there are not 60
            // percent of failures before all of it are told and all of those have failed.
            try (Simulator sound = fleet(site, "a-", sample - weak, "", sample - weak);
                    Simulator group = fleet(site, "b-", weak, "verification=100", sample);
                    Simulator others = fleet(site, "c-", devices - sample, "download=1,verification=1,flash=0.5,old-image=0.5", devices)) {
                String batch = rollOut(api, packageId, "{\"quietSeconds\":30,\"pushPerMinute\":" + perMinute + ",\"stages\":["
                        + "{\"percent\":1,\"successPercent\":90,\"failurePercent\":60},"
                        + "{\"percent\":20,\"successPercent\":90,\"failurePercent\":20},{\"percent\":100}]}");

                awaitStatus(api, batch, "paused");
                assertThat(api.get(batch).get("pauseReason").asText()).isEqualTo("too-many-failures");
                await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> told(sound, group, others).count() == sample);
                api.post(batch + "/resume", "");
                awaitFinished(api, batch, platform, devices);

                agree(api, batch, platform, sound, group, others);
                assertThat(batchEvents(platform)).containsExactly("batch.started", "batch.paused too-many-failures", "batch.resumed", "batch.finished");
                assertThat(told(sound, group, others)).allSatisfy(device -> assertThat(device.duplicates()).isZero());
                assertThat(mostIn(Duration.ofSeconds(10), sound, group, others)).as("upgrades in any ten seconds: what the rate allows, what it saves up for "
                        + "two seconds, and what came a second late").isLessThanOrEqualTo(perMinute / 60 * 13);
            }
        }
    }

    @ParameterizedTest(name = "amid which an instance is killed, on {0}")
    @EnumSource(Site.Kind.class)
    void aKilledInstanceLosesAndRepeatsNothing(Site.Kind kind) throws Exception {
        int devices = Rounds.full() ? 10_000 : 2_000;
        boolean shared = kind != Site.Kind.EMBEDDED;
        try (Site site = site(kind); EventReceiver platform = new EventReceiver()) {
            site.ota().with("ota.download.base-url", "http://ota.example");
            OtaProcess killed = site.ota();
            if (shared) {
                site.ota().with("ota.mqtt.share-group", "ota").with("ota.mqtt.client-id", "ota-1").start().awaitReady();
                killed = site.secondInstance().with("ota.mqtt.client-id", "ota-2")
                        .with("ota.download.dir", site.ota().folder().resolve("data/packages").toString());
            }
            killed.start().awaitReady();
            OperatorApi api = site.api();
            String packageId = api.packageOf("lamp", "2.0.0", "firmware".getBytes());
            subscribe(api, platform);
            try (Simulator fleet = fleet(site, "d-", devices, "download=1,verification=1,flash=1", devices)) {
                String batch = rollOut(api, packageId, "{\"pushPerMinute\":24000,\"stages\":[{\"percent\":10},{\"percent\":100}]}");

                await().atMost(PATIENCE).until(() -> told(fleet).count() > devices / 2);
                killed.kill();
                Instant at = Instant.now();
                killed.start().awaitReady();
                Instant back = Instant.now();
                awaitFinished(api, batch, platform, devices);

                agree(api, batch, platform, fleet);
                assertThat(batchEvents(platform)).containsExactly("batch.started", "batch.finished");
                List<DeviceRecord> twice = told(fleet).filter(device -> device.duplicates() > 0).toList();
                assertThat(twice.size()).as("devices that were told twice").isLessThanOrEqualTo(IN_FLIGHT);
                // What was in flight comes when the broker is back, where that was killed too.
                assertThat(twice.stream().filter(device -> device.upgrades().stream().map(upgrade -> Instant.parse(upgrade.at()))
                        .noneMatch(first -> first.isAfter(at.minusSeconds(15)) && first.isBefore(back.plusSeconds(10)))).toList())
                        .as("devices that were told twice, none of it in flight at the kill at %s; back at %s", at, back).isEmpty();
            }
        }
    }

    /** Where the broker is embedded, ten thousand subscriptions are in the same heap. */
    private static Site site(Site.Kind kind) {
        return new Site(kind, kind == Site.Kind.EMBEDDED ? 768 : 256);
    }

    /** @param recorded devices that have informed when it returns, these and others */
    private static Simulator fleet(Site site, String prefix, int devices, String mix, int recorded) throws IOException {
        Simulator fleet = new Simulator(SimulatorOptions.parse("--broker", site.brokerUrl(), "--product", "lamp", "--prefix", prefix,
                "--devices", String.valueOf(devices), "--connections", String.valueOf(Math.min(20, devices)), "--mix", mix, "--download", "none", "--every", "50",
                "--step-seconds", "0"), System.out::println);
        try {
            fleet.start();
            await().atMost(PATIENCE).until(() -> site.api().get("/results/versions?productKey=lamp&module=default").get("items").path(0)
                    .path("devices").asInt() == recorded);
        } catch (IOException | RuntimeException e) {
            fleet.close();
            throw e;
        }
        return fleet;
    }

    private static void subscribe(OperatorApi api, EventReceiver platform) {
        api.post("/webhooks", "{\"name\":\"console\",\"url\":\"" + platform.url()
                + "\",\"format\":\"standard\",\"events\":[\"task.succeeded\",\"task.failed\",\"task.canceled\",\"batch.*\"]}");
    }

    /** @return path of a batch for all devices */
    private static String rollOut(OperatorApi api, String packageId, String plan) {
        return "/batches/" + api.post("/packages/" + packageId + "/batches", "{\"select\":{\"all\":true},\"rollout\":" + plan + "}").get("id").asText();
    }

    private static void awaitFinished(OperatorApi api, String batch, EventReceiver platform, int devices) {
        awaitStatus(api, batch, "finished");
        await().atMost(PATIENCE).until(() -> platform.size() >= devices && batchEvents(platform).contains("batch.finished"));
    }

    private static void awaitStatus(OperatorApi api, String batch, String status) {
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            JsonNode now = api.get(batch);
            assertThat(now.get("status").asText()).as("batch: %s", now).isEqualTo(status);
        });
    }

    /** Counts, tasks, results and events are what the devices say that they did. */
    private static void agree(OperatorApi api, String batch, EventReceiver platform, Simulator... fleets) {
        Map<String, DeviceRecord> ledger = devices(fleets).collect(Collectors.toMap(DeviceRecord::deviceKey, device -> device));
        Map<String, String> did = new TreeMap<>();
        ledger.forEach((key, device) -> {
            String reason = REASONS.get(device.mishap());
            did.put(key, reason == null ? "succeeded" : "failed " + reason);
            assertThat(device.version()).as(key).isEqualTo(reason == null ? "2.0.0" : "1.0.0");
            assertThat(device.upgrades()).as(() -> "upgrades of " + device + ", tasks " + history(api, device)).hasSize(device.mishap().equals("old-image") ? ATTEMPTS : 1)
                    .allSatisfy(upgrade -> assertThat("/batches/" + upgrade.strategy()).isEqualTo(batch));
        });
        int succeeded = (int) did.values().stream().filter("succeeded"::equals).count();
        int failed = ledger.size() - succeeded;

        Map<String, String> tasks = new TreeMap<>();
        api.list(batch + "/tasks").forEach(task -> tasks.put(task.get("deviceKey").asText(),
                (task.get("status").asText() + " " + task.path("reason").asText("")).strip()));
        assertThat(tasks).isEqualTo(did);
        JsonNode counts = api.get(batch).get("counts");
        assertThat(counts.get("succeeded").asInt()).isEqualTo(succeeded);
        assertThat(counts.get("failed").asInt()).isEqualTo(failed);
        JsonNode success = api.get("/results/success?batchId=" + batch.substring("/batches/".length()));
        assertThat(success.get("counts")).isEqualTo(counts);
        assertThat(success.get("successRate").asDouble()).isCloseTo(100.0 * succeeded / ledger.size(), Offset.offset(0.1));
        Map<String, Integer> reasons = new TreeMap<>();
        did.values().stream().filter(what -> !what.equals("succeeded")).forEach(what -> reasons.merge(what.substring("failed ".length()), 1, Integer::sum));
        Map<String, Integer> failures = new TreeMap<>();
        api.get("/results/failures?batchId=" + batch.substring("/batches/".length())).get("items")
                .forEach(item -> failures.put(item.get("reason").asText(), item.get("devices").asInt()));
        assertThat(failures).isEqualTo(reasons);
        Map<String, Integer> versions = new HashMap<>();
        api.get("/results/versions?productKey=lamp&module=default").get("items")
                .forEach(item -> versions.put(item.get("version").asText(), item.get("devices").asInt()));
        assertThat(versions).isEqualTo(Map.of("1.0.0", failed, "2.0.0", succeeded));

        Map<String, String> told = new TreeMap<>();
        did.keySet().forEach(key -> told.put(key, platform.of(key).stream().map(event -> (event.get("type").asText().replace("task.", "") + " "
                + event.get("data").path("reason").asText("")).strip()).collect(Collectors.joining(", "))));
        assertThat(told).as("events").isEqualTo(did);
    }

    private static String history(OperatorApi api, DeviceRecord device) {
        return device.upgrades().stream().map(upgrade -> upgrade.id() / (PushOrder.PUSHES_PER_TASK + 1)).distinct()
                .map(task -> api.get("/tasks/" + task).toString()).collect(Collectors.joining(", "));
    }

    private static Stream<DeviceRecord> devices(Simulator... fleets) {
        return Stream.of(fleets).flatMap(fleet -> fleet.ledger().devices().stream());
    }

    private static Stream<DeviceRecord> told(Simulator... fleets) {
        return devices(fleets).filter(device -> !device.upgrades().isEmpty());
    }

    private static List<String> batchEvents(EventReceiver platform) {
        return platform.of("").stream().map(event -> (event.get("type").asText() + " " + event.get("data").path("reason").asText("")).strip()).toList();
    }

    /** @return the most first pushes that came within any such time */
    private static int mostIn(Duration window, Simulator... fleets) {
        List<Instant> times = new ArrayList<>(told(fleets).map(device -> Instant.parse(device.upgrades().get(0).at())).sorted().toList());
        int most = 0;
        int from = 0;
        for (int to = 0; to < times.size(); to++) {
            while (times.get(from).plus(window).isBefore(times.get(to))) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }
}
