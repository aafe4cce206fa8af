package dev.otaroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * An upgrade before one's eyes: a product, a package, a batch, and three simulated lamps that install it. All of it comes from
 * outside, over HTTP and MQTT, as an operator and devices would. Started again on the same data it goes on where it was.
 */
public final class Demo implements AutoCloseable {
    private static final String PRODUCT = "demo-lamp";
    private static final String OLD = "1.0.0";
    private static final String NEW = "1.0.1";
    private static final int FIRMWARE_BYTES = 1 << 20;
    private static final long LOOK_AGAIN_MS = 200;
    private static final int PIECE_PERCENT = 10;
    /** A device writes its flash slowly; without this a person could not follow. */
    private static final long PAUSE_MS = 60;
    /** What goes wrong on each lamp's first upgrade. */
    private static final Map<String, Mishap> LAMPS = lamps();

    private final OperatorClient operator;
    /** As small devices speak it. */
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI broker;
    private final String username;
    private final String password;
    private final Consumer<String> console;
    private final List<DeviceConnection> connections = new ArrayList<>();
    private volatile boolean closed;

    /**
     * @param server      {@code http://host:port} of the service
     * @param operatorKey null while the API is open to this machine
     * @param broker      {@code tcp://host:port}
     * @param username    of the broker; null for none, as the password then
     * @param console     takes the story, a line at a time
     */
    public Demo(String server, String operatorKey, URI broker, String username, String password, Consumer<String> console) {
        this.operator = new OperatorClient(http, server, operatorKey);
        this.broker = broker;
        this.username = username;
        this.password = password;
        this.console = console;
    }

    /**
     * Runs until the batch has ended; the lamps stay and install what comes next.
     *
     * @return the batch, as the operator API shows it; null when the demo was closed before
     * @throws IOException if the service refuses what the demo asks
     */
    public JsonNode run() throws IOException, InterruptedException {
        operator.put("/products/" + PRODUCT, Map.of("name", "Lamps of the demo", "dialect", "sagoo"));
        JsonNode batch = find("/batches", "toVersion");
        boolean again = batch != null && ended(batch);
        if (!again) {
            console.accept("The demo: three simulated lamps run version " + OLD + " and are upgraded to " + NEW + ".");
        }
        startDevices();
        if (batch == null) {
            batch = upgradeAll();
        }
        while (!ended(batch)) {
            if (closed) {
                return null;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_AGAIN_MS));
            batch = operator.get("/batches/" + batch.path("id").asText());
        }
        JsonNode counts = batch.path("counts");
        console.accept("  service  batch " + batch.path("id").asText() + " has ended" + (again ? ", on an earlier start" : "") + ": "
                + counts.path("succeeded").asInt() + " succeeded, " + counts.path("failed").asInt() + " failed");
        return batch;
    }

    private void startDevices() throws IOException, InterruptedException {
        Map<String, String> versions = new LinkedHashMap<>();
        operator.get("/devices?productKey=" + PRODUCT).path("items").forEach(device -> device.path("modules")
                .forEach(module -> versions.put(device.path("deviceKey").asText(), module.path("version").asText())));
        for (Map.Entry<String, Mishap> lamp : LAMPS.entrySet()) {
            String name = lamp.getKey();
            DeviceConnection connection = new DeviceConnection(broker, username, password, PRODUCT, name);
            connections.add(connection);
            Deque<Mishap> mishaps = new ConcurrentLinkedDeque<>(List.of(lamp.getValue()));
            new SimulatedDevice(name, SimulatedDevice.DEFAULT_MODULE, versions.getOrDefault(name, OLD), connection,
                    FirmwareDownload.over(http, PIECE_PERCENT), PAUSE_MS, () -> mishaps.isEmpty() ? Mishap.NONE : mishaps.remove(),
                    new DeviceRecord(name, lamp.getValue()), console);
            connection.open().join();
        }
    }

    private JsonNode upgradeAll() throws IOException, InterruptedException {
        JsonNode firmware = find("/packages", "version");
        if (firmware == null) {
            firmware = operator.post("/packages", Map.of("productKey", PRODUCT, "version", NEW, "name", "Firmware of the demo"));
        }
        String id = firmware.path("id").asText();
        if (firmware.path("files").isEmpty()) {
            byte[] bytes = new byte[FIRMWARE_BYTES];
            new Random(FIRMWARE_BYTES).nextBytes(bytes);
            operator.upload("/packages/" + id + "/files/firmware.bin", bytes);
        }
        JsonNode batch = operator.post("/packages/" + id + "/batches", Map.of("name", "Demo", "select", Map.of("devices", LAMPS.keySet())));
        console.accept(String.format(Locale.ROOT, "  service  has package %s of %,d bytes, makes batch %s for %s", NEW, FIRMWARE_BYTES,
                batch.path("id").asText(), String.join(", ", LAMPS.keySet())));
        return batch;
    }

    private JsonNode find(String list, String versionField) throws IOException, InterruptedException {
        for (JsonNode item : operator.get(list + "?limit=1000").path("items")) {
            if (item.path("productKey").asText().equals(PRODUCT) && item.path(versionField).asText().equals(NEW)) {
                return item;
            }
        }
        return null;
    }

    private static boolean ended(JsonNode batch) {
        return batch.path("status").asText().equals("finished") || batch.path("status").asText().equals("canceled");
    }

    private static Map<String, Mishap> lamps() {
        Map<String, Mishap> lamps = new LinkedHashMap<>();
        lamps.put("lamp-1", Mishap.NONE);
        lamps.put("lamp-2", Mishap.LOSES_THE_CONNECTION);
        lamps.put("lamp-3", Mishap.READS_ITS_FLASH_WRONG);
        return lamps;
    }

    @Override
    public void close() {
        closed = true;
        connections.forEach(DeviceConnection::close);
    }
}
