package dev.otaroutes.story;

import dev.otaroutes.support.Loopback;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Platforms behind one HTTP server, each with an ailment of its own, and for each the ledger of what it was sent. */
final class UnwellPlatforms implements AutoCloseable {
    /** What is wrong with a platform. All but the two that have to be mended fail an event once at most. */
    enum Ailment {
        NONE, SLOW, ERROR_NOW_AND_THEN, BUSY_NOW_AND_THEN, CLOSES_NOW_AND_THEN, AWAY_NOW_AND_THEN, HANGS_UNTIL_MENDED, GONE_UNTIL_MENDED;

        boolean mends() {
            return this == HANGS_UNTIL_MENDED || this == GONE_UNTIL_MENDED;
        }
    }

    private static final int TAKEN = 204;
    private static final int UNANSWERED = 0;
    private static final long SLOWNESS_MS = 20;
    private static final int SELDOM = 50;
    private static final int MORE_SELDOM = 200;
    private static final long FLAP_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long AWAY_NANOS = Duration.ofSeconds(2).toNanos();

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final List<Platform> platforms = new ArrayList<>();
    private volatile int run;
    private volatile boolean mended;

    private record Attempt(int run, String event, long sequence, int status) {
    }

    private static final class Platform {
        final Ailment ailment;
        final Map<String, List<Attempt>> byDevice = new TreeMap<>();
        final Set<String> taken = new HashSet<>();
        final Set<String> failed = new HashSet<>();
        int calls;

        Platform(Ailment ailment) {
            this.ailment = ailment;
        }
    }

    /** @param count at least one of each ailment, and the rest well */
    UnwellPlatforms(int count) throws Exception {
        Ailment[] all = Ailment.values();
        for (int i = 0; i < count; i++) {
            platforms.add(new Platform(i < 2 * all.length ? all[i % all.length] : Ailment.NONE));
        }
        // On one thread: a ledger has an order.
        server = vertx.createHttpServer().requestHandler(request -> request.body().onSuccess(body -> receive(request, body.toJsonObject())))
                .listen(0, Loopback.HOST).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    String url(int platform) {
        return "http://" + Loopback.HOST + ":" + server.actualPort() + "/" + platform;
    }

    Ailment ailment(int platform) {
        return platforms.get(platform).ailment;
    }

    /** What comes from now on comes from another run of the process. */
    void nextRun() {
        run++;
    }

    void mend() {
        mended = true;
    }

    /** @return the ids of the events that it took */
    Set<String> taken(int platform) {
        synchronized (platforms) {
            return Set.copyOf(platforms.get(platform).taken);
        }
    }

    /** @return how many events all of them together took */
    int taken() {
        synchronized (platforms) {
            return platforms.stream().mapToInt(platform -> platform.taken.size()).sum();
        }
    }

    /** @return how often all of them together were called */
    int calls() {
        synchronized (platforms) {
            return platforms.stream().mapToInt(platform -> platform.calls).sum();
        }
    }

    /**
     * In each run of the process a device's events come one after the other, each again until it is taken and never after that; a later
     * run begins with one that was taken before, or with the next one.
     *
     * @param events of each device
     * @return what was otherwise; empty if nothing was
     */
    List<String> faults(int platform, int events) {
        List<String> faults = new ArrayList<>();
        synchronized (platforms) {
            platforms.get(platform).byDevice.forEach((device, attempts) -> {
                long taken = 0;
                Map<Integer, Long> next = new HashMap<>();
                for (Attempt attempt : attempts) {
                    Long due = next.get(attempt.run);
                    boolean wrong = due == null ? attempt.sequence > taken + 1 || attempt.run == 0 && attempt.sequence != 1
                            : attempt.sequence != due;
                    if (wrong) {
                        faults.add(device + ": " + attempt + " when " + due + " was due and " + taken + " taken");
                    }
                    next.put(attempt.run, attempt.status == TAKEN ? attempt.sequence + 1 : attempt.sequence);
                    taken = attempt.status == TAKEN ? Math.max(taken, attempt.sequence) : taken;
                }
                if (taken != events) {
                    faults.add(device + ": took " + taken + " of " + events);
                }
            });
        }
        return faults;
    }

    private void receive(HttpServerRequest request, JsonObject event) {
        int status;
        synchronized (platforms) {
            Platform platform = platforms.get(Integer.parseInt(request.path().substring(1)));
            String id = event.getString("id");
            platform.calls++;
            status = platform.ailment.mends() ? status(platform) : platform.failed.contains(id) ? TAKEN : status(platform);
            (status == TAKEN ? platform.taken : platform.failed).add(id);
            platform.byDevice.computeIfAbsent(event.getString("deviceKey"), key -> new ArrayList<>())
                    .add(new Attempt(run, id, event.getLong("sequence"), status));
            if (platform.ailment == Ailment.SLOW) {
                vertx.setTimer(SLOWNESS_MS, due -> request.response().setStatusCode(status).end());
                return;
            }
            if (status == UNANSWERED) {
                if (platform.ailment == Ailment.CLOSES_NOW_AND_THEN) {
                    request.connection().close();
                }
                return;
            }
        }
        if (status == 429) {
            request.response().putHeader("Retry-After", "1");
        }
        request.response().setStatusCode(status).end();
    }

    private int status(Platform platform) {
        return switch (platform.ailment) {
            case NONE, SLOW -> TAKEN;
            case ERROR_NOW_AND_THEN -> platform.calls % SELDOM == 0 ? 500 : TAKEN;
            case BUSY_NOW_AND_THEN -> platform.calls % MORE_SELDOM == 0 ? 429 : TAKEN;
            case CLOSES_NOW_AND_THEN -> platform.calls % SELDOM == 0 ? UNANSWERED : TAKEN;
            case AWAY_NOW_AND_THEN -> System.nanoTime() % FLAP_NANOS < AWAY_NANOS ? 503 : TAKEN;
            case HANGS_UNTIL_MENDED -> mended ? TAKEN : UNANSWERED;
            case GONE_UNTIL_MENDED -> mended ? TAKEN : 410;
        };
    }

    @Override
    public void close() {
        vertx.close();
    }
}
