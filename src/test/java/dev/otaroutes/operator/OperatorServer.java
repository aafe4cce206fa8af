package dev.otaroutes.operator;

import dev.otaroutes.device.RejectedMessages;
import dev.otaroutes.download.PackageDirectory;
import dev.otaroutes.download.StoredPackageFiles;
import dev.otaroutes.extension.FaultPlaces;
import dev.otaroutes.http.TestHttpServer;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.Inform;
import dev.otaroutes.message.Progress;
import dev.otaroutes.rollout.ExternalFiles;
import dev.otaroutes.rollout.ProgressRules;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rules;
import dev.otaroutes.rollout.TaskRules;
import dev.otaroutes.rollout.VersionOrder;
import dev.otaroutes.store.BatchEvents;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.GroupedRollout;
import dev.otaroutes.store.Scheduler;
import dev.otaroutes.store.Sql;
import dev.otaroutes.store.Times;
import dev.otaroutes.support.TestFiles;
import dev.otaroutes.support.TestFolder;
import dev.otaroutes.webhook.Outgoing;
import dev.otaroutes.webhook.Webhooks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.spi.Registry;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/** The operator API as it is served: its YAML routes, the contract, the HTTP server, a database; without a broker. */
final class OperatorServer implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-23T15:04:05.120Z");
    private static final String ROUTES = "file:routes/operator-api.camel.yaml,file:routes/operator/*.camel.yaml,"
            + "file:routes/event-to-webhook.camel.yaml,file:routes/webhooks/standard.camel.yaml";

    private final Database database;
    private final GroupedRollout rollout;
    private final Scheduler scheduler;
    private final TestHttpServer http;
    private final ApiClient client;
    private final Queue<PushOrder> pushed = new ConcurrentLinkedQueue<>();
    private final Path folder = TestFolder.make("packages");
    private Registry beans;
    private volatile Runnable onPush = () -> { };

    /** @param downloads where devices download from */
    OperatorServer(Database database, DownloadAddress downloads) {
        this(database, downloads, new TestFiles());
    }

    /** @param remote where files are that are not uploaded */
    OperatorServer(Database database, DownloadAddress downloads, ExternalFiles remote) {
        this.database = database;
        database.migrate();
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        Sql sql = new Sql(null, database.kind());
        Rules rules = new Rules(new TaskRules(VersionOrder.numbers(), () -> false), new ProgressRules());
        rollout = new GroupedRollout(database, sql, rules, clock, outcome -> { }, () -> { });
        rollout.start();
        // Its own time goes on: it does some things once a second.
        Clock ticking = Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), NOW));
        scheduler = new Scheduler(database, sql, ticking, remote, 100, rollout, order -> CompletableFuture.completedFuture(null), () -> false, () -> { },
                (what, fault) -> { });
        scheduler.start();
        PackageDirectory directory = new PackageDirectory(folder);
        StoredPackageFiles files = new StoredPackageFiles(database, sql, directory, Runnable::run);
        PackageUploads uploads = new PackageUploads(database, sql, directory, files, List.of(".bin"), clock);
        http = new TestHttpServer(
                List.of(new AccessHandler(OperatorKeys.parse(""))::mount, new UploadHandler(uploads, 1_000)::mount,
                        router -> new DeviceListHandler(beans.findSingleByType(DeviceLists.class)).mount(router),
                        router -> new ContractPaths(
                        () -> this.http().context().getRestRegistry().listAllRestServices()).mount(router)),
                Map.of("camel.main.routesIncludePattern", ROUTES, "camel.rest.clientRequestValidation", "true"),
                context -> {
                    beans = context.getRegistry();
                    context.getRegistry().bind("rejectedMessages",
                            new RejectedMessages(database, sql, clock, context, Duration.ofDays(30), new FaultPlaces()));
                    new Webhooks(database, sql, clock, new SimpleMeterRegistry(), context, "test", Outgoing.of("127.0.0.1", null)).addTo(context);
                    context.getRegistry().bind("packageDirectory", directory);
                    context.getRegistry().bind("packageFiles", files);
                    OperatorBeans.bind(context.getRegistry(), database, sql, clock, rollout, downloads, remote,
                            new BatchEvents(database, sql, () -> { }), order -> {
                                pushed.add(order);
                                onPush.run();
                            }, scheduler::wake);
                });
        client = new ApiClient(http.uri("/api/v1").toString(), "X-Mine", "must not come back");
    }

    static OperatorServer onH2(String name) {
        return onH2(name, new DownloadAddress(URI.create("http://127.0.0.1:8080"), false, 16_777_216));
    }

    static OperatorServer onH2(String name, DownloadAddress downloads) {
        return new OperatorServer(new Database("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1", "sa", "", 4), downloads);
    }

    /** Where uploaded files are. */
    Path folder() {
        return folder;
    }

    private TestHttpServer http() {
        return http;
    }

    /** Where it serves. */
    URI uri() {
        return http.uri("/");
    }

    ApiClient client() {
        return client;
    }

    Database database() {
        return database;
    }

    /** A device reports what a module runs. */
    void inform(String productKey, String deviceKey, String module, String version) {
        rollout.inform(new DeviceId(productKey, deviceKey), new Inform("1", version, module)).toCompletableFuture().join();
    }

    /** A device informs, and the broker takes what it is answered. */
    void push(String productKey, String deviceKey, String module, String version) {
        rollout.inform(new DeviceId(productKey, deviceKey), new Inform("1", version, module))
                .thenCompose(order -> rollout.pushed(order, 0)).toCompletableFuture().join();
    }

    /** What operators pushed by hand. */
    Queue<PushOrder> pushedByHand() {
        return pushed;
    }

    /** Gives a batch unfinished tasks that nothing else knows of. @param statuses of each, in the order of their making */
    void insertTasks(String batchId, List<String> statuses) {
        MapSqlParameterSource[] rows = new MapSqlParameterSource[statuses.size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new MapSqlParameterSource("batch", Long.valueOf(batchId)).addValue("device", "none/d" + i).addValue("key", "d" + i)
                    .addValue("status", statuses.get(i)).addValue("now", Times.toDb(NOW));
        }
        database.transaction(() -> {
            database.named().batchUpdate("""
                    INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, to_version, status, is_open, attempt, pushes,
                                          push_number, refusals, history_count, created_at, updated_at)
                    VALUES (:batch, 1, :device, 'none', :key, 'default', '2', :status, 1, 1, 0, 0, 0, 0, :now, :now)""", rows);
        });
    }

    /** @param then what a push by hand does from now on, beside being remembered */
    void onPush(Runnable then) {
        onPush = then;
    }

    RejectedMessages rejected() {
        return http.context().getRegistry().findSingleByType(RejectedMessages.class);
    }

    /** A device reports how far its upgrade is. @param step 1 to 100 or -4 to -1 */
    void progress(String productKey, String deviceKey, String module, int step, String desc) {
        rollout.progress(new DeviceId(productKey, deviceKey), new Progress("1", step, desc, module, null))
                .toCompletableFuture().join();
    }

    @Override
    public void close() {
        http.close();
        scheduler.close();
        rollout.close();
        database.close();
    }
}
