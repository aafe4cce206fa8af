package dev.otaroutes.bench.baseline;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** What bounds webhooks: a bare HTTP client that posts the same body to the same receiver, as many at a time, and stores nothing. */
public final class HttpPosts {
    private static final byte[] EVENT = ("{\"id\":\"evt_01J00000000000000000000000\",\"type\":\"task.progress\",\"time\":\"2026-11-23T15:04:05.123Z\",\"sequence\":4711,"
            + "\"productKey\":\"b0\",\"deviceKey\":\"d4711\",\"module\":\"default\",\"batchId\":\"3\",\"taskId\":\"42\",\"packageId\":\"7\","
            + "\"data\":{\"status\":\"upgrading\",\"step\":60,\"desc\":\"\",\"fromVersion\":\"1.0.1\",\"toVersion\":\"2.0.0\",\"attempt\":1}}")
            .getBytes(StandardCharsets.UTF_8);

    private HttpPosts() {
    }

    public static void main(String[] args) throws InterruptedException {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getProperty("bench.receiver"))).timeout(Duration.ofSeconds(15))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofByteArray(EVENT)).build();
        Semaphore window = new Semaphore(Integer.getInteger("bench.concurrency"));
        System.err.println("ready");
        while (true) {
            window.acquire();
            client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).whenComplete((answer, failure) -> window.release());
        }
    }
}
