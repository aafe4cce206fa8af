package dev.otaroutes.bench.load;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A platform in this process that notes how long each event has been on its way, from the moment that stands in it. */
public final class DeliveryTimes implements AutoCloseable {
    private static final String COUNTED = "/counted";
    private static final String HANGS = "/hangs";
    private static final double MICROS = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final List<Double> millis = new ArrayList<>();

    public DeliveryTimes() throws Exception {
        server = vertx.createHttpServer().requestHandler(this::receive).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    public String url() {
        return address() + COUNTED;
    }

    public String urlThatIsNotCounted() {
        return address() + "/";
    }

    public String urlThatHangs() {
        return address() + HANGS;
    }

    private String address() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Forgets what it has noted. */
    public void begin() {
        synchronized (millis) {
            millis.clear();
        }
    }

    /** @return sorted */
    public double[] millis() {
        synchronized (millis) {
            return millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        }
    }

    private void receive(HttpServerRequest request) {
        if (request.path().equals(HANGS)) {
            return;
        }
        request.body().onSuccess(body -> {
            if (request.path().equals(COUNTED)) {
                Duration time = Duration.between(Instant.parse(body.toJsonObject().getString("time")), Instant.now());
                synchronized (millis) {
                    millis.add(time.toNanos() / MICROS / MICROS);
                }
            }
            request.response().setStatusCode(204).end();
        });
    }

    @Override
    public void close() {
        vertx.close();
    }
}
