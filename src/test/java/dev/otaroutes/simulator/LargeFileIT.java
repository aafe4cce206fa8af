package dev.otaroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.OtaProcess;
import dev.otaroutes.support.Rounds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A large file and a small heap. */
@DisplayName("a file of many times the heap")
class LargeFileIT {
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final int HEAP_MEGABYTES = 128;
    private static final int DEVICES = 50;
    private static final int BLOCK = 1 << 20;
    /** What downloads may take beside the heap and what the process has when it is at rest. */
    private static final long MOST_MORE_KILOBYTES = 60_000;

    @Test
    @DisplayName("is uploaded, and downloaded by 50 devices at once that check its digest, in memory that does not grow")
    void memoryStaysFlat() throws Exception {
        int megabytes = Rounds.full() ? 1_000 : 200;
        try (OtaProcess ota = new OtaProcess("large", HEAP_MEGABYTES).withWholeHeap().with("ota.demo.enabled", "false").start().awaitReady()) {
            OperatorApi api = new OperatorApi(ota.httpUrl());
            api.put("/products/lamp", "{\"name\":\"lamp\",\"dialect\":\"sagoo\"}");
            String packageId = api.post("/packages", "{\"productKey\":\"lamp\",\"version\":\"2.0.0\"}").get("id").asText();
            upload(ota, packageId, megabytes);
            try (Simulator fleet = new Simulator(SimulatorOptions.parse("--broker", "tcp://127.0.0.1:" + ota.mqttPort(), "--product", "lamp",
                    "--devices", String.valueOf(DEVICES), "--mix", "lost-connection=20", "--step-seconds", "0"), line -> { })) {
                fleet.start();
                await().atMost(PATIENCE).until(() -> api.get("/results/versions?productKey=lamp&module=default").get("items").path(0)
                        .path("devices").asInt() == DEVICES);
                long before = residentKilobytes(ota.pid());
                AtomicLong most = new AtomicLong();
                String batch = "/batches/" + api.post("/packages/" + packageId + "/batches", "{\"select\":{\"all\":true}}").get("id").asText();

                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
                    most.accumulateAndGet(residentKilobytes(ota.pid()), Math::max);
                    return api.get(batch).get("status").asText().equals("finished");
                });

                assertThat(fleet.ledger().devices()).allSatisfy(device -> assertThat(device.version()).as(device.deviceKey() + device.results()).isEqualTo("2.0.0"));
                assertThat(api.get(batch).get("counts").get("succeeded").asInt()).isEqualTo(DEVICES);
                System.out.println("resident before the downloads: " + before + " kB, at most: " + most + " kB");
                assertThat(most.get() - before).as("kB more than the %d before the downloads", before).isLessThan(MOST_MORE_KILOBYTES);
                assertThat(ota.log()).doesNotContain("OutOfMemory");
            }
        }
    }

    private static void upload(OtaProcess ota, String packageId, int megabytes) throws Exception {
        byte[] block = new byte[BLOCK];
        new Random(7).nextBytes(block);
        InputStream file = new SequenceInputStream(Collections.enumeration(IntStream.range(0, megabytes)
                .<InputStream>mapToObj(i -> new ByteArrayInputStream(block)).toList()));
        var answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(ota.httpUrl() + "/api/v1/packages/" + packageId + "/files/firmware.bin"))
                .header("Content-Type", "application/octet-stream").PUT(BodyPublishers.ofInputStream(() -> file)).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static long residentKilobytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }
}
