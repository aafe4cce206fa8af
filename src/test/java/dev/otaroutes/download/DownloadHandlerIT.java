package dev.otaroutes.download;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.download.PackageFiles.PackageFile;
import dev.otaroutes.http.TestHttpServer;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads as a device sees them, over the real server. The file's bytes are 0123456789. */
class DownloadHandlerIT {
    private static final String SHA256 = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";
    private static final long BIG = 30_000_000;
    private static final String ETAG = '"' + SHA256 + '"';
    private static final String DIGEST = "sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:";
    private static final SigningKey KEY = SigningKey.of("0123456789abcdef");

    @TempDir
    private Path directory;
    private Path file;
    private TestHttpServer server;
    private DownloadLinks links;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void start() throws Exception {
        file = Files.writeString(directory.resolve("fw.bin"), "0123456789");
        links = new DownloadLinks(URI.create("http://unused"), KEY, Duration.ofSeconds(60), Clock.systemUTC());
        server = new TestHttpServer(List.of(new DownloadHandler(links, KEY, new OneFile())::mount), Map.of());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theWholeFileComesWithLengthTagAndDigests() throws Exception {
        HttpResponse<String> answer = get();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("0123456789");
        assertThat(answer.headers().map()).containsAllEntriesOf(Map.of(
                "content-length", List.of("10"),
                "content-type", List.of("application/octet-stream"),
                "content-disposition", List.of("attachment; filename*=UTF-8''fw.bin"),
                "accept-ranges", List.of("bytes"),
                "etag", List.of(ETAG),
                "repr-digest", List.of(DIGEST),
                "content-digest", List.of(DIGEST)));
    }

    @Test
    void headAnswersAsGetWithoutBytesAndIgnoresRanges() throws Exception {
        HttpResponse<String> answer = send("HEAD", "Range", "bytes=0-1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("content-length")).hasValue("10");
        assertThat(answer.headers().firstValue("etag")).hasValue(ETAG);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "bytes=0-3 | 0123 | bytes 0-3/10",
        "bytes=4- | 456789 | bytes 4-9/10",
        "bytes=-3 | 789 | bytes 7-9/10",
        "bytes=8-100 | 89 | bytes 8-9/10",
        "bytes=2-3,50-60 | 23 | bytes 2-3/10"})
    void oneRangeComesAlone(String range, String body, String contentRange) throws Exception {
        HttpResponse<String> answer = get("Range", range);

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.headers().map()).containsAllEntriesOf(Map.of(
                "content-range", List.of(contentRange),
                "content-length", List.of(String.valueOf(body.length())),
                "repr-digest", List.of(DIGEST)))
                .doesNotContainKey("content-digest");
    }

    @Test
    void severalRangesComeAsParts() throws Exception {
        HttpResponse<String> answer = get("Range", "bytes=0-1,4-5,-2");

        assertThat(answer.statusCode()).isEqualTo(206);
        String type = answer.headers().firstValue("content-type").orElseThrow();
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        String boundary = type.substring(type.indexOf('=') + 1);
        String part = "\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ";
        assertThat(answer.body()).isEqualTo(part + "0-1/10\r\n\r\n01" + part + "4-5/10\r\n\r\n45" + part + "8-9/10\r\n\r\n89"
                + "\r\n--" + boundary + "--\r\n");
        assertThat(answer.headers().firstValue("content-length")).hasValue(String.valueOf(answer.body().length()));
    }

    @Test
    void aRangeBeyondTheEndIsRefusedWithTheSize() throws Exception {
        HttpResponse<String> answer = get("Range", "bytes=10-");

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(answer.headers().firstValue("content-range")).hasValue("bytes */10");
        assertProblem(answer, 416, "bytes=10-");
    }

    @Test
    void aResumedDownloadIsPartialOnlyIfTheBytesAreTheSame() throws Exception {
        assertThat(get("Range", "bytes=5-", "If-Range", ETAG).body()).isEqualTo("56789");
        assertThat(get("Range", "bytes=5-", "If-Range", "\"other\"").body()).isEqualTo("0123456789");
        assertThat(get("Range", "bytes=5-", "If-Range", "W/" + ETAG).body()).isEqualTo("0123456789");
        assertThat(get("Range", "bytes=5-", "If-Range", "Wed, 21 Oct 2099 07:28:00 GMT").body()).isEqualTo("0123456789");
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "If-None-Match | TAG | 304", "If-None-Match | W/TAG | 304", "If-None-Match | * | 304", "If-None-Match | \"x\", TAG | 304",
        "If-None-Match | \"x\" | 200",
        "If-Match | TAG | 200", "If-Match | * | 200", "If-Match | \"x\" | 412", "If-Match | W/TAG | 412"})
    void conditionsAreObeyed(String header, String value, int status) throws Exception {
        HttpResponse<String> answer = get(header, value.replace("TAG", ETAG));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("etag")).hasValue(ETAG);
    }

    @Test
    void aLinkThatDoesNotHoldIsRefusedWithTheReason() throws Exception {
        String good = links.link(7, "fw.bin").getRawQuery();

        assertProblem(fetch("/download/7/fw.bin"), 403, "[expires] is missing");
        assertProblem(fetch("/download/7/fw.bin?expires=99"), 403, "[token] is missing");
        assertProblem(fetch("/download/7/fw.bin?expires=99&token=x"), 403, "forged");
        assertProblem(fetch("/download/8/fw.bin?" + good), 403, "forged");
        DownloadLinks past = new DownloadLinks(URI.create("http://unused"), KEY, Duration.ofSeconds(-1), Clock.systemUTC());
        assertProblem(fetch("/download/7/fw.bin?" + past.link(7, "fw.bin").getRawQuery()), 403, "expired");
    }

    @Test
    void aPathMayBeEscapedInAnyWay() throws Exception {
        assertThat(fetch("/download/7/%66w%2Ebin?" + links.link(7, "fw.bin").getRawQuery()).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"/download/7/..%2ffw.bin", "/download/7/..%5Cfw.bin", "/download/7/.hidden", "/download/x/fw.bin",
        "/download/-7/fw.bin", "/download/7/a%00b", "/download/7", "/download/7/a/b", "/download/", "/download/7/%2e%2e%2f%2e%2e%2fetc"})
    void whatIsNoPathOfAPackageFileIsNotFound(String path) throws Exception {
        assertProblem(fetch(path), 404, "");
    }

    @Test
    void aSignedLinkToAFileThatIsGoneIsNotFound() throws Exception {
        assertProblem(fetch("/download/9/fw.bin?" + links.link(9, "fw.bin").getRawQuery()), 404, "/download/9/fw.bin");
    }

    @Test
    void bytesThatAreNotThoseUploadedAreNotServed() throws Exception {
        Files.writeString(file, "012345678");

        assertProblem(get(), 503, "not at hand");
    }

    @Test
    void otherMethodsAreRefusedWithThoseAllowed() throws Exception {
        HttpResponse<String> answer = send("DELETE");

        assertProblem(answer, 405, "[DELETE]");
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    @Test
    void theSameHoldsOverHttp2() throws Exception {
        HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpRequest request = HttpRequest.newBuilder(uri()).header("Range", "bytes=4-").build();

        HttpResponse<String> answer = http2.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo("456789");
    }

    @Test
    void oneDownloadThatIsCutOffLeavesTheOthersOnItsConnectionAlone() throws Exception {
        Path big = directory.resolve("big.bin");
        try (RandomAccessFile sparse = new RandomAccessFile(big.toFile(), "rw")) {
            sparse.setLength(BIG);
        }
        HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        http2.send(HttpRequest.newBuilder(uri()).build(), HttpResponse.BodyHandlers.discarding());
        HttpRequest request = HttpRequest.newBuilder(server.uri("/download/7/big.bin?" + links.link(7, "big.bin").getRawQuery())).build();

        HttpResponse<InputStream> goesOn = http2.send(request, HttpResponse.BodyHandlers.ofInputStream());
        HttpResponse<InputStream> cut = http2.send(request, HttpResponse.BodyHandlers.ofInputStream());
        cut.body().readNBytes(1000);
        cut.body().close();

        assertThat(goesOn.body().transferTo(OutputStream.nullOutputStream())).isEqualTo(BIG);
    }

    private URI uri() {
        return server.uri("/download/7/fw.bin?" + links.link(7, "fw.bin").getRawQuery());
    }

    private HttpResponse<String> get(String... headers) throws Exception {
        return send("GET", headers);
    }

    private HttpResponse<String> send(String method, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri()).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> fetch(String pathAndQuery) throws Exception {
        return client.send(HttpRequest.newBuilder(server.uri(pathAndQuery)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"status\":" + status).contains(detail);
    }

    private final class OneFile implements PackageFiles {
        @Override
        public CompletionStage<Optional<PackageFile>> find(long packageId, String name) {
            return CompletableFuture.completedFuture(packageId != 7 ? Optional.empty() : switch (name) {
                case "fw.bin" -> Optional.of(new PackageFile(file, 10, SHA256));
                case "big.bin" -> Optional.of(new PackageFile(directory.resolve("big.bin"), BIG, SHA256));
                default -> Optional.empty();
            });
        }

        @Override
        public void forget(long packageId, String name) {
            // nothing is remembered
        }
    }
}
