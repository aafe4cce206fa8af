package dev.otaroutes.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.Fleet;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A YAML route is changed while informs come in. */
@DisplayName("a changed route")
class ReloadIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STEP = """
                    - log:
                        id: inform.say-edited
                        logName: ota.edited
                        message: "the edited route saw an inform"
            """;

    @Test
    @DisplayName("takes effect in the running process without losing a message")
    void isLoadedUnderLoad() throws Exception {
        try (Site site = new Site(Site.Kind.EMBEDDED)) {
            site.ota().withOwnFiles().start().awaitReady();
            OperatorApi api = site.api();
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            AtomicBoolean enough = new AtomicBoolean();
            int[] sent = new int[1];
            try (Fleet fleet = new Fleet(site.brokerUrl(), "lamp")) {
                CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
                    while (!enough.get()) {
                        CompletableFuture.allOf(IntStream.range(0, 50).mapToObj(i -> fleet.inform("d" + sent[0]++, "1.0.0"))
                                .toArray(CompletableFuture[]::new)).join();
                    }
                });
                await().atMost(PATIENCE).until(() -> sent[0] > 500);
                Path inform = site.ota().folder().resolve("routes/inform-to-upgrade.camel.yaml");
                String yaml = Files.readString(inform);
                int first = yaml.indexOf("      steps:\n") + "      steps:\n".length();
                Files.writeString(inform, yaml.substring(0, first) + STEP + yaml.substring(first));
                await().atMost(PATIENCE).until(() -> site.ota().log().contains("the edited route saw an inform"));
                int edited = sent[0];
                await().atMost(PATIENCE).until(() -> sent[0] > edited + 500);
                enough.set(true);
                load.get(30, TimeUnit.SECONDS);
            }
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.get("/results/versions?productKey=lamp&module=default")
                    .get("items").get(0).get("devices").asInt()).isEqualTo(sent[0]));
        }
    }
}
