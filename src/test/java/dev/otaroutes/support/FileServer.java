package dev.otaroutes.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A CDN: serves one file at every path, in parts too, or does what a test wants instead. Can die, and come back on its port. */
public final class FileServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]+)");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile byte[] bytes;
    private volatile Behaviour behaviour = FileServer::serve;
    private HttpServer server;
    private int port;

    /** What it does with a request. */
    public interface Behaviour {
        /** An exception closes the connection. */
        void answer(FileServer server, HttpExchange exchange) throws IOException;

        /** @param header name and value, or nothing */
        static Behaviour answers(int status, String... header) {
            return (server, exchange) -> {
                if (header.length > 0) {
                    exchange.getResponseHeaders().set(header[0], header[1]);
                }
                exchange.sendResponseHeaders(status, -1);
            };
        }
    }

    public FileServer(String content) {
        bytes = content.getBytes(StandardCharsets.UTF_8);
        start();
    }

    public void start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(Loopback.HOST), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = server.getAddress().getPort();
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public void stop() {
        server.stop(0);
    }

    /** From now on. */
    public void does(Behaviour next) {
        behaviour = next;
    }

    /** From now on. */
    public void has(String content) {
        bytes = content.getBytes(StandardCharsets.UTF_8);
    }

    public String url(String path) {
        return "http://" + Loopback.HOST + ":" + port + path;
    }

    /** Method, path and Range of each request, in order. */
    public List<String> asked() {
        return asked;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + (range == null ? "" : " " + range));
        try (exchange) {
            behaviour.answer(this, exchange);
        }
    }

    /** As a CDN does. */
    public void serve(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(bytes.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        String asked = exchange.getRequestHeaders().getFirst("Range");
        Matcher range = RANGE.matcher(asked == null ? "" : asked);
        if (!range.matches()) {
            whole(exchange);
            return;
        }
        int from = Integer.parseInt(range.group(1));
        int to = Math.min(Integer.parseInt(range.group(2)), bytes.length - 1);
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + bytes.length);
        exchange.sendResponseHeaders(206, to - from + 1L);
        exchange.getResponseBody().write(Arrays.copyOfRange(bytes, from, to + 1));
    }

    /** As a server that knows no parts. */
    public void whole(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(405, -1);
            return;
        }
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        stop();
        threads.shutdownNow();
    }
}
