package dev.otaroutes.bench;

import dev.otaroutes.support.OtaProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Instances of ours, each a process with a client ID of its own, on one broker and one database; what they cost is added up. */
final class Instances implements AutoCloseable {
    private static final Pattern INFORMS = Pattern.compile("^ota_messages_total\\{outcome=\"accepted\",topic=\"inform\"} (\\S+)", Pattern.MULTILINE);

    private final List<ServerUnderTest> instances = new ArrayList<>();

    /** Starts them one after the other. @param shareGroup empty for one instance with plain subscriptions */
    Instances(int count, String shareGroup, String broker, BenchSite site, int heap) throws Exception {
        try {
            for (int i = 0; i < count; i++) {
                instances.add(ServerUnderTest.ours(broker, site, heap,
                        Map.of("ota.mqtt.client-id", clientId(i), "ota.mqtt.share-group", shareGroup)));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    static String clientId(int number) {
        return "bench-ours-" + (number + 1);
    }

    int count() {
        return instances.size();
    }

    OtaProcess get(int number) {
        return instances.get(number).ours();
    }

    ProcessMeter meter(int number) {
        return instances.get(number).meter();
    }

    double cpuSeconds() {
        return sum(ProcessMeter::cpuSeconds);
    }

    double peakHeapMegabytes() {
        return sum(ProcessMeter::peakHeapMegabytes);
    }

    double peakRssMegabytes() {
        return sum(ProcessMeter::peakRssMegabytes);
    }

    /** @return of each, how many informs it has accepted since its start */
    List<Long> informs() {
        return instances.stream().map(instance -> informs(instance.ours().text("/observe/metrics"))).toList();
    }

    private static long informs(String metrics) {
        Matcher informs = INFORMS.matcher(metrics);
        return informs.find() ? (long) Double.parseDouble(informs.group(1)) : 0;
    }

    private double sum(ToDoubleFunction<ProcessMeter> cost) {
        return instances.stream().map(ServerUnderTest::meter).mapToDouble(cost).sum();
    }

    @Override
    public void close() throws Exception {
        for (ServerUnderTest instance : instances) {
            instance.close();
        }
    }
}
