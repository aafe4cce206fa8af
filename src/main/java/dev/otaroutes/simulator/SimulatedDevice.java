package dev.otaroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** A device that upgrades itself when it is told to: a stranger to the service, as real ones are. */
final class SimulatedDevice implements AutoCloseable {
    private static final int DONE = 100;
    private static final int DOWNLOAD_FAILED = -2;
    private static final int VERIFICATION_FAILED = -3;

    /** What goes wrong on the first upgrade. */
    enum Mishap { NONE, LOSES_THE_CONNECTION, READS_ITS_FLASH_WRONG }

    private final String name;
    private final HttpClient http;
    private final DeviceConnection connection;
    private final Consumer<String> console;
    private final ExecutorService work;
    private Mishap mishap;
    private String version;

    SimulatedDevice(String name, String version, Mishap mishap, DeviceConnection connection, HttpClient http, Consumer<String> console) {
        this.name = name;
        this.version = version;
        this.mishap = mishap;
        this.connection = connection;
        this.http = http;
        this.console = console;
        work = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "demo-" + name);
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        connection.open(upgrade -> work.execute(() -> upgrade(upgrade)));
        inform();
    }

    private void inform() {
        connection.inform(version);
        say("informs version " + version);
    }

    private void upgrade(JsonNode upgrade) {
        String target = upgrade.path("version").asText();
        if (target.equals(version)) {
            // The upgrade came twice (QoS 1): saying what runs answers it.
            connection.inform(version);
            return;
        }
        String strategy = upgrade.path("extData").path("strategy").asText(null);
        try {
            install(upgrade, target, strategy);
        } catch (IOException e) {
            say("cannot download: " + e.getMessage() + "; reports -2");
            connection.progress(DOWNLOAD_FAILED, e.getMessage(), strategy);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CompletionException e) {
            say("cannot report: " + e.getCause().getMessage());
        }
    }

    private void install(JsonNode upgrade, String target, String strategy) throws IOException, InterruptedException {
        long size = upgrade.path("size").asLong();
        Mishap now = mishap;
        mishap = Mishap.NONE;
        say(String.format(Locale.ROOT, "is told to install %s (%,d bytes): downloads, reporting 10 … 100 %%", target, size));
        FirmwareDownload download = new FirmwareDownload(http, URI.create(upgrade.path("url").asText()), size,
                digest(upgrade.path("signMethod").asText()), percent -> connection.progress(Math.min(percent, DONE), "", strategy));
        if (now == Mishap.LOSES_THE_CONNECTION) {
            download.fetch(size / 2);
            say(String.format(Locale.ROOT, "loses the connection, goes on from byte %,d", download.received()));
        }
        download.fetch(size);
        String sign = now == Mishap.READS_ITS_FLASH_WRONG ? "0000" + download.digest().substring(4) : download.digest();
        if (!sign.equals(upgrade.path("sign").asText())) {
            say("reads its flash back and finds another digest: reports -3, verification failed");
            connection.progress(VERIFICATION_FAILED, "the image in flash has digest " + sign.substring(0, 8) + "…", strategy);
            return;
        }
        version = target;
        say("checks the digest, restarts");
        inform();
    }

    private static MessageDigest digest(String signMethod) throws IOException {
        try {
            return MessageDigest.getInstance(signMethod.equals("MD5") ? "MD5" : "SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("this device cannot check " + signMethod, e);
        }
    }

    private void say(String what) {
        console.accept("  " + name + "   " + what);
    }

    @Override
    public void close() {
        work.shutdownNow();
        connection.close();
    }
}
