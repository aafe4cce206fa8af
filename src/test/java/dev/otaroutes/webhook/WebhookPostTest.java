package dev.otaroutes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookPostTest {
    private static final Instant NOW = Instant.parse("2026-11-23T15:04:06.900Z");
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final TestReceiver receiver = new TestReceiver();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final WebhookPost post = new WebhookPost(Clock.systemUTC(), workers, TIMEOUT);

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
        IntStream.range(0, 100).forEach(i -> post.post("{}", null, subscription(host + "/hangs"), "evt_" + i));

        assertThat(post.post("{}", null, subscription(host + "/well"), "evt_well").toCompletableFuture().get(2, TimeUnit.SECONDS))
                .isEqualTo(new Answer(204, null, null));
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
            assertThat(post.post("{}", null, subscription("http://platform.invalid/hook"), "evt_1").toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)).isEqualTo(new Answer(200, null, null));
        } finally {
            ProxySelector.setDefault(before);
        }
        assertThat(receiver.calls()).singleElement().returns("/hook", Call::path);
    }

    private Answer post(String host) throws Exception {
        String url = host + ":" + URI.create(receiver.url()).getPort() + "/hook";
        return post.post("{}", null, subscription(url), "evt_1").toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static Subscription subscription(String url) {
        return new Subscription(1, "platform", url, "standard", List.of("*"), null, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                Map.of("X-Tenant", "a"), false, null, 0, NOW, NOW);
    }
}
