package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.otaroutes.story.UnwellPlatforms.Ailment;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Rounds;
import dev.otaroutes.support.Site;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Twenty platforms, most of them unwell in one way or another, and a killed process: each gets every event, in order per device. */
@DisplayName("platforms that are unwell")
class UnwellPlatformsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(Rounds.full() ? 15 : 4);
    private static final Duration QUIET = Duration.ofMillis(500);
    private static final int PLATFORMS = 20;
    private static final int DEVICES = 100;
    private static final int EVENTS_A_DEVICE = Rounds.full() ? 100 : 10;
    private static final int EVENTS = DEVICES * EVENTS_A_DEVICE;

    @ParameterizedTest(name = "get every event in order though the process is killed, on {0}")
    @EnumSource(value = Site.Kind.class, names = {"EMBEDDED", "MOSQUITTO_POSTGRES"})
    void everyEventInOrder(Site.Kind kind) throws Exception {
        try (Site site = new Site(kind); UnwellPlatforms platforms = new UnwellPlatforms(PLATFORMS)) {
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            List<String> webhooks = new ArrayList<>();
            for (int i = 0; i < PLATFORMS; i++) {
                webhooks.add(api.post("/webhooks", "{\"name\":\"platform " + i + "\",\"url\":\"" + platforms.url(i)
                        + "\",\"format\":\"standard\",\"events\":[\"version.changed\"]}").get("id").asText());
            }
            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                for (int version = 1; version <= EVENTS_A_DEVICE; version++) {
                    inform(fleet, "1.0." + version);
                }
            }

            await().atMost(PATIENCE).until(() -> platforms.taken() > EVENTS * PLATFORMS / 3);
            site.ota().kill();
            await().during(QUIET).atMost(PATIENCE).until(platforms::calls, new Unchanged()::is);
            assertThat(platforms.taken()).as("killed in the middle").isLessThan(EVENTS * PLATFORMS * 3 / 4);
            platforms.nextRun();
            site.ota().start().awaitReady();

            for (int i = 0; i < PLATFORMS; i++) {
                if (!platforms.ailment(i).mends()) {
                    awaitTaken(platforms, i);
                }
            }
            for (int i = 0; i < PLATFORMS; i++) {
                if (platforms.ailment(i).mends()) {
                    assertThat(platforms.taken(i)).isEmpty();
                    assertThat(api.get("/webhooks/" + webhooks.get(i)).get("status").asText())
                            .isEqualTo(platforms.ailment(i) == Ailment.GONE_UNTIL_MENDED ? "paused" : "active");
                    assertThat(api.list("/webhooks/" + webhooks.get(i) + "/deliveries?status=waiting")).hasSize(EVENTS);
                }
            }
            platforms.mend();
            for (int i = 0; i < PLATFORMS; i++) {
                if (platforms.ailment(i) == Ailment.GONE_UNTIL_MENDED) {
                    api.post("/webhooks/" + webhooks.get(i) + "/resume", null);
                }
            }
            for (int i = 0; i < PLATFORMS; i++) {
                awaitTaken(platforms, i);
                assertThat(platforms.faults(i, EVENTS_A_DEVICE)).as("platform %d: %s", i, platforms.ailment(i)).isEmpty();
                assertLedgersAgree(api, webhooks.get(i), platforms.taken(i));
            }
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
        "1 2 | nothing wrong",
        "1 2 then 1 2 | nothing wrong",
        "1 then 2 | nothing wrong",
        "2 1 | d: Attempt[run=0, event=2, sequence=2, status=204] when null was due and 0 taken",
        "1 1 2 | d: Attempt[run=0, event=1, sequence=1, status=204] when 2 was due and 1 taken",
        "1 2 then 2 1 | d: Attempt[run=1, event=1, sequence=1, status=204] when 3 was due and 2 taken",
        "1 | d: took 1 of 2"})
    void theLedgerSeesWhatIsOutOfOrderRepeatedOrMissing(String sequences, String fault) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        try (UnwellPlatforms platforms = new UnwellPlatforms(1)) {
            for (String sequence : sequences.split(" ")) {
                if (sequence.equals("then")) {
                    platforms.nextRun();
                } else {
                    String event = "{\"id\":\"" + sequence + "\",\"deviceKey\":\"d\",\"sequence\":" + sequence + "}";
                    http.send(HttpRequest.newBuilder(URI.create(platforms.url(0))).POST(HttpRequest.BodyPublishers.ofString(event)).build(),
                            HttpResponse.BodyHandlers.discarding());
                }
            }
            assertThat(platforms.faults(0, 2).stream().findFirst().orElse("nothing wrong")).isEqualTo(fault);
        }
    }

    /** What the operator is shown, and what the platform has. */
    private static void assertLedgersAgree(OperatorApi api, String webhook, Set<String> taken) {
        await().atMost(PATIENCE).until(() -> api.get("/webhooks/" + webhook + "/deliveries?status=waiting&limit=1").get("items").isEmpty());
        List<JsonNode> deliveries = api.list("/webhooks/" + webhook + "/deliveries");
        assertThat(deliveries).hasSize(EVENTS).allSatisfy(delivery -> assertThat(delivery.get("status").asText()).isEqualTo("delivered"));
        assertThat(deliveries.stream().map(delivery -> delivery.get("eventId").asText()).collect(Collectors.toSet())).isEqualTo(taken);
    }

    private static void awaitTaken(UnwellPlatforms platforms, int platform) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(platforms.taken(platform).size())
                .as("platform %d: %s", platform, platforms.ailment(platform)).isEqualTo(EVENTS));
    }

    private static void inform(Fleet fleet, String version) throws Exception {
        CompletableFuture.allOf(IntStream.range(0, DEVICES).mapToObj(i -> fleet.inform("d" + i, version)).toArray(CompletableFuture[]::new))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Whether a number is the one that it was before. */
    private static final class Unchanged {
        private int last = -1;

        boolean is(int now) {
            boolean same = now == last;
            last = now;
            return same;
        }
    }
}
