package dev.otaroutes.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A platform: a real HTTP server that writes down what it is sent and answers as a test wants it. */
final class TestReceiver implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        // Else every answer waits for the acknowledgement of the one before, 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<Call> accepted = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour = Behaviour.answers(200);

    /**
     * One request.
     *
     * @param uri     path and query, as they were on the wire
     * @param headers names as they compare: in any case
     */
    record Call(String uri, Map<String, List<String>> headers, String path, String webhookId, String timestamp, String signature,
            String contentType, String authorization, String body, JsonNode json) {
        String device() {
            return json.path("productKey").asText() + "/" + json.path("deviceKey").asText();
        }

        long sequence() {
            return json.path("sequence").asLong();
        }
    }

    /** What it does with a call. */
    interface Behaviour {
        /** @return the status of its answer; an exception closes the connection */
        int answer(HttpExchange exchange, Call call) throws IOException;

        static Behaviour answers(int status, String... header) {
            return (exchange, call) -> {
                if (header.length > 0) {
                    exchange.getResponseHeaders().set(header[0], header[1]);
                }
                return status;
            };
        }

        /** Answers after that long. */
        static Behaviour answersAfter(Duration time, int status) {
            return (exchange, call) -> {
                synchronized (exchange) {
                    try {
                        exchange.wait(time.toMillis());
                    } catch (InterruptedException e) {
                        throw new IOException("the test is over", e);
                    }
                }
                return status;
            };
        }

        /** Never answers. */
        static Behaviour hangs() {
            return answersAfter(Duration.ZERO, 500);
        }

        /** Closes the connection without an answer. */
        static Behaviour closes() {
            return (exchange, call) -> {
                throw new IOException("closed by the test");
            };
        }
    }

    TestReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Call call = new Call(exchange.getRequestURI().toString(), exchange.getRequestHeaders(), exchange.getRequestURI().getPath(),
                header(exchange, "webhook-id"), header(exchange, "webhook-timestamp"), header(exchange, "webhook-signature"),
                header(exchange, "Content-Type"), header(exchange, "Authorization"), body,
                body.startsWith("{") ? JSON.readTree(body) : JSON.missingNode());
        calls.add(call);
        try {
            int status = behaviour.answer(exchange, call);
            if (status < 300) {
                // Before the answer: whoever gets it may send the next one at once.
                accepted.add(call);
            }
            exchange.sendResponseHeaders(status, -1);
        } finally {
            exchange.close();
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    void behave(Behaviour next) {
        behaviour = next;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    List<Call> calls() {
        return calls;
    }

    /** The calls that it took, in order. */
    List<Call> accepted() {
        return accepted;
    }

    /** The sequences that it took of a device, in order, as often as they came. */
    List<Long> sequences(String device) {
        return accepted.stream().filter(call -> call.device().equals(device)).map(Call::sequence).collect(Collectors.toList());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
