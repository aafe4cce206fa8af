package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.event.Event;
import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.webhook.TestReceiver.Behaviour;
import dev.otaroutes.webhook.TestReceiver.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("event-to-webhook")
class EventToWebhookRouteTest {
    private static final Path CASES = Path.of("src/test/resources/cases/event-to-webhook");
    private static final Instant NOW = Instant.parse("2026-11-23T15:04:06.900Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final TestReceiver receiver = new TestReceiver();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final WebhookPost post = new WebhookPost(new Targets((product, device) -> Optional.empty()), Clock.fixed(NOW, ZoneOffset.UTC), workers,
            new Outgoing(InternalHosts.parse("*"), null, Duration.ofSeconds(10)));
    private final WebhookRoute route = new WebhookRoute(context);

    @BeforeEach
    void startRoutes() throws Exception {
        post.start();
        context.getRegistry().bind("webhookPost", post);
        for (String file : List.of("routes/event-to-webhook.camel.yaml", "routes/webhooks/standard.camel.yaml",
                "src/test/resources/formats/formats.camel.yaml")) {
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.resolveResource(context, "file:" + file));
        }
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        post.abort();
        receiver.close();
        workers.shutdownNow();
    }

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(Path::getFileName).sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void standard(Path name) throws Exception {
        Path folder = CASES.resolve(name);

        assertThat(send("standard", event(folder.resolve("event.json")))).isEqualTo(new Answer(200, null, null));

        Call call = receiver.calls().get(0);
        assertThat(call.json()).isEqualTo(JSON.readTree(folder.resolve("body.json").toFile()));
        assertThat(call.contentType()).isEqualTo("application/json");
        assertThat(call.webhookId()).isEqualTo("evt_01M84EZ1R300000000000004K7");
        assertThat(call.timestamp()).isEqualTo("1795446246");
    }

    @Test
    void aFormatsTextIsPostedAsItIs() throws Exception {
        send("text", event(CASES.resolve("posts-a-devices-progress/event.json")));

        assertThat(receiver.calls()).singleElement().returns("task.progress of dk", Call::body)
                .returns("text/plain", Call::contentType);
    }

    @Test
    void aFormatsObjectIsPostedAsJson() throws Exception {
        send("envelope", event(CASES.resolve("posts-a-batchs-event-without-device-and-sequence/event.json")));

        assertThat(receiver.calls()).singleElement().returns("{}", Call::body).returns("application/json", Call::contentType);
    }

    @Test
    void aFormatThatFailsPostsNothing() {
        assertThatThrownBy(() -> send("broken", event(CASES.resolve("posts-a-devices-progress/event.json"))))
                .hasRootCauseMessage("this format knows no such event");
        assertThat(receiver.calls()).isEmpty();
    }

    @Test
    void aFormatThatHasGoneIsNamedAndNotWaitedFor() throws Exception {
        assertThat(route.hasFormat("standard")).isTrue();
        assertThat(route.hasFormat("gone")).isFalse();
        assertThat(send("gone", event(CASES.resolve("posts-a-devices-progress/event.json"))).error())
                .isEqualTo("no route makes the format [gone]: there is none from direct:webhook-gone");
    }

    @Test
    void anUnwellReceiverSaysWhenToComeBack() throws Exception {
        receiver.behave(Behaviour.answers(503, "Retry-After", "120"));

        assertThat(send("standard", event(CASES.resolve("posts-a-devices-progress/event.json"))))
                .isEqualTo(new Answer(503, NOW.plusSeconds(120), "the receiver answered 503"));
    }

    private Answer send(String format, Event event) throws Exception {
        Subscription subscription = new Subscription(1, "platform", receiver.url(), format, List.of("*"), null,
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", List.of(), Map.of(), false, null, 0, null, null, NOW, NOW);
        return route.send(subscription, event).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    static Event event(Path file) throws IOException {
        JsonNode json = JSON.readTree(file.toFile());
        return new Event(json.get("rowId").asLong(), json.get("type").asText(), Instant.parse(json.get("at").asText()),
                number(json, "sequence"), json.get("productKey").asText(), text(json, "deviceKey"), text(json, "module"),
                number(json, "batchId"), number(json, "taskId"), number(json, "packageId"),
                JSON.convertValue(json.get("data"), new TypeReference<Map<String, Object>>() { }));
    }

    private static Long number(JsonNode json, String name) {
        return json.has(name) ? json.get(name).asLong() : null;
    }

    private static String text(JsonNode json, String name) {
        return json.has(name) ? json.get(name).asText() : null;
    }
}
