package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.download.DownloadHandler;
import dev.otaroutes.download.DownloadLinks;
import dev.otaroutes.download.PackageDirectory;
import dev.otaroutes.download.SigningKey;
import dev.otaroutes.download.StoredPackageFiles;
import dev.otaroutes.http.TestHttpServer;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uploads over the real server into H2 and a directory. Package 1 is new, 2 is in a batch, 3 has its file elsewhere. */
class UploadHandlerIT {
    private static final int MAX_BYTES = 3_000_000;
    private static final String SHA256 = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";
    private static final String MD5 = "781e5e245d69b566979b86e28d23f2c7";
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path folder;
    private Database database;
    private TestHttpServer server;
    private DownloadLinks links;

    @BeforeEach
    void start() {
        database = new Database("jdbc:h2:mem:" + folder.getFileName(), "sa", "", 4);
        database.migrate();
        for (int id = 1; id <= 3; id++) {
            database.jdbc().sql("INSERT INTO ota_package (product_key, module, version, type, sign_method, status, created_at)"
                    + " VALUES ('pk', 'default', '" + id + "', 'full', 'SHA256', 'not-required', CURRENT_TIMESTAMP)").update();
        }
        database.jdbc().sql("INSERT INTO ota_batch (package_id, product_key, module, to_version, type, protocol, selection, push, tags,"
                + " rollout, status, created_at) VALUES (2, 'pk', 'default', '2', 'upgrade', 'http', '{}', 1, '{}', '{}', 'finished',"
                + " CURRENT_TIMESTAMP)").update();
        database.jdbc().sql("INSERT INTO ota_package_file (package_id, name, size_bytes, url, created_at)"
                + " VALUES (3, 'fw.bin', 1, 'https://cdn.example/fw.bin', CURRENT_TIMESTAMP)").update();
        Sql sql = new Sql(null, database.kind());
        PackageDirectory directory = new PackageDirectory(folder);
        StoredPackageFiles files = new StoredPackageFiles(database, sql, directory, Runnable::run);
        PackageUploads uploads = new PackageUploads(database, sql, directory, files, List.of(".bin", ".tar.gz"), Clock.systemUTC());
        SigningKey key = SigningKey.of("0123456789abcdef");
        links = new DownloadLinks(URI.create("http://unused"), key, Duration.ofMinutes(1), Clock.systemUTC());
        server = new TestHttpServer(List.of(new AccessHandler(OperatorKeys.parse(""))::mount,
                new UploadHandler(uploads, MAX_BYTES)::mount, new DownloadHandler(links, key, files)::mount), Map.of());
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void theBytesAreStoredAndAnsweredWithTheirDigests() throws Exception {
        HttpResponse<String> answer = put("1/files/fw.bin", "0123456789");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.body()).isEqualTo(
                "{\"name\":\"fw.bin\",\"size\":10,\"md5\":\"" + MD5 + "\",\"sha256\":\"" + SHA256 + "\"}");
        assertThat(folder.resolve("1/fw.bin")).hasContent("0123456789");
        assertThat(database.jdbc().sql("SELECT size_bytes, md5, sha256, url FROM ota_package_file WHERE package_id = 1")
                .query().singleRow().values()).containsExactly(10L, MD5, SHA256, null);
    }

    @Test
    void aFileMayBeReplacedWhileItsPackageIsInNoBatch() throws Exception {
        put("1/files/fw.bin", "0123456789");

        assertThat(put("1/files/fw.bin", "other").statusCode()).isEqualTo(200);
        assertThat(folder.resolve("1/fw.bin")).hasContent("other");
        assertThat(filesLeft()).containsExactly("fw.bin");
    }

    @Test
    void whatIsUploadedIsDownloadedAndGoesOnWhileTheDatabaseIsAway() throws Exception {
        put("1/files/fw.bin", "old bytes");
        assertThat(download("1", "fw.bin", "bytes=0-").body()).isEqualTo("old bytes");
        put("1/files/fw.bin", "0123456789");
        HttpResponse<String> whole = download("1", "fw.bin", "bytes=0-");

        database.close();

        assertThat(whole.body()).isEqualTo("0123456789");
        assertThat(whole.headers().firstValue("etag")).hasValue('"' + SHA256 + '"');
        assertThat(download("1", "fw.bin", "bytes=7-").body()).isEqualTo("789");
    }

    @Test
    void aFileThatIsElsewhereIsNotDownloadedHere() throws Exception {
        assertProblem(download("3", "fw.bin", "bytes=0-"), 404, "/download/3/fw.bin");
    }

    private HttpResponse<String> download(String packageId, String name, String range) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(server.uri("/download/" + packageId + "/" + name + "?"
                + links.link(Long.parseLong(packageId), name).getRawQuery())).header("Range", range).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aLargeFileOfUnsaidLengthArrivesWhole() throws Exception {
        byte[] bytes = new byte[MAX_BYTES];
        new Random(1).nextBytes(bytes);

        HttpResponse<String> answer = CLIENT.send(request("1/files/fw.bin")
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))).build(), HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        assertThat(Arrays.equals(Files.readAllBytes(folder.resolve("1/fw.bin")), bytes)).isTrue();
    }

    @Test
    void anUploadOverHttp2ArrivesWholeAndOneThatIsRefusedLeavesTheConnection() throws Exception {
        HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        http2.send(HttpRequest.newBuilder(server.uri("/")).build(), HttpResponse.BodyHandlers.discarding());
        byte[] bytes = new byte[MAX_BYTES];

        HttpResponse<String> refused = http2.send(request("2/files/fw.bin").PUT(BodyPublishers.ofByteArray(bytes)).build(),
                HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> stored = http2.send(request("1/files/fw.bin").PUT(BodyPublishers.ofByteArray(bytes)).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(stored.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertProblem(refused, 409, "batch [1]");
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
        assertThat(folder.resolve("1/fw.bin")).hasSize(MAX_BYTES);
    }

    @Test
    void aFileThatIsTooLongIsRefusedBeforeOrWhileItComes() throws Exception {
        assertProblem(put("1/files/fw.bin", "x".repeat(MAX_BYTES + 1)), 413, "3000001");
        HttpResponse<String> chunked = CLIENT.send(request("1/files/fw.bin").PUT(BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream(new byte[MAX_BYTES * 2]))).build(), HttpResponse.BodyHandlers.ofString());

        assertProblem(chunked, 413, "ota.package.max-file-bytes");
        assertThat(filesLeft()).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "9/files/fw.bin, 404, there is no package [9]",
        "x/files/fw.bin, 404, there is no package [x]",
        "2/files/fw.bin, 409, is in batch [1]",
        "3/files/fw.bin, 409, https://cdn.example/fw.bin",
        "1/files/fw.exe, 400, [fw.exe] must end in one of",
        "1/files/..%2F..%2Fx.bin, 400, one path segment",
        "1/files/.bin, 400, must not start with a dot",
        "1/files/a%00.bin, 400, one path segment"})
    void whatAPackageDoesNotTakeIsRefused(String path, int status, String detail) throws Exception {
        assertProblem(put(path, "0123456789"), status, detail);
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void aSecondNameIsASecondFileAndOneThatIsReplacedKeepsItsPlace() throws Exception {
        put("1/files/FW.TAR.GZ", "0123456789");
        put("1/files/fw.bin", "other");

        assertThat(put("1/files/FW.TAR.GZ", "changed").statusCode()).isEqualTo(200);

        assertThat(folder.resolve("1/FW.TAR.GZ")).hasContent("changed");
        assertThat(folder.resolve("1/fw.bin")).hasContent("other");
        assertThat(database.jdbc().sql("SELECT name FROM ota_package_file WHERE package_id = 1 ORDER BY number").query(String.class).list())
                .containsExactly("FW.TAR.GZ", "fw.bin");
    }

    @Test
    void aTwentyFirstFileIsRefused() throws Exception {
        for (int i = 1; i <= 20; i++) {
            put("1/files/" + i + ".bin", "x");
        }

        assertProblem(put("1/files/21.bin", "x"), 409, "package [1] has 20 files, and no room for [21.bin]");
        assertThat(put("1/files/20.bin", "y").statusCode()).isEqualTo(200);
        assertThat(filesLeft()).hasSize(20);
    }

    @Test
    void anEmptyFileIsRefused() throws Exception {
        assertProblem(put("1/files/fw.bin", ""), 400, "no bytes");
        assertThat(filesLeft()).isEmpty();
    }

    @ParameterizedTest(name = "{0} is answered {1}")
    @CsvSource(delimiter = '|', value = {
        "sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=: | 200",
        "md5=:eB5eJF1ptWaXm4bijSPyxw==:, sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=: | 200",
        "sha-512=:AAAA: | 200",
        "sha-256=:AAAA: | 400",
        "md5=:AAAA:, sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=: | 400",
        "sha-256=AAAA | 400",
        "nonsense | 400"})
    void aDigestIsCheckedWhereItIsSaid(String digest, int status) throws Exception {
        HttpResponse<String> answer = CLIENT.send(request("1/files/fw.bin").header("Content-Digest", digest)
                .PUT(BodyPublishers.ofString("0123456789")).build(), HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(filesLeft()).hasSize(status == 200 ? 1 : 0);
    }

    @Test
    void encodedAndPartialBodiesAreRefused() throws Exception {
        assertProblem(CLIENT.send(request("1/files/fw.bin").header("Content-Encoding", "gzip").PUT(BodyPublishers.ofString("x")).build(),
                HttpResponse.BodyHandlers.ofString()), 415, "[gzip]");
        assertProblem(CLIENT.send(request("1/files/fw.bin").header("Content-Range", "bytes 0-0/2").PUT(BodyPublishers.ofString("x")).build(),
                HttpResponse.BodyHandlers.ofString()), 400, "whole");
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(head("1/files/fw.bin", 2_000_000, ""));
            out.write(new byte[700_000]);
            out.flush();
            await().until(() -> !filesLeft().isEmpty());
        }
        await().until(() -> filesLeft().isEmpty());
        assertThat(database.jdbc().sql("SELECT COUNT(*) FROM ota_package_file WHERE package_id = 1").query(Long.class).single()).isZero();
    }

    @Test
    void aClientThatAsksFirstIsAnsweredFirst() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head("1/files/fw.bin", 10, "Expect: 100-continue\r\nConnection: close\r\n"));
            assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 100");
            socket.getOutputStream().write("0123456789".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains("HTTP/1.1 200").contains(SHA256);
        }
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head("2/files/fw.bin", 10, "Expect: 100-continue\r\n"));
            assertThat(line(socket.getInputStream())).startsWith("HTTP/1.1 409");
        }
    }

    @Test
    void whileTheDatabaseIsAwayAnUploadIsRefusedForLater() throws Exception {
        database.close();

        assertProblem(put("1/files/fw.bin", "0123456789"), 503, "try again");
        assertThat(filesLeft()).isEmpty();
    }

    private static byte[] head(String path, int length, String more) {
        return ("PUT /api/v1/packages/" + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                + more + "Content-Length: " + length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
            line.append((char) c);
        }
        if (line.indexOf("100") > 0) {
            in.readNBytes(2);
        }
        return line.toString();
    }

    private HttpResponse<String> put(String path, String body) throws Exception {
        return CLIENT.send(request(path).PUT(BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.uri("/api/v1/packages/" + path)).header("Content-Type", "application/octet-stream");
    }

    private List<String> filesLeft() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains(detail);
    }
}
