package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.otaroutes.event.Event;
import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.webhook.TestReceiver.Behaviour;
import dev.otaroutes.webhook.TestReceiver.Call;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookPostTest {
    private static final Instant NOW = Instant.parse("2026-11-23T15:04:06.900Z");
    private static final Event EVENT = new Event(1, "task.pushed", NOW, 1L, "lamp", "kitchen", "MCU", 3L, 42L, 7L, Map.of());
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final TestReceiver receiver = new TestReceiver();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final WebhookPost post = new WebhookPost(new Targets((product, device) -> Optional.empty()), Clock.systemUTC(), workers,
            new Outgoing(InternalHosts.parse("*"), null, TIMEOUT));

    @BeforeEach
    void start() {
        post.start();
    }

    @AfterEach
    void stop() {
        post.abort();
        receiver.close();
        workers.shutdownNow();
    }

    @Test
    void ofAnEndlessBodyOnlyTheBeginningIsRead() throws Exception {
        receiver.behave((exchange, call) -> {
            exchange.sendResponseHeaders(500, 0);
            OutputStream body = exchange.getResponseBody();
            while (true) {
                body.write("no ".repeat(1_000).getBytes());
            }
        });

        Answer answer = post("http://127.0.0.1");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.error()).startsWith("the receiver answered 500: no no no").hasSizeLessThan(200);
    }

    @Test
    void ofASecretThatAnAnswerRepeatsWhereItIsCutNothingIsLeft() throws Exception {
        WebhookPost toDevice = new WebhookPost(new Targets((product, device) -> Optional.of("A1B2C3D4")), Clock.systemUTC(), workers,
                new Outgoing(InternalHosts.parse("*"), null, TIMEOUT));
        toDevice.start();
        Subscription secret = new Subscription(1, "platform", receiver.url() + "/{token}", "standard", List.of("*"), null,
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", List.of(), Map.of("Authorization", "Bearer top-secret-word"), false, null, 0, null, null, NOW, NOW);
        try {
            for (String repeated : List.of("Bearer top-secret-word", "A1B2C3D4")) {
                // The error message shows 160 characters: the first half of the secret.
                byte[] body = ("-".repeat(160 - repeated.length() / 2) + repeated).getBytes();
                receiver.behave((exchange, call) -> {
                    exchange.sendResponseHeaders(500, body.length);
                    exchange.getResponseBody().write(body);
                    throw new IOException("answered already");
                });

                assertThat(toDevice.post("{}", null, null, null, secret, EVENT, null).toCompletableFuture().get(10, TimeUnit.SECONDS).error())
                        .startsWith("the receiver answered 500: ---").doesNotContain("-" + repeated.substring(0, 3));
            }
        } finally {
            toDevice.abort();
        }
    }

    @Test
    void ofASecretThatAnExceptionRepeatsWhereItIsCutNothingIsLeft() {
        Subscription secret = new Subscription(1, "platform", "http://127.0.0.1", "standard", List.of("*"), null, null, List.of(),
                Map.of("Authorization", "Bearer top-secret-word"), false, null, 0, null, null, NOW, NOW);
        EventSender failing = (subscription, event) -> {
            throw new IllegalStateException("-".repeat(250) + "top-secret-word");
        };

        assertThat(failing.attempt(secret, EVENT, TIMEOUT, Runnable::run).join().error()).startsWith("---").doesNotContain("top");
    }

    @Test
    void ofASecretThatAnAnswerOfAFormatsOwnRepeatsWhereItIsCutNothingIsLeft() {
        Subscription secret = new Subscription(1, "platform", "http://127.0.0.1", "standard", List.of("*"), null, null, List.of(),
                Map.of("Authorization", "Bearer top-secret-word"), false, null, 0, null, null, NOW, NOW);
        EventSender format = (subscription, event) -> CompletableFuture.completedFuture(
                new Answer(500, null, "-".repeat(250) + "top-secret-word" + "-".repeat(250)));

        assertThat(format.attempt(secret, EVENT, TIMEOUT, Runnable::run).join().error()).startsWith("---").doesNotContain("top")
                .as("what the column takes").hasSize(256);
    }

    @Test
    void aBodyThatStopsHalfwayIsATimeOut() throws Exception {
        receiver.behave((exchange, call) -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().flush();
            return Behaviour.hangs().answer(exchange, call);
        });

        assertThat(post("http://127.0.0.1").error()).isEqualTo("the receiver did not answer within 3000 ms");
    }

    @Test
    void anUnknownHostIsAFailedConnection() throws Exception {
        assertThat(post("http://no-such-host.invalid").error()).startsWith("the connection failed: ").contains("no-such-host.invalid");
    }

    @Test
    void aHostThatHangsForManySubscriptionsStillTakesTheNextOne() throws Exception {
        receiver.behave((exchange, call) -> call.path().equals("/hangs") ? Behaviour.hangs().answer(exchange, call) : 204);
        String host = "http://127.0.0.1:" + URI.create(receiver.url()).getPort();
        IntStream.range(0, 100).forEach(i -> post.post("{}", null, null, null, subscription(host + "/hangs"), EVENT, null));

        assertThat(post.post("{}", null, null, null, subscription(host + "/well"), EVENT, null).toCompletableFuture().get(2, TimeUnit.SECONDS))
                .isEqualTo(new Answer(204, null, null));
    }

    @Test
    void theSignatureIsWhatAnotherImplementationOfStandardWebhooksTakes() throws Exception {
        post.post("{\"desc\":\"写入\"}", null, null, null, subscription(receiver.url()), EVENT, null).toCompletableFuture().get(10, TimeUnit.SECONDS);

        Call call = receiver.calls().get(0);
        Webhook reader = new Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assertThatCode(() -> reader.verify(call.body(), call.headers())).doesNotThrowAnyException();
        assertThatThrownBy(() -> reader.verify(call.body() + " ", call.headers())).isInstanceOf(WebhookVerificationException.class);
    }

    @Test
    void theHeadersOfAFormatWinButForTheSignatures() throws Exception {
        Map<String, Object> further = new HashMap<>(Map.of("x-tenant", "b", "webhook-id", "mine", "Content-Type", "text/plain", "X-Number", 7));
        post.post("{}", null, further, null, subscription(receiver.url()), EVENT, null).toCompletableFuture().get(10, TimeUnit.SECONDS);
        further.put("x-tenant", null);
        post.post("{}", null, further, null, subscription(receiver.url()), EVENT, null).toCompletableFuture().get(10, TimeUnit.SECONDS);

        assertThat(receiver.calls()).allSatisfy(call -> {
            assertThat(call.webhookId()).isEqualTo(EVENT.id());
            assertThat(call.contentType()).isEqualTo("application/json");
            assertThat(call.headers()).containsEntry("X-number", List.of("7"));
        });
        assertThat(receiver.calls().get(0).headers()).containsEntry("X-tenant", List.of("b"));
        assertThat(receiver.calls().get(1).headers()).doesNotContainKey("X-tenant");
    }

    @Test
    void anInternalAddressIsNotConnectedTo() throws Exception {
        WebhookPost guarded = new WebhookPost(new Targets((product, device) -> Optional.empty()), Clock.systemUTC(), workers,
                new Outgoing(InternalHosts.parse("10.0.0.0/8"), null, TIMEOUT));
        guarded.start();
        try {
            Answer answer = guarded.post("{}", null, null, null, subscription(receiver.url()), EVENT, null).toCompletableFuture().get(10, TimeUnit.SECONDS);

            assertThat(answer.error()).isEqualTo("the call failed: host [127.0.0.1] has the address [127.0.0.1], which is internal:"
                    + " if it may be called, add it to ota.webhook.internal-hosts");
        } finally {
            guarded.abort();
        }
        assertThat(receiver.calls()).isEmpty();
    }

    @Test
    void theJvmsProxyIsUsed() throws Exception {
        InetSocketAddress proxy = new InetSocketAddress("127.0.0.1", URI.create(receiver.url()).getPort());
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(uri.getHost().endsWith(".invalid") ? new Proxy(Proxy.Type.HTTP, proxy) : Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                throw new AssertionError(failure);
            }
        });
        try {
            assertThat(post.post("{}", null, null, null, subscription("http://platform.invalid/hook"), EVENT, null).toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)).isEqualTo(new Answer(200, null, null));
        } finally {
            ProxySelector.setDefault(before);
        }
        assertThat(receiver.calls()).singleElement().returns("/hook", Call::path);
    }

    private Answer post(String host) throws Exception {
        String url = host + ":" + URI.create(receiver.url()).getPort() + "/hook";
        return post.post("{}", null, null, null, subscription(url), EVENT, null).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static Subscription subscription(String url) {
        return new Subscription(1, "platform", url, "standard", List.of("*"), null, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                List.of(), Map.of("X-Tenant", "a"), false, null, 0, null, null, NOW, NOW);
    }
}
