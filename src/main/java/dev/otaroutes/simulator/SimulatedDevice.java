package dev.otaroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A device that upgrades itself when it is told to: a stranger to the service, as real ones are. Takes no thread of its own. */
final class SimulatedDevice {
    static final String DEFAULT_MODULE = "default";
    private static final int DONE = 100;
    private static final int DOWNLOAD_FAILED = -2;
    private static final int VERIFICATION_FAILED = -3;
    private static final int FLASH_FAILED = -4;
    private static final int HALF = 50;

    private final String name;
    private final String module;
    private final DeviceConnection connection;
    private final Download download;
    private final long pauseMillis;
    private final Supplier<Mishap> mishaps;
    private final DeviceRecord record;
    private final Consumer<String> console;
    private String version;
    /** The version that is being installed; null while none is. */
    private String installing;
    /** Completes when all that it has said so far is with the broker. */
    private CompletableFuture<Void> said = CompletableFuture.completedFuture(null);

    /**
     * @param version     that it runs at first
     * @param pauseMillis between two reports of progress
     * @param mishaps     what goes wrong with the next upgrade
     */
    SimulatedDevice(String name, String module, String version, DeviceConnection connection, Download download, long pauseMillis,
            Supplier<Mishap> mishaps, DeviceRecord record, Consumer<String> console) {
        this.name = name;
        this.module = module;
        this.version = version;
        this.connection = connection;
        this.download = download;
        this.pauseMillis = pauseMillis;
        this.mishaps = mishaps;
        this.record = record;
        this.console = console;
        record.runs(version);
        connection.add(name, this::upgrade, this::connected);
    }

    /** Says what it runs. */
    synchronized CompletableFuture<Void> inform() {
        String now = version;
        record.informs();
        return inTurn(() -> connection.inform(name, params(Map.of("version", now)))).whenComplete((done, failure) ->
                say(failure == null ? "informs version " + now : "cannot inform: " + failure.getMessage()));
    }

    private synchronized void connected() {
        // One that is installing says what it runs when it has restarted. On the way to the service an inform can come later than the 100 that it was sent before.
        if (installing == null) {
            inform();
        }
    }

    private void upgrade(JsonNode upgrade) {
        JsonNode data = upgrade.path("data");
        String target = data.path("version").asText();
        String strategy = data.path("extData").path("strategy").asText(null);
        boolean isNew = record.receives(upgrade.path("id").asLong(), strategy);
        synchronized (this) {
            if (target.equals(version)) {
                // The upgrade came twice (QoS 1): saying what runs answers it.
                inform();
                return;
            }
            if (!isNew || target.equals(installing)) {
                return;
            }
            installing = target;
        }
        Mishap mishap = mishaps.get();
        if (mishap == Mishap.SAYS_NOTHING) {
            say("is told to install " + target + ": says nothing");
            ends(target, mishap, version());
            return;
        }
        say(String.format(Locale.ROOT, "is told to install %s (%,d bytes): downloads, reporting 10 … 100 %%", target, data.path("size").asLong()));
        download.fetch(data, percent -> downloaded(mishap, percent, strategy), mishap != Mishap.LOSES_THE_CONNECTION ? null
                : bytes -> say(String.format(Locale.ROOT, "loses the connection, goes on from byte %,d", bytes)))
                .handle((digest, failure) -> failure == null ? installed(target, Download.expected(data), digest, mishap, strategy)
                        : notDownloaded(target, failure, mishap, strategy))
                .thenCompose(last -> last)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        say("cannot report: " + cause(failure).getMessage());
                    }
                });
    }

    private CompletableFuture<Void> downloaded(Mishap mishap, int percent, String strategy) {
        if (mishap == Mishap.CANNOT_DOWNLOAD && percent >= HALF) {
            return CompletableFuture.failedFuture(new IllegalStateException("no room for more"));
        }
        CompletableFuture<Void> told = progress(Math.min(percent, DONE), "", strategy);
        return pauseMillis == 0 ? told : told.thenCompose(done ->
                CompletableFuture.runAsync(() -> { }, CompletableFuture.delayedExecutor(pauseMillis, TimeUnit.MILLISECONDS)));
    }

    private CompletableFuture<Void> notDownloaded(String target, Throwable failure, Mishap mishap, String strategy) {
        String why = cause(failure).getMessage();
        say("cannot download: " + why + "; reports -2");
        return fails(target, mishap == Mishap.CANNOT_DOWNLOAD ? mishap : null, DOWNLOAD_FAILED, why == null ? "" : why, strategy);
    }

    private CompletableFuture<Void> installed(String target, String expected, String digest, Mishap mishap, String strategy) {
        String sign = mishap == Mishap.READS_ITS_FLASH_WRONG ? "0000" + digest.substring(Math.min(4, digest.length())) : digest;
        if (!sign.equals(expected)) {
            say("reads its flash back and finds another digest: reports -3, verification failed");
            return fails(target, mishap == Mishap.READS_ITS_FLASH_WRONG ? mishap : null, VERIFICATION_FAILED,
                    "the image in flash has digest " + sign.substring(0, Math.min(8, sign.length())) + "…", strategy);
        }
        if (mishap == Mishap.CANNOT_WRITE_ITS_FLASH) {
            say("cannot write its flash: reports -4");
            return fails(target, mishap, FLASH_FAILED, "a block of the flash is bad", strategy);
        }
        boolean old = mishap == Mishap.BOOTS_THE_OLD_IMAGE;
        ends(target, old ? mishap : Mishap.NONE, old ? version() : target);
        say(old ? "checks the digest, restarts, and runs the old image" : "checks the digest, restarts");
        return inform();
    }

    /** At once: an inform of a new connection comes after it. */
    private synchronized CompletableFuture<Void> fails(String target, Mishap mishap, int step, String why, String strategy) {
        ends(target, mishap, version);
        return progress(step, why, strategy);
    }

    /** Before it says so: the answer may come sooner than the broker's acknowledgement. */
    private synchronized void ends(String target, Mishap mishap, String runs) {
        if (target.equals(installing)) {
            installing = null;
            version = runs;
        }
        record.ends(mishap, version);
    }

    private synchronized String version() {
        return version;
    }

    private CompletableFuture<Void> progress(int step, String description, String strategy) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("step", String.valueOf(step));
        params.put("desc", description);
        if (strategy != null) {
            params.put("strategy", strategy);
        }
        record.progresses();
        return inTurn(() -> connection.progress(name, params(params)));
    }

    /** What is sent again after a lost connection is not overtaken by what the device says next: an inform by the -4 before it, say. */
    private synchronized CompletableFuture<Void> inTurn(Supplier<CompletableFuture<Void>> message) {
        said = said.handle((done, failure) -> null).thenCompose(before -> message.get());
        return said;
    }

    private Map<String, Object> params(Map<String, Object> params) {
        Map<String, Object> all = new LinkedHashMap<>(params);
        if (!module.equals(DEFAULT_MODULE)) {
            all.put("module", module);
        }
        return all;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void say(String what) {
        console.accept("  " + name + "   " + what);
    }
}
