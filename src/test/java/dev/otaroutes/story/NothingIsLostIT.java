package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.support.EventReceiver;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Rounds;
import dev.otaroutes.support.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The process is away or killed in the middle of its work: what the broker took from devices is stored, once, and told to platforms in order. */
@DisplayName("nothing is lost")
class NothingIsLostIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final byte[] FIRMWARE = "firmware".getBytes();

    @ParameterizedTest(name = "of what came while the service was stopped, on {0}")
    @EnumSource(value = Site.Kind.class, names = {"MOSQUITTO_POSTGRES"})
    void informsOfAStoppedService(Site.Kind kind) throws Exception {
        try (Site site = new Site(kind)) {
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            for (int round = 1; round <= Rounds.of(20); round++) {
                site.ota().stop();
                String version = "1.0." + round;
                try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                    all(IntStream.range(0, 1_000).mapToObj(i -> fleet.inform("d" + i, version)).toList());
                }
                site.ota().start().awaitReady();
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(versions(api)).isEqualTo(Map.of(version, 1_000)));
            }
        }
    }

    @ParameterizedTest(name = "in a kill amid informs and progress, on {0}")
    @EnumSource(value = Site.Kind.class, names = {"EMBEDDED", "MOSQUITTO_POSTGRES"})
    void killed(Site.Kind kind) throws Exception {
        int devices = Rounds.full() ? 10_000 : 1_000;
        Random random = new Random();
        for (int round = 1; round <= Rounds.of(5); round++) {
            try (Site site = new Site(kind); EventReceiver platform = new EventReceiver()) {
                site.ota().with("ota.download.base-url", "http://ota.example");
                site.ota().start().awaitReady();
                OperatorApi api = site.api();
                String packageId = api.packageOf("lamp", "2.0.0", FIRMWARE);
                List<String> keys = IntStream.range(0, devices).mapToObj(i -> "d" + i).toList();
                api.post("/webhooks", "{\"name\":\"console\",\"url\":\"" + platform.url() + "\",\"format\":\"standard\",\"events\":[\"version.changed\",\"task.*\"]}");
                try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                    // Devices are told when they inform, not before.
                    String batchId = api.post("/packages/" + packageId + "/batches", "{\"push\":false,\"select\":{\"devices\":["
                            + keys.stream().map(key -> "\"" + key + "\"").collect(Collectors.joining(",")) + "]}}").get("id").asText();
                    await().atMost(PATIENCE).until(() -> api.get("/batches/" + batchId).get("status").asText().equals("running"));
                    CompletableFuture<List<CompletableFuture<Void>>> sent = CompletableFuture.supplyAsync(() ->
                            new ArrayList<>(keys.stream().map(key -> fleet.upgrade(key, "1.0.0", "2.0.0")).toList()));
                    int kills = 2;
                    for (int kill = 0; kill < kills; kill++) {
                        int seen = devices * (1 + kill) / 4 + random.nextInt(devices / 8);
                        await().atMost(PATIENCE).until(() -> platform.size() > seen);
                        site.ota().kill();
                        site.ota().start().awaitReady();
                    }
                    List<CompletableFuture<Void>> upgraded = sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    await().atMost(PATIENCE).untilAsserted(() -> assertThat(IntStream.range(0, devices)
                            .filter(i -> !upgraded.get(i).isDone()).mapToObj(keys::get))
                            .as("devices that are not through, not acknowledged: %s", fleet.unacknowledged()).isEmpty());
                    await().atMost(PATIENCE).untilAsserted(() -> {
                        JsonNode batch = api.get("/batches/" + batchId);
                        assertThat(batch.get("counts").get("succeeded").asInt()).isEqualTo(devices);
                        assertThat(batch.get("status").asText()).isEqualTo("finished");
                        assertThat(versions(api)).isEqualTo(Map.of("2.0.0", devices));
                    });
                    await().atMost(PATIENCE).untilAsserted(() -> {
                        assertThat(platform.outOfOrder()).isEmpty();
                        assertThat(keys).allSatisfy(key -> assertThat(count(platform, key, "task.succeeded")).isEqualTo(1));
                    });
                    assertThat(keys).allSatisfy(key -> {
                        assertThat(count(platform, key, "task.created")).isEqualTo(1);
                        assertThat(count(platform, key, "task.failed")).isZero();
                        assertThat(count(platform, key, "version.changed")).isEqualTo(2);
                        assertThat(fleet.upgrades(key).stream().map(upgrade -> upgrade.get("id").asLong()).distinct())
                                .as("a push that is repeated keeps its id").hasSize(1);
                    });
                }
            }
        }
    }

    /** Their names are such that each has one of the two groups that are stored side by side there. */
    @ParameterizedTest(name = "in a kill amid informs of two products, on {0}")
    @EnumSource(value = Site.Kind.class, names = {"MOSQUITTO_MARIADB"})
    void killedWhileTwoGroupsAreStored(Site.Kind kind) throws Exception {
        int devices = 5_000;
        List<String> products = List.of("lamp", "lock");
        for (int round = 1; round <= Rounds.of(5); round++) {
            try (Site site = new Site(kind); Fleet lamps = new Fleet(site.brokerUrl(), "lamp"); Fleet locks = new Fleet(site.brokerUrl(), "lock")) {
                site.ota().start().awaitReady();
                OperatorApi api = site.api();
                products.forEach(product -> api.put("/products/" + product, "{\"name\":\"" + product + "\",\"dialect\":\"sagoo\"}"));
                List<CompletableFuture<Void>> sent = IntStream.range(0, devices).boxed()
                        .flatMap(i -> Stream.of(lamps.inform("d" + i, "1.0.0"), locks.inform("d" + i, "1.0.0"))).toList();
                await().atMost(PATIENCE).until(() -> products.stream().allMatch(product -> versions(api, product).getOrDefault("1.0.0", 0) > devices / 10));
                assertThat(products).as("it is killed in the middle").allSatisfy(product ->
                        assertThat(versions(api, product).get("1.0.0")).isLessThan(devices));
                site.ota().kill();
                site.ota().start().awaitReady();
                all(sent);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(products).allSatisfy(product ->
                        assertThat(versions(api, product)).isEqualTo(Map.of("1.0.0", devices))));
            }
        }
    }

    private static long count(EventReceiver platform, String device, String type) {
        return platform.of(device).stream().filter(event -> event.get("type").asText().equals(type)).count();
    }

    private static Map<String, Integer> versions(OperatorApi api) {
        return versions(api, "lamp");
    }

    private static Map<String, Integer> versions(OperatorApi api, String product) {
        return StreamSupport.stream(api.get("/results/versions?productKey=" + product + "&module=default").get("items").spliterator(), false)
                .collect(Collectors.toMap(item -> item.get("version").asText(), item -> item.get("devices").asInt()));
    }

    private static void all(List<CompletableFuture<Void>> sent) throws Exception {
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
