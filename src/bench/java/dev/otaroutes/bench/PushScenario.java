package dev.otaroutes.bench;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import dev.otaroutes.support.OperatorApi;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A batch over all devices of a product, pushed to a subscriber that stands for them; from the first upgrade that arrives to the last. It is
 * given a time to start, and prepared before it; then the same without, where tasks are made and pushed at once. Both servers live through all
 * rounds, on the same broker; batches of other products warm them up.
 */
final class PushScenario implements Scenario {
    private static final String NAME = "push";
    private static final int DEVICES = 100_000;
    private static final int UPGRADE_BYTES = 300;
    private static final int PATIENCE_SECONDS = 300;
    private static final int PREPARING_SECONDS = 5;
    private static final int PREPARED_A_SECOND = 2_000;
    /** Batches before the first that is measured: a JVM with Camel and a database takes minutes on two cores to be warm. */
    private static final int TO_WARM_UP = 16;
    /** Before each other: hot code is compiled anew after a while without load, as the JVM's compilation log shows, and would be while it is measured. */
    private static final int TO_WARM_UP_AGAIN = 2;

    private final BenchSettings settings;
    private final BenchSite site;
    private final Consumer<Measurement> measured;
    private String broker;
    private Subscriber subscriber;
    private BenchProcess raw;
    private BenchProcess stored;
    private ServerUnderTest ours;

    PushScenario(BenchSettings settings, BenchSite site, Consumer<Measurement> measured) {
        this.settings = settings;
        this.site = site;
        this.measured = measured;
    }

    @Override
    public void round() throws Exception {
        int devices = Math.min(DEVICES, settings.devices());
        if (subscriber == null) {
            broker = site.newBroker();
            subscriber = new Subscriber(broker, devices);
        }
        if (settings.servers().contains("raw-publish")) {
            measured.accept(raw(devices));
        }
        if (settings.servers().contains("stored-publish") && settings.database().equals("postgresql")) {
            measured.accept(stored(devices));
        }
        if (settings.servers().contains("ours")) {
            ours(devices);
        }
    }

    private Measurement raw(int devices) throws Exception {
        int warmups = raw == null ? TO_WARM_UP : TO_WARM_UP_AGAIN;
        if (raw == null) {
            raw = new BenchProcess(RawPublish.class, settings.heap(), Map.of("bench.broker", broker, "bench.devices", String.valueOf(devices),
                    "bench.bytes", String.valueOf(UPGRADE_BYTES)));
            raw.await("ready");
        }
        for (int i = 0; i < warmups; i++) {
            subscriber.begin();
            raw.goOn("");
            raw.await("published");
            subscriber.await();
        }
        Measurement measurement = measure(NAME, "raw-publish", new ProcessMeter(raw.pid()), () -> raw.goOn(""));
        raw.await("published");
        return measurement;
    }

    private Measurement stored(int devices) throws Exception {
        int warmups = stored == null ? TO_WARM_UP : TO_WARM_UP_AGAIN;
        site.data().load(warmups + 1, devices, "pending");
        if (stored == null) {
            stored = new BenchProcess(StoredPublish.class, settings.heap(), Map.of("bench.broker", broker, "bench.bytes", String.valueOf(UPGRADE_BYTES),
                    "bench.db.url", site.url(), "bench.db.username", site.username(), "bench.db.password", site.password()));
            stored.await("ready");
        }
        for (int product = 1; product <= warmups; product++) {
            subscriber.begin();
            stored.goOn(String.valueOf(product));
            stored.await("published");
        }
        site.data().settle();
        Measurement measurement = measure(NAME, "stored-publish", new ProcessMeter(stored.pid()), () -> stored.goOn("0"));
        stored.await("published");
        return measurement;
    }

    private void ours(int devices) throws Exception {
        int warmups = ours == null ? TO_WARM_UP : TO_WARM_UP_AGAIN;
        int atOnce = warmups + 1;
        site.data().load(atOnce + 1, devices, null);
        if (ours == null) {
            ours = ServerUnderTest.start("ours", broker, site, settings.heap());
        }
        OperatorApi api = new OperatorApi(ours.ours().httpUrl());
        for (int product = 1; product <= warmups; product++) {
            subscriber.begin();
            // Of both kinds, or the first rounds of one would still be compiled while they are measured.
            batch(api, product, product % 2 == 0 ? "" : startingAt(Instant.now().plusSeconds(1)));
            subscriber.await();
        }
        // Else the database would go on vacuuming behind a warm-up while the batch is measured.
        site.data().settle();
        Instant start = Instant.now().plusSeconds(PREPARING_SECONDS + devices / PREPARED_A_SECOND).truncatedTo(ChronoUnit.SECONDS);
        awaitPrepared(api, batch(api, 0, startingAt(start)));
        measured.accept(measure(NAME, "ours", ours.meter(), () -> { }));
        site.data().settle();
        measured.accept(measure(NAME + "-at-once", "ours", ours.meter(), () -> batch(api, atOnce, "")));
    }

    private static String batch(OperatorApi api, int product, String more) {
        return api.post("/packages/" + BenchData.id(product) + "/batches", "{\"select\":{\"all\":true}" + more + "}").get("id").asText();
    }

    private static String startingAt(Instant start) {
        return ",\"rollout\":{\"startAt\":\"" + start + "\"}";
    }

    private static void awaitPrepared(OperatorApi api, String batch) {
        String status = "preparing";
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (status.equals("preparing") && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000_000);
            status = api.get("/batches/" + batch).get("status").asText();
        }
        if (!status.equals("scheduled")) {
            throw new IllegalStateException("the batch was not prepared before its start: it is " + status);
        }
    }

    private Measurement measure(String scenario, String server, ProcessMeter meter, Runnable begin) {
        subscriber.begin();
        double[] before = site.cpuSeconds(meter);
        begin.run();
        subscriber.await();
        double[] after = site.cpuSeconds(meter);
        return new Measurement(scenario, server, subscriber.perSecond(), Double.NaN, Double.NaN, Double.NaN, micros(before[0], after[0]), meter.peakHeapMegabytes(),
                meter.peakRssMegabytes(), subscriber.expected - subscriber.received.get(), micros(before[1], after[1]), micros(before[2], after[2]),
                micros(before[3], after[3]));
    }

    private double micros(double before, double after) {
        return (after - before) * 1e6 / subscriber.expected;
    }

    @Override
    public void close() throws Exception {
        if (ours != null) {
            ours.close();
        }
        if (stored != null) {
            stored.close();
        }
        if (raw != null) {
            raw.close();
        }
        if (subscriber != null) {
            subscriber.close();
        }
    }

    private static final class Subscriber implements AutoCloseable {
        private final int expected;
        private final AtomicLong received = new AtomicLong();
        private final Mqtt5AsyncClient client;
        private volatile long first;
        private volatile long last;

        Subscriber(String broker, int expected) {
            this.expected = expected;
            URI uri = URI.create(broker);
            client = MqttClient.builder().useMqttVersion5().identifier("bench-subscriber").serverHost(uri.getHost()).serverPort(uri.getPort()).buildAsync();
            client.publishes(MqttGlobalPublishFilter.ALL, message -> {
                last = System.nanoTime();
                if (received.getAndIncrement() == 0) {
                    first = last;
                }
            });
            client.connectWith().send().join();
            client.subscribeWith().topicFilter("/ota/device/upgrade/+/+").qos(MqttQos.AT_LEAST_ONCE).send().join();
        }

        void await() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (received.get() < expected && System.nanoTime() < end) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        void begin() {
            received.set(0);
        }

        double perSecond() {
            return received.get() * 1e9 / Math.max(1, last - first);
        }

        @Override
        public void close() {
            client.disconnect().join();
        }
    }
}
