package dev.otaroutes.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A platform that takes webhooks over a real socket, remembers each event in the order in which it first came, and can be unwell. */
public final class EventReceiver implements AutoCloseable {
    /** How it answers. */
    public enum Mood { WELL, ERROR, HANGING, CLOSING }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, List<JsonNode>> byDevice = new ConcurrentHashMap<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Mood mood = Mood.WELL;
    private volatile int requests;

    public EventReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(Loopback.HOST, 0), 1_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::receive);
        server.start();
    }

    public String url() {
        return "http://" + Loopback.HOST + ":" + server.getAddress().getPort() + "/events";
    }

    public void mood(Mood now) {
        mood = now;
    }

    /** @return requests so far, repeated ones included */
    public int requests() {
        return requests;
    }

    /** @return the events of a device, each once, in the order in which they first came; events without a device are under "" */
    public List<JsonNode> of(String deviceKey) {
        List<JsonNode> events = byDevice.getOrDefault(deviceKey, List.of());
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** @return how many different events came */
    public int size() {
        return seen.size();
    }

    /** @return what is wrong with the order of any device's events: sequences must be 1, 2, 3 … without a gap; empty if nothing is */
    public Map<String, List<Long>> outOfOrder() {
        Map<String, List<Long>> wrong = new TreeMap<>();
        for (String device : new HashSet<>(byDevice.keySet())) {
            if (!device.isEmpty()) {
                List<Long> sequences = of(device).stream().map(event -> event.get("sequence").asLong()).toList();
                for (int i = 0; i < sequences.size(); i++) {
                    if (sequences.get(i) != i + 1) {
                        wrong.put(device, sequences);
                    }
                }
            }
        }
        return wrong;
    }

    private void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        requests++;
        switch (mood) {
            case WELL -> {
                remember(JSON.readTree(body));
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            }
            case ERROR -> {
                exchange.sendResponseHeaders(500, -1);
                exchange.close();
            }
            case HANGING -> await(closed);
            case CLOSING -> throw new IOException("closing without an answer");
        }
    }

    private void remember(JsonNode event) {
        if (seen.add(event.get("id").asText())) {
            List<JsonNode> events = byDevice.computeIfAbsent(event.path("deviceKey").asText(""), key -> new ArrayList<>());
            synchronized (events) {
                events.add(event);
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
