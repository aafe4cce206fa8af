package dev.otaroutes.bench;

import dev.otaroutes.bench.baseline.Echo;
import dev.otaroutes.bench.baseline.HandWritten;
import dev.otaroutes.bench.baseline.PlainCamel;
import dev.otaroutes.support.OtaProcess;
import java.io.IOException;
import java.util.Map;
import java.util.function.LongSupplier;

/** A server in a process of its own, ready for messages. */
final class ServerUnderTest implements AutoCloseable {
    /** Of the links of ours. */
    static final String SIGNING_KEY = "only for a benchmark";

    private final LongSupplier pid;
    private final AutoCloseable process;
    private final OtaProcess ours;

    private ServerUnderTest(LongSupplier pid, AutoCloseable process, OtaProcess ours) {
        this.pid = pid;
        this.process = process;
        this.ours = ours;
    }

    /** @param name echo, hand-written, plain-camel or ours */
    static ServerUnderTest start(String name, String broker, BenchSite site, int heap) throws IOException {
        return switch (name) {
            case "echo" -> baseline(Echo.class, broker, site, heap);
            case "hand-written" -> baseline(HandWritten.class, broker, site, heap);
            case "plain-camel" -> baseline(PlainCamel.class, broker, site, heap);
            case "ours" -> ours(broker, site, heap, Map.of());
            default -> throw new IllegalArgumentException("there is no server [" + name + "]");
        };
    }

    private static ServerUnderTest baseline(Class<?> main, String broker, BenchSite site, int heap) throws IOException {
        BenchProcess process = new BenchProcess(main, heap, Map.of("bench.broker", broker, "bench.db.url", site.url(),
                "bench.db.username", site.username(), "bench.db.password", site.password()));
        process.await("ready");
        return new ServerUnderTest(process::pid, process.unheard(), null);
    }

    /** @param more properties of ours, beyond what every run needs */
    static ServerUnderTest ours(String broker, BenchSite site, int heap, Map<String, String> more) {
        OtaProcess process = new OtaProcess("bench-ours", heap).with("ota.mqtt.url", broker).with("ota.db.url", site.url())
                .with("ota.db.username", site.username()).with("ota.db.password", site.password())
                .with("ota.download.base-url", "https://ota.example").with("ota.download.signing-key", SIGNING_KEY)
                .with("ota.download.dir", site.packages().toString());
        more.forEach(process::with);
        process.start().awaitReady();
        return new ServerUnderTest(process::pid, process, process);
    }

    /** Of the process that lives now. */
    ProcessMeter meter() {
        return new ProcessMeter(pid.getAsLong());
    }

    /** @return this service's process; null for a baseline */
    OtaProcess ours() {
        return ours;
    }

    @Override
    public void close() throws Exception {
        process.close();
    }
}
