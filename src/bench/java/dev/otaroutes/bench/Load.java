package dev.otaroutes.bench;

import dev.otaroutes.bench.load.LoadGenerator;
import dev.otaroutes.bench.load.LoadResult;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The devices' process. */
final class Load implements AutoCloseable {
    private static final int HEAP = 512;
    private static final String PATIENCE_SECONDS = "20";
    /**
     * For an open loop: at a low rate it takes minutes until all that is often run has been compiled for good, and until then the compiler
     * takes half a core from whoever's latencies are measured. In a closed loop it would be the cost of code that stays slow.
     */
    private static final String COMPILE_ONCE = "-XX:TieredStopAtLevel=1";

    private final BenchProcess process;

    /**
     * @param traffic round-trip or progress
     * @param devices of each connection
     * @param more    properties of the load generator beyond, or instead of, what a closed loop of the settings' length has
     */
    Load(String traffic, String broker, int devices, BenchSettings settings, BenchSite site, Map<String, String> more) throws IOException {
        Map<String, String> properties = new HashMap<>(Map.of("bench.broker", broker, "bench.scenario", traffic, "bench.rate", "0",
                "bench.window", String.valueOf(settings.window()), "bench.warmup", String.valueOf(settings.warmup()),
                "bench.seconds", String.valueOf(settings.seconds()), "bench.patience", PATIENCE_SECONDS,
                "bench.connections", String.valueOf(settings.connections()), "bench.devices", String.valueOf(devices)));
        properties.putAll(Map.of("bench.db.url", site.url(), "bench.db.username", site.username(), "bench.db.password", site.password()));
        properties.putAll(more);
        boolean open = Double.parseDouble(properties.get("bench.rate")) > 0;
        process = new BenchProcess(LoadGenerator.class, HEAP, properties, open ? new String[] {COMPILE_ONCE} : new String[0]);
    }

    void awaitBegin() throws IOException {
        process.await("begin");
    }

    void awaitEnd() throws IOException {
        process.await("end");
    }

    LoadResult awaitResult() throws IOException {
        return LoadResult.parse(process.await("result"));
    }

    @Override
    public void close() {
        process.close();
    }
}
