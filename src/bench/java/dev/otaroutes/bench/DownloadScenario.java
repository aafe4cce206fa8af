package dev.otaroutes.bench;

import dev.otaroutes.bench.load.Downloads;
import dev.otaroutes.download.DownloadLinks;
import dev.otaroutes.download.SigningKey;
import dev.otaroutes.support.OperatorApi;
import dev.otaroutes.support.TestFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One big file, for 1, 50 and 500 clients, beside nginx on the same file; throughput in MB/s, CPU for a MB. */
final class DownloadScenario implements Scenario {
    private static final List<Integer> CLIENTS = List.of(1, 50, 500);
    private static final int CLIENT_HEAP = 512;
    private static final Path NGINX = Path.of("/usr/sbin/nginx");

    private final BenchSettings settings;
    private final BenchSite site;
    private final Consumer<Measurement> measured;

    DownloadScenario(BenchSettings settings, BenchSite site, Consumer<Measurement> measured) {
        this.settings = settings;
        this.site = site;
        this.measured = measured;
    }

    @Override
    public void round() throws Exception {
        Path folder = TestFolder.make("bench-file");
        Path file = folder.resolve("firmware.bin");
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] block = new byte[1_000_000];
            for (long written = 0; written < settings.fileBytes(); written += block.length) {
                new java.util.Random(written).nextBytes(block);
                bytes.write(block);
            }
        }
        try {
            if (settings.servers().contains("nginx") && Files.isExecutable(NGINX)) {
                nginx(folder);
            }
            if (settings.servers().contains("ours")) {
                ours(file);
            }
        } finally {
            Files.delete(file);
        }
    }

    private void nginx(Path folder) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path config = folder.resolve("nginx.conf");
        Files.writeString(config, """
                daemon off; master_process off; %s pid %s/nginx.pid; error_log %2$s/error.log;
                events { worker_connections 2048; }
                http { access_log off; sendfile on; tcp_nopush on; client_body_temp_path %2$s/body; proxy_temp_path %2$s/proxy;
                       fastcgi_temp_path %2$s/fastcgi; uwsgi_temp_path %2$s/uwsgi; scgi_temp_path %2$s/scgi;
                       server { listen 127.0.0.1:%d; root %2$s; } }
                """.formatted("root".equals(System.getProperty("user.name")) ? "user root;" : "", folder, port));
        Process process = new ProcessBuilder(NGINX.toString(), "-c", config.toString()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.log").toFile()).start();
        try {
            awaitPort(port);
            ProcessMeter meter = new ProcessMeter(process.pid());
            for (int clients : CLIENTS) {
                measured.accept(measure("nginx", clients, "http://127.0.0.1:" + port + "/firmware.bin", meter, Double.NaN));
            }
        } finally {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static void awaitPort(int port) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IllegalStateException("nginx does not listen on [" + port + "]");
    }

    private void ours(Path file) throws Exception {
        site.data().load(1, 1, null);
        try (ServerUnderTest server = ServerUnderTest.start("ours", site.newBroker(), site, settings.heap())) {
            OperatorApi api = new OperatorApi(server.ours().httpUrl());
            String id = api.post("/packages", "{\"productKey\":\"" + BenchData.product(0) + "\",\"version\":\"9.0.0\"}").get("id").asText();
            HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(server.ours().httpUrl() + "/api/v1/packages/" + id + "/files/firmware.bin"))
                    .header("Content-Type", "application/octet-stream").PUT(HttpRequest.BodyPublishers.ofFile(file)).build(),
                    HttpResponse.BodyHandlers.discarding());
            String link = new DownloadLinks(URI.create(server.ours().httpUrl()), SigningKey.of(ServerUnderTest.SIGNING_KEY), Duration.ofDays(1),
                    Clock.systemUTC()).link(Long.parseLong(id), "firmware.bin").toString();
            for (int clients : CLIENTS) {
                measured.accept(measure("ours", clients, link, server.meter(), server.meter().peakHeapMegabytes()));
            }
        }
    }

    private Measurement measure(String server, int clients, String url, ProcessMeter meter, double heap) throws IOException {
        try (BenchProcess downloads = new BenchProcess(Downloads.class, CLIENT_HEAP, Map.of("bench.url", url, "bench.clients", String.valueOf(clients),
                "bench.warmup", String.valueOf(settings.warmup()), "bench.seconds", String.valueOf(settings.seconds())))) {
            downloads.await("begin");
            double before = meter.cpuSeconds();
            downloads.await("end");
            double cpu = meter.cpuSeconds() - before;
            double megabytes = Double.parseDouble(downloads.await("result").split(" ")[1]) / 1e6;
            return new Measurement("download-" + clients, server, megabytes, Double.NaN, Double.NaN, Double.NaN,
                    cpu * 1e6 / (megabytes * settings.seconds()), heap, meter.peakRssMegabytes(), 0);
        }
    }
}
