package dev.otaroutes.bench.load;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.atomic.AtomicLong;

/** A platform that takes every event at once. Says {@code ready <port>}; a GET answers how many it has taken. */
public final class Receiver {
    private Receiver() {
    }

    public static void main(String[] args) {
        AtomicLong taken = new AtomicLong();
        Vertx.vertx().createHttpServer().requestHandler(request -> {
            if (request.method() == HttpMethod.GET) {
                request.response().end(String.valueOf(taken.get()));
            } else {
                request.body().onSuccess(body -> {
                    taken.incrementAndGet();
                    request.response().setStatusCode(204).end();
                });
            }
        }).listen(0, "127.0.0.1").onSuccess(server -> System.out.println("ready " + server.actualPort()));
    }
}
