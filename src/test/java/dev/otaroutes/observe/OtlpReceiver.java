package dev.otaroutes.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.otaroutes.support.Loopback;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A collector: takes OTLP over HTTP and reads of its protobuf what the tests ask for (opentelemetry-proto, trace/v1). */
final class OtlpReceiver implements AutoCloseable {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final Map<String, String> resource = new TreeMap<>();

    record Span(String traceId, String spanId, String parentId, String name, Map<String, String> attributes) {
    }

    OtlpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(Loopback.HOST, 0), 100);
        server.createContext("/v1/traces", this::receive);
        server.start();
    }

    String url() {
        return "http://" + Loopback.HOST + ":" + server.getAddress().getPort();
    }

    List<Span> spans() {
        return spans;
    }

    Map<String, String> resource() {
        synchronized (resource) {
            return Map.copyOf(resource);
        }
    }

    private void receive(HttpExchange exchange) throws IOException {
        ByteBuffer request = ByteBuffer.wrap(exchange.getRequestBody().readAllBytes());
        fields(request, (number, resourceSpans) -> fields(resourceSpans, (part, content) -> {
            if (part == 1) {
                synchronized (resource) {
                    fields(content, (field, attribute) -> attribute(field, 1, attribute, resource));
                }
            } else if (part == 2) {
                fields(content, (field, span) -> {
                    if (field == 2) {
                        spans.add(span(span));
                    }
                });
            }
        }));
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static Span span(ByteBuffer bytes) {
        Map<Integer, String> ids = new TreeMap<>();
        Map<String, String> attributes = new TreeMap<>();
        String[] name = new String[1];
        fields(bytes, (field, content) -> {
            switch (field) {
                case 1, 2, 4 -> ids.put(field, HexFormat.of().formatHex(array(content)));
                case 5 -> name[0] = text(content);
                default -> attribute(field, 9, content, attributes);
            }
        });
        return new Span(ids.get(1), ids.get(2), ids.getOrDefault(4, ""), name[0], attributes);
    }

    private static void attribute(int field, int wanted, ByteBuffer keyValue, Map<String, String> into) {
        if (field == wanted) {
            String[] both = new String[2];
            fields(keyValue, (part, content) -> {
                if (part == 1) {
                    both[0] = text(content);
                } else {
                    fields(content, (kind, value) -> both[1] = kind == 1 ? text(value) : both[1]);
                }
            });
            into.put(both[0], both[1] == null ? "" : both[1]);
        }
    }

    private interface Field {
        void found(int number, ByteBuffer content);
    }

    /** Calls back for the fields that hold bytes: texts, messages, ids. */
    private static void fields(ByteBuffer message, Field each) {
        while (message.hasRemaining()) {
            int tag = (int) varint(message);
            switch (tag & 7) {
                case VARINT -> varint(message);
                case FIXED64 -> message.getLong();
                case BYTES -> {
                    int length = (int) varint(message);
                    each.found(tag >>> 3, message.slice(message.position(), length));
                    message.position(message.position() + length);
                }
                default -> message.getInt();
            }
        }
    }

    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte next = message.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static byte[] array(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer content) {
        return new String(array(content), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
