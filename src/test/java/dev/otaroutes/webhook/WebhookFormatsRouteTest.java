package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.otaroutes.event.Event;
import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.operator.OperatorJson;
import dev.otaroutes.webhook.TestReceiver.Behaviour;
import dev.otaroutes.webhook.TestReceiver.Call;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The formats as they are shipped, read as their platforms read them. */
@DisplayName("webhook formats")
class WebhookFormatsRouteTest {
    private static final Path CASES = Path.of("src/test/resources/cases/webhook-formats");
    private static final Instant NOW = Instant.parse("2026-11-23T15:04:06.900Z");
    private static final String TOKEN = "A1 b/2";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final TestReceiver receiver = new TestReceiver();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final WebhookPost post = new WebhookPost(new Targets((product, device) ->
            product.equals("pk") && device.equals("dk") ? Optional.of(TOKEN) : Optional.empty()), clock, workers,
            new Outgoing(InternalHosts.parse("*"), null, Duration.ofSeconds(10)));
    private final WebhookRoute route = new WebhookRoute(context);

    @BeforeEach
    void startRoutes() throws Exception {
        post.start();
        context.getRegistry().bind("webhookPost", post);
        context.getRegistry().bind("accessKey", new AccessKey(clock));
        // The one mapper of the process is what jq reads the event with.
        context.getRegistry().bind("operatorJson", OperatorJson.mapper());
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.resolveResource(context, "file:routes/event-to-webhook.camel.yaml"));
        try (Stream<Path> formats = Files.list(Path.of("routes/webhooks"))) {
            PluginHelper.getRoutesLoader(context).loadRoutes(formats.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .map(file -> ResourceHelper.resolveResource(context, "file:" + file)).toList());
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

    /** A folder a case: event.json in; body.json, absent if nothing is to be posted, and headers.txt out. */
    static Stream<String> cases() throws IOException {
        try (Stream<Path> files = Files.walk(CASES)) {
            return files.filter(file -> file.endsWith("event.json")).map(file -> CASES.relativize(file.getParent()).toString())
                    .sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void makes(String name) throws Exception {
        Path folder = CASES.resolve(name);
        Path body = folder.resolve("body.json");

        Answer answer = send(folder.getParent().getFileName().toString(), receiver.url(), Map.of(), folder);

        assertThat(answer.error()).isNull();
        assertThat(receiver.calls()).hasSize(Files.exists(body) ? 1 : 0);
        if (Files.exists(body)) {
            Call call = receiver.calls().get(0);
            assertThat(call.json()).isEqualTo(JSON.readTree(body.toFile()));
            for (String header : Files.readAllLines(folder.resolve("headers.txt"))) {
                assertThat(call.headers().get(header.split(": ")[0])).as(header).containsExactly(header.split(": ")[1]);
            }
            assertThat(call.headers().keySet().stream().filter(header -> header.startsWith("Ce-")).toList())
                    .hasSize((int) Files.readAllLines(folder.resolve("headers.txt")).stream().filter(header -> header.startsWith("ce-")).count());
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"cloudevents, posts-a-devices-progress, dk, 0000000000000004711",
            "cloudevents-binary, posts-a-devices-progress, dk, 0000000000000004711",
            "cloudevents, keeps-every-character, 厨房%\"🔥, 0000000000000000001"})
    // Not for a header with other characters: the SDK leaves their percents as they are.
    void cloudEventsAreWhatTheirOwnSdkReads(String format, String name, String device, String sequence) throws Exception {
        Path folder = CASES.resolve(format).resolve(name);
        send(format, receiver.url(), Map.of(), folder);
        Call call = receiver.calls().get(0);

        CloudEvent event = HttpMessageFactory.createReaderFromMultimap(call.headers(), call.body().getBytes(StandardCharsets.UTF_8)).toEvent();

        assertThat(event.getId()).isEqualTo(call.webhookId());
        assertThat(event.getTime()).isEqualTo(OffsetDateTime.parse("2026-11-23T15:04:05.123Z"));
        assertThat(event.getSource().getPath()).endsWith("/devices/" + device);
        assertThat(event.getSubject()).isEqualTo("tasks/42");
        assertThat(event.getExtension("sequence")).isEqualTo(sequence);
        assertThat(event.getExtension("partitionkey").toString()).endsWith("/" + device);
        assertThat(event.getDataContentType()).isEqualTo("application/json");
        assertThat(JSON.readTree(event.getData().toBytes()).get("deviceKey").asText()).isEqualTo(device);
    }

    @Test
    void sagooNorthIsSignedWhereTheSubscriptionHasAccessKeyAndSecretKey() throws Exception {
        send("sagoo-north", receiver.url() + "?appId=7", Map.of("AK", "my ak", "sk", "s3cret", "X-Tenant", "a"),
                CASES.resolve("sagoo-north/posts-a-devices-progress"));

        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        String sign = HexFormat.of().formatHex(mac.doFinal("ak=my ak&time=1795446246".getBytes(StandardCharsets.US_ASCII)));
        Call call = receiver.calls().get(0);
        assertThat(call.uri()).isEqualTo("/hook?appId=7&ak=my%20ak&sign=" + sign + "&time=1795446246");
        assertThat(call.headers()).containsEntry("X-tenant", List.of("a"));
        assertThat(call.headers()).doesNotContainKeys("Ak", "Sk");
        assertThat(call.headers() + call.body()).doesNotContain("s3cret");
    }

    @Test
    void halfAnAccessKeyIsAFailedDelivery() {
        assertThatThrownBy(() -> send("sagoo-north", receiver.url(), Map.of("sk", "s3cret"), CASES.resolve("sagoo-north/posts-a-devices-progress")))
                .hasRootCauseMessage("the subscription must have both headers [ak] and [sk], or neither");
        assertThat(receiver.calls()).isEmpty();
    }

    @Test
    void thingsBoardIsAskedUnderTheDevicesToken() throws Exception {
        send("thingsboard", receiver.url() + "/api/v1/{token}/telemetry", Map.of("X-Device", "{productKey}:{deviceKey}"),
                CASES.resolve("thingsboard/has-updated"));

        Call call = receiver.calls().get(0);
        assertThat(call.uri()).isEqualTo("/hook/api/v1/A1%20b%2F2/telemetry");
        assertThat(call.headers()).containsEntry("X-device", List.of("pk:dk"));
        assertThat(call.json().get("values").fieldNames()).toIterable()
                .containsExactlyInAnyOrder("fw_state", "current_fw_title", "current_fw_version");
    }

    @Test
    void whatHasNothingToPostNeedsNoToken() throws Exception {
        assertThat(send("thingsboard", receiver.url() + "/{token}", Map.of(), CASES.resolve("thingsboard/says-nothing-of-a-batch")))
                .isEqualTo(new Answer(null, null, null, false));
        assertThat(receiver.calls()).isEmpty();
    }

    @Test
    void aReceiverThatRepeatsItsPathDoesNotShowTheToken() throws Exception {
        receiver.behave((exchange, call) -> {
            byte[] error = ("no device A1 b/2 at " + call.uri()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(404, error.length);
            exchange.getResponseBody().write(error);
            return Behaviour.closes().answer(exchange, call);
        });

        assertThat(send("thingsboard", receiver.url() + "/{token}", Map.of(), CASES.resolve("thingsboard/has-updated")).error())
                .isEqualTo("the receiver answered 404: no device {token} at /hook/{token}");
    }

    private Answer send(String format, String url, Map<String, String> headers, Path folder) throws Exception {
        Event event = EventToWebhookRouteTest.event(folder.resolve("event.json"));
        Subscription subscription = new Subscription(1, "platform", url, format, List.of("*"), null,
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", List.of(), headers, false, null, 0, null, null, NOW, NOW);
        return route.send(subscription, event).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
