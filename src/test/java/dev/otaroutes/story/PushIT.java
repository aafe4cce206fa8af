package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.bench.BenchData;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Rounds;
import dev.otaroutes.support.Site;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that is pushed unasked, by a process that is killed in the middle: nobody is left out, and only what was in flight comes twice. */
@DisplayName("a push to many devices")
class PushIT {
    private static final Duration PATIENCE = Duration.ofMinutes(8);
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    /** What the scheduler has under way at most. */
    private static final int IN_FLIGHT = 600;

    /** Without a plan a task is pushed as it is made, with a lease in its row; with one that counts no pushes, it waits in its row until the broker has answered. */
    @ParameterizedTest(name = "with [{0}]")
    @ValueSource(strings = {"", ",\"rollout\":{\"startAt\":\"2026-01-01T00:00:00Z\"}"})
    @DisplayName("goes on where it was killed")
    void killed(String plan) throws Exception {
        int devices = Rounds.full() ? 100_000 : 6_000;
        try (Site site = new Site(Site.Kind.MOSQUITTO_POSTGRES)) {
            site.ota().with("ota.download.base-url", "http://ota.example").start().awaitReady();
            String product = BenchData.product(0);
            new BenchData(site.databaseUrl(), site.database().username(), site.database().password()).load(1, devices, null);
            List<String> keys = IntStream.range(0, devices).mapToObj(BenchData::device).toList();
            try (Fleet fleet = new Fleet(site.brokerUrl(), product)) {
                long asked = System.nanoTime();
                OperatorApi api = site.api();
                String batch = "/batches/" + api.post("/packages/" + BenchData.id(0) + "/batches", "{\"select\":{\"all\":true}" + plan + "}").get("id").asText();
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).as("it is prepared behind the answer").isLessThan(AT_ONCE);
                await().atMost(PATIENCE).until(() -> keys.stream().filter(key -> fleet.firstUpgrade(key).isDone()).count() > devices / 3);
                site.ota().kill();
                site.ota().start().awaitReady();

                await().atMost(PATIENCE).untilAsserted(() -> {
                    JsonNode counts = api.get(batch).get("counts");
                    assertThat(counts.get("pushed").asInt()).isEqualTo(devices);
                });
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(keys).allMatch(key -> fleet.firstUpgrade(key).isDone()));
                List<String> repeated = keys.stream().filter(key -> fleet.upgrades(key).size() > 1).toList();
                assertThat(repeated).as("only what was in flight is pushed again").hasSizeLessThanOrEqualTo(IN_FLIGHT);
                assertThat(repeated).as("with its old ID").allSatisfy(key ->
                        assertThat(fleet.upgrades(key).stream().map(upgrade -> upgrade.get("id").asLong()).distinct()).hasSize(1));
            }
        }
    }
}
