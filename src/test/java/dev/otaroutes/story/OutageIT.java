package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.EventReceiver;
import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Rounds;
import dev.otaroutes.support.Site;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands around the process goes away and comes back: it lives, says so, and goes on by itself. */
@DisplayName("an outage around the process")
class OutageIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int DEVICES = 300;
    /** 1,000 informs a second. */
    private static final Executor ROUND = CompletableFuture.delayedExecutor(DEVICES, TimeUnit.MILLISECONDS);

    @ParameterizedTest(name = "of the database under load, on {0}")
    @EnumSource(value = Site.Kind.class, names = {"MOSQUITTO_POSTGRES", "MOSQUITTO_MARIADB"})
    void databaseKilledUnderLoad(Site.Kind kind) throws Exception {
        Duration outage = Duration.ofSeconds(Rounds.full() ? 30 : 5);
        try (Site site = new Site(kind); EventReceiver platform = new EventReceiver()) {
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            api.post("/webhooks", "{\"name\":\"console\",\"url\":\"" + platform.url() + "\",\"format\":\"standard\",\"events\":[\"version.changed\"]}");
            AtomicBoolean enough = new AtomicBoolean();
            int[] last = new int[1];
            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
                    while (!enough.get()) {
                        last[0]++;
                        CompletableFuture<Void> due = CompletableFuture.runAsync(() -> { }, ROUND);
                        round(fleet, last[0]);
                        due.join();
                    }
                });
                await().atMost(PATIENCE).until(() -> platform.size() > DEVICES);
                site.database().kill();
                Instant down = Instant.now();
                await().atMost(PATIENCE).until(() -> site.ota().status("/observe/health/ready") == 503);
                assertThat(site.ota().status("/observe/health/live")).as("an outside fault is no reason to restart the process").isEqualTo(200);
                assertThat(api.send("GET", "/products", null).statusCode()).isEqualTo(503);
                await().atMost(PATIENCE).until(() -> Instant.now().isAfter(down.plus(outage)));
                site.database().start();
                Instant up = Instant.now();
                await().atMost(PATIENCE).until(() -> site.ota().status("/observe/health/ready") == 200);
                assertThat(Duration.between(up, Instant.now())).isLessThan(Duration.ofSeconds(15));
                int before = platform.size();
                await().atMost(PATIENCE).until(() -> platform.size() > before + DEVICES);
                enough.set(true);
                load.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            // Every inform is of another version than the one before, so each one that was stored is an event.
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(platform.size()).isEqualTo(DEVICES * last[0]));
            assertThat(platform.outOfOrder()).isEmpty();
        }
    }

    @Test
    @DisplayName("of the broker, which comes only after the process has started")
    void brokerComesLater() throws Exception {
        try (Site site = new Site(Site.Kind.MOSQUITTO_POSTGRES)) {
            site.mosquitto().terminate();
            site.ota().start();
            await().atMost(PATIENCE).until(() -> site.ota().status("/observe/health/live") == 200);
            Instant started = Instant.now();
            Duration away = Duration.ofSeconds(Rounds.full() ? 30 : 3);
            await().atMost(PATIENCE).until(() -> Instant.now().isAfter(started.plus(away)));
            assertThat(site.ota().status("/observe/health/ready")).isEqualTo(503);
            site.mosquitto().start();
            await().atMost(Duration.ofSeconds(10)).until(() -> site.ota().status("/observe/health/ready") == 200);
            OperatorApi api = site.api();
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                fleet.inform("d1", "1.0.0").get(10, TimeUnit.SECONDS);
                await().atMost(PATIENCE).ignoreExceptionsInstanceOf(IllegalStateException.class)
                        .untilAsserted(() -> assertThat(api.get("/devices/lamp/d1").get("modules").get(0).get("version").asText()).isEqualTo("1.0.0"));
            }
        }
    }

    @Test
    @DisplayName("of the broker, while a message is replayed")
    void replayedWhileTheBrokerIsAway() throws Exception {
        try (Site site = new Site(Site.Kind.MOSQUITTO_POSTGRES)) {
            site.ota().with("ota.download.base-url", "http://ota.example");
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            try (Fleet fleet = new Fleet(site.brokerUrl(), "bell")) {
                fleet.inform("door", "1.0.0").get(10, TimeUnit.SECONDS);
                await().atMost(PATIENCE).until(() -> api.list("/rejected-messages").size() == 1);
                String message = "/rejected-messages/" + api.list("/rejected-messages").get(0).get("id").asText();
                String batch = api.post("/packages/" + api.packageOf("bell", "2.0.0", new byte[] {1}) + "/batches",
                        "{\"push\":false,\"select\":{\"devices\":[\"door\"]}}").get("id").asText();
                await().atMost(PATIENCE).until(() -> api.get("/batches/" + batch).get("status").asText().equals("running"));
                site.mosquitto().terminate();
                await().atMost(PATIENCE).until(() -> site.ota().status("/observe/health/ready") == 503);

                HttpResponse<String> answer = api.send("POST", message + "/replay", null);

                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(api.get(message).has("replayedAt")).isFalse();
                site.mosquitto().start();
                await().atMost(PATIENCE).until(() -> api.get(message).has("replayedAt"));
                assertThat(fleet.firstUpgrade("door").get(10, TimeUnit.SECONDS).get("data").get("version").asText()).isEqualTo("2.0.0");
            }
        }
    }

    @ParameterizedTest(name = "of a platform that is {0}")
    @EnumSource(value = EventReceiver.Mood.class, names = {"ERROR", "HANGING", "CLOSING"})
    void platformUnwell(EventReceiver.Mood mood) throws Exception {
        try (Site site = new Site(Site.Kind.EMBEDDED); EventReceiver sick = new EventReceiver(); EventReceiver healthy = new EventReceiver()) {
            site.ota().start().awaitReady();
            OperatorApi api = site.api();
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            sick.mood(mood);
            List<String> ids = Stream.of(sick, healthy).map(platform -> api.post("/webhooks", "{\"name\":\"console\",\"url\":\"" + platform.url()
                    + "\",\"format\":\"standard\",\"events\":[\"version.changed\"]}").get("id").asText()).toList();
            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                for (int i = 1; i <= 4; i++) {
                    round(fleet, i);
                }
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> healthy.size() == 4 * DEVICES);
            await().atMost(PATIENCE).until(() -> sick.requests() > 0);
            assertThat(sick.size()).isZero();
            await().atMost(PATIENCE).until(() -> site.ota().text("/observe/health").contains("the latest delivery failed to " + ids.subList(0, 1)));
            assertThat(site.ota().status("/observe/health/ready")).as("a sick platform does not stop the fleet").isEqualTo(200);
            sick.mood(EventReceiver.Mood.WELL);
            await().atMost(PATIENCE).until(() -> sick.size() == 4 * DEVICES);
            assertThat(sick.outOfOrder()).isEmpty();
            assertThat(healthy.outOfOrder()).isEmpty();
        }
    }

    private static void round(Fleet fleet, int number) {
        CompletableFuture.allOf(IntStream.range(0, DEVICES).mapToObj(i -> fleet.inform("d" + i, "1.0." + number)).toArray(CompletableFuture[]::new))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}
