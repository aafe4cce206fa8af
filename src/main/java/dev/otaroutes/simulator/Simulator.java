package dev.otaroutes.simulator;

import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A fleet to try a rollout with: any number of devices that inform, install what they are told to, fail as they are meant to, and keep
 * a ledger of it. They come from outside, over MQTT and HTTP, to any service that speaks the protocol.
 */
public final class Simulator implements AutoCloseable {
    private static final int CONNECTING_AT_ONCE = 50;
    private static final int MQTT_DOWNLOADS = 50;
    /** The devices' own words are for few enough of them to follow. */
    private static final int FEW = 10;
    private static final long LOOK_MS = 200;
    private static final double LINE_SECONDS = 5;
    private static final double MILLIS = 1_000;

    private final SimulatorOptions options;
    private final Consumer<String> console;
    private final Ledger ledger = new Ledger();
    private final List<DeviceConnection> connections = new ArrayList<>();
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "simulator-informs");
        thread.setDaemon(true);
        return thread;
    });
    /** So many download over MQTT at once; the others wait. */
    private final ExecutorService downloads = Executors.newFixedThreadPool(MQTT_DOWNLOADS, run -> {
        Thread thread = new Thread(run, "simulator-download");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean closed;

    /**
     * @param console takes what is to be told, a line at a time
     * @throws IOException if the ledger of an earlier run cannot be read
     */
    Simulator(SimulatorOptions options, Consumer<String> console) throws IOException {
        this.options = options;
        this.console = console;
        for (int i = 1; i <= options.connections(); i++) {
            connections.add(new DeviceConnection(options.broker(), options.username(), options.password(), options.productKey(),
                    options.prefix() + "connection-" + i));
        }
        Map<String, String> versions = Ledger.versions(options.ledger());
        // As small devices speak it.
        Download http = FirmwareDownload.over(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL).build(), options.every());
        for (int i = 0; i < options.devices(); i++) {
            String key = String.format(Locale.ROOT, "%s%05d", options.prefix(), i + 1);
            Mishap mishap = options.mix().of(options.seed(), key);
            DeviceRecord record = ledger.open(key, mishap);
            String version = versions.getOrDefault(key, options.version());
            if (mishap == Mishap.IS_ABSENT) {
                record.runs(version);
            } else {
                DeviceConnection connection = connections.get(i % connections.size());
                devices.add(new SimulatedDevice(key, options.module(), version, connection, download(http, connection, key),
                        (long) (options.stepSeconds() * MILLIS), () -> mishap, record, options.devices() <= FEW ? console : line -> { }));
            }
        }
    }

    private Download download(Download http, DeviceConnection connection, String key) {
        return options.download().equals("none") ? Download.none(options.every())
                : Download.asTold(http, new MqttDownload(connection, key, options.every(), downloads));
    }

    /** Starts it from a command line; {@code --help} shows the options. Exit code 1: it could not start, and says why in one line. */
    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--help")) {
            System.out.println(SimulatorOptions.HELP);
            return;
        }
        CountDownLatch over = new CountDownLatch(1);
        int code = 0;
        try (Simulator simulator = new Simulator(SimulatorOptions.parse(arguments), System.out::println)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> simulator.end(over), "simulator-end"));
            simulator.start();
            simulator.run();
            simulator.tell();
        } catch (IOException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            code = 1;
        }
        over.countDown();
        System.exit(code);
    }

    /**
     * Connects all devices; they inform, and are at work from then on.
     *
     * @throws IOException in one line, if the broker cannot be reached or refuses
     */
    void start() throws IOException {
        console.accept(String.format(Locale.ROOT, "%,d devices of %s, %,d of them absent, on %,d connections to %s", options.devices(),
                options.productKey(), options.devices() - devices.size(), connections.size(), options.broker()));
        for (int i = 0; i < connections.size() && !closed; i += CONNECTING_AT_ONCE) {
            try {
                CompletableFuture.allOf(connections.subList(i, Math.min(connections.size(), i + CONNECTING_AT_ONCE)).stream()
                        .map(DeviceConnection::open).toArray(CompletableFuture[]::new)).join();
            } catch (CompletionException e) {
                throw new IOException("cannot connect to " + options.broker() + ": " + why(e), e);
            }
        }
        long period = (long) (options.informSeconds() * MILLIS);
        for (int i = 0; period > 0 && i < devices.size(); i++) {
            timer.scheduleAtFixedRate(devices.get(i)::inform, period + period * i / devices.size(), period, TimeUnit.MILLISECONDS);
        }
    }

    private static String why(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof TimeoutException ? "no answer" : cause.getMessage();
    }

    /** Tells now and then how far they are, until it is time to end. */
    private void run() {
        long started = System.nanoTime();
        long newsAt = started;
        long news = 0;
        String told = "";
        double nextLine = LINE_SECONDS;
        while (!closed && !(options.seconds() > 0 && secondsSince(started) >= options.seconds())) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
            if (ledger.news() != news) {
                news = ledger.news();
                newsAt = System.nanoTime();
            } else if (options.idleSeconds() > 0 && secondsSince(newsAt) >= options.idleSeconds() && ledger.upgradeCame()) {
                return;
            }
            if (secondsSince(started) >= nextLine) {
                nextLine += LINE_SECONDS;
                String line = ledger.line();
                if (!line.equals(told)) {
                    console.accept(String.format(Locale.ROOT, "%5.0f s  %s", secondsSince(started), line));
                    told = line;
                }
            }
        }
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    /** Says what became of all devices, and writes it down. */
    private void tell() throws IOException {
        console.accept("At the end:");
        ledger.summary().forEach(console);
        if (options.ledger() != null) {
            ledger.write(options.ledger());
            console.accept("Each device's story is in " + options.ledger());
        }
    }

    private void end(CountDownLatch over) {
        closed = true;
        try {
            over.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Ledger ledger() {
        return ledger;
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        downloads.shutdownNow();
        connections.forEach(DeviceConnection::close);
    }
}
