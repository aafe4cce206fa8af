package dev.otaroutes.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.download.RemoteFiles;
import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.store.Database;
import dev.otaroutes.support.FileServer;
import dev.otaroutes.support.FileServer.Behaviour;
import dev.otaroutes.support.Loopback;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Packages whose files are on a server of the test's, from the posted batch to the pause. */
@DisplayName("operator API: packages whose files are elsewhere")
class PackagesElsewhereIT {
    /** As the md5sum program prints it. */
    private static final String MD5 = "781e5e245d69b566979b86e28d23f2c7";
    private static final Duration LONG = Duration.ofSeconds(30);
    private static int databases;

    private final FileServer cdn = new FileServer("0123456789");
    private final RemoteFiles remote = new RemoteFiles(Duration.ofSeconds(5), InternalHosts.parse(Loopback.HOST));
    private OperatorServer server;
    private ApiClient api;

    @BeforeEach
    void start() {
        server = new OperatorServer(new Database("jdbc:h2:mem:elsewhere" + databases++ + ";DB_CLOSE_DELAY=-1", "sa", "", 4),
                new DownloadAddress(URI.create("http://127.0.0.1:8080"), false, 16_777_216), remote);
        api = server.client();
        api.put("/products/lamp", "{'name':'Lamp','dialect':'sagoo'}");
        api.put("/products/pump", "{'name':'Pump','dialect':'alibaba'}");
    }

    @AfterEach
    void stop() {
        server.close();
        remote.close();
        cdn.close();
    }

    @Test
    void aBatchWhoseFileIsAsDeclaredRunsAndItsFileHasBeenReadOnce() {
        String id = packageOf("lamp", cdn.url("/fw.bin"));

        String first = batch(id);
        awaitStatus(first, "running");
        String second = batch(id);
        awaitStatus(second, "running");

        assertThat(api.get("/packages/" + id).json().get("files").get(0).has("verifiedAt")).isTrue();
        assertThat(cdn.asked()).filteredOn("GET /fw.bin"::equals).hasSize(1);
    }

    @Test
    void aBatchWhoseFileIsNotThereIsRefusedWithWhatWasAnswered() {
        String id = packageOf("lamp", cdn.url("/fw.bin?sig=secret"));
        String where = "file [fw.bin] at [" + cdn.url("/fw.bin?***") + "]";

        cdn.does(Behaviour.answers(404));
        post(id).assertProblem(409, where + " cannot be downloaded: GET was answered 404");
        cdn.does((files, exchange) -> files.whole(exchange));
        post(id).assertProblem(409, where + " is not served in parts: a request for a Range was answered 200, and a device could not go on after a break");
        cdn.does(FileServer::serve);
        cdn.has("012345678");
        post(id).assertProblem(409, where + " has 9 bytes, but size was declared as [10]");
        cdn.stop();
        assertThat(post(id).json().get("detail").textValue()).startsWith(where + " cannot be downloaded: the connection failed: ");
        assertThat(api.get("/batches").keys("id")).isEmpty();

        cdn.start();
        cdn.has("0123456789");
        awaitStatus(batch(id), "running");
    }

    @Test
    void aBatchWhoseFileIsOnAnInternalServerIsRefusedWithTheSettingThatLetsItThrough() {
        String url = cdn.url("/fw.bin").replace(Loopback.HOST, "127.0.0.2");

        post(packageOf("lamp", url)).assertProblem(409, "file [fw.bin] at [" + url + "] cannot be downloaded: host [127.0.0.2] has the address"
                + " [127.0.0.2], which is internal: if it may be called, add it to ota.webhook.internal-hosts");
        assertThat(cdn.asked()).isEmpty();
    }

    @Test
    void oneOfSeveralFilesIsEnoughToRefuseABatch() {
        cdn.does((files, exchange) -> {
            if (exchange.getRequestURI().getPath().equals("/b.bin")) {
                exchange.sendResponseHeaders(410, -1);
            } else {
                files.serve(exchange);
            }
        });
        String id = api.post("/packages", "{'productKey':'lamp','version':'2','signMethod':'MD5','files':[" + file("a.bin", cdn.url("/a.bin")) + ","
                + file("b.bin", cdn.url("/b.bin")) + "]}").id();

        post(id).assertProblem(409, "file [b.bin] at [" + cdn.url("/b.bin") + "] cannot be downloaded: GET was answered 410");
    }

    @Test
    void aRedirectIsForDevicesThatFollowIt() {
        cdn.does((files, exchange) -> {
            if (exchange.getRequestURI().getPath().equals("/fw.bin")) {
                Behaviour.answers(302, "Location", "/edge/fw.bin").answer(files, exchange);
            } else {
                files.serve(exchange);
            }
        });

        awaitStatus(batch(packageOf("lamp", cdn.url("/fw.bin"))), "running");
        post(packageOf("pump", cdn.url("/fw.bin"))).assertProblem(409, "file [fw.bin] at [" + cdn.url("/fw.bin")
                + "] cannot be downloaded: HEAD was answered 302, and its devices do not follow a redirect");
    }

    @Test
    void otherBytesOfTheSameLengthPauseTheBatchBeforeAnythingIsPushed() {
        cdn.has("012345678X");
        String id = packageOf("lamp", cdn.url("/fw.bin"));
        String batch = batch(id);

        awaitStatus(batch, "paused");
        assertThat(api.get("/batches/" + batch).json().get("pauseReason").textValue()).isEqualTo("package-mismatch");
        assertThat(api.get("/batches/" + batch + "/tasks").keys("id")).isEmpty();
        await().atMost(LONG).until(() -> api.get("/packages/" + id).json().get("files").get(0).has("fault"));
        assertThat(api.get("/packages/" + id).json().get("files").get(0).get("fault").textValue())
                .startsWith("file [fw.bin] at [" + cdn.url("/fw.bin") + "] has the md5 [").endsWith("], but [" + MD5 + "] was declared");

        cdn.has("0123456789");
        api.post("/batches/" + batch + "/resume", null);
        awaitStatus(batch, "running");
        assertThat(api.get("/packages/" + id).json().get("files").get(0).has("fault")).isFalse();
    }

    @Test
    void aServerThatDiesPausesTheRunningBatchUntilAnOperatorGoesOn() {
        String id = packageOf("lamp", cdn.url("/fw.bin"));
        String batch = batch(id);
        awaitStatus(batch, "running");
        cdn.stop();

        await().atMost(LONG).until(() -> {
            // What else would come in ten minutes, and then a minute each.
            server.database().jdbc().sql("UPDATE ota_package_file SET check_at = created_at WHERE fault IS NULL OR failures < 3").update();
            return "paused".equals(api.get("/batches/" + batch).json().get("status").textValue());
        });
        assertThat(api.get("/batches/" + batch).json().get("pauseReason").textValue()).isEqualTo("package-unreachable");
        List<String> events = server.database().jdbc().sql("SELECT data FROM ota_event WHERE type = 'batch.paused'").query(String.class).list();
        assertThat(events).hasSize(1);
        assertThat(events.get(0)).contains("\"reason\":\"package-unreachable\"",
                "\"detail\":\"file [fw.bin] at [" + cdn.url("/fw.bin") + "] cannot be downloaded: the connection failed: ");

        cdn.start();
        api.post("/batches/" + batch + "/resume", null);
        await().atMost(LONG).until(() -> !api.get("/packages/" + id).json().get("files").get(0).has("fault"));
        awaitStatus(batch, "running");
    }

    private ApiClient.Answer post(String packageId) {
        return api.post("/packages/" + packageId + "/batches", "{'select':{'devices':['kitchen']}}");
    }

    private String batch(String packageId) {
        return post(packageId).id();
    }

    private String packageOf(String productKey, String url) {
        return api.post("/packages", "{'productKey':'" + productKey + "','version':'2','signMethod':'MD5','files':[" + file("fw.bin", url) + "]}").id();
    }

    private static String file(String name, String url) {
        return "{'name':'" + name + "','url':'" + url + "','size':10,'md5':'" + MD5 + "'}";
    }

    private void awaitStatus(String batch, String status) {
        await().atMost(LONG).until(() -> status.equals(api.get("/batches/" + batch).json().get("status").textValue()));
    }
}
