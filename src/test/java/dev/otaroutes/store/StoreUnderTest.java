package dev.otaroutes.store;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.Inform;
import dev.otaroutes.message.Progress;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.ExternalFiles;
import dev.otaroutes.rollout.ProgressRules;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.rollout.Rules;
import dev.otaroutes.rollout.TaskRules;
import dev.otaroutes.rollout.VersionOrder;
import dev.otaroutes.support.DatabaseServer;
import dev.otaroutes.support.ManualClock;
import dev.otaroutes.support.MariaDb;
import dev.otaroutes.support.Postgres;
import dev.otaroutes.support.TestFolder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The store on a fresh, real database with one product, [pk], and a clock that the test moves. */
final class StoreUnderTest implements AutoCloseable {
    /** The databases that are equals. A server is started once and ended with the test run. */
    enum Kind {
        H2, POSTGRESQL, MARIADB;

        private DatabaseServer server;

        private synchronized Database open() {
            if (this == H2) {
                return new Database("jdbc:h2:file:" + TestFolder.make("store").resolve("ota"), "sa", "", 10);
            }
            if (server == null) {
                DatabaseServer made = this == POSTGRESQL ? new Postgres() : new MariaDb();
                made.start();
                Runtime.getRuntime().addShutdownHook(new Thread(made::close));
                server = made;
            }
            return new Database(server.newDatabase(), server.username(), server.password(), 10);
        }
    }

    static final String PRODUCT = "pk";
    static final String MODULE = "default";

    final Database database;
    final Sql sql;
    final ManualClock clock = new ManualClock();
    final List<String> outcomes = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    StoreUnderTest(Kind kind) {
        this(kind, null);
    }

    /** @param sqlPlaces as in {@code ota.sql.dir} */
    StoreUnderTest(Kind kind, String sqlPlaces) {
        database = kind.open();
        database.migrate();
        sql = new Sql(sqlPlaces, database.kind());
        database.jdbc().sql("INSERT INTO ota_product (product_key, dialect, created_at, updated_at) VALUES (:key, 'sagoo', :now, :now)")
                .param("key", PRODUCT).param("now", Times.toDb(clock.instant())).update();
    }

    /** An instance, as another process on the same database would have one; not started. */
    GroupedRollout instance() {
        return instance(() -> { });
    }

    private GroupedRollout instance(Runnable eventsWritten) {
        Rules rules = new Rules(new TaskRules(VersionOrder.numbers(), () -> false), new ProgressRules());
        GroupedRollout rollout = new GroupedRollout(database, sql, rules, clock, outcomes::add, eventsWritten);
        opened.add(rollout);
        return rollout;
    }

    GroupedRollout started() {
        return started(() -> { });
    }

    /** @param eventsWritten is run after a commit that put events into the outbox */
    GroupedRollout started(Runnable eventsWritten) {
        GroupedRollout rollout = instance(eventsWritten);
        rollout.start();
        return rollout;
    }

    /**
     * An instance whose scheduler runs; the broker takes what it pushes.
     *
     * @param files  of packages that are elsewhere
     * @param pushes hears of each push
     */
    GroupedRollout scheduled(ExternalFiles files, Queue<PushOrder> pushes) {
        GroupedRollout rollout = started();
        scheduler(rollout, files, order -> {
            pushes.add(order);
            return rollout.pushed(order, 0);
        });
        return rollout;
    }

    /** @param push as of the {@link Scheduler}, which has been started */
    Scheduler scheduler(Rollout rollout, ExternalFiles files, Function<PushOrder, CompletionStage<?>> push) {
        Scheduler scheduler = closeLater(new Scheduler(database, sql, clock, files, 100, rollout, push, () -> true, () -> { }, (what, fault) -> {
            throw new AssertionError(what, fault);
        }));
        scheduler.start();
        return scheduler;
    }

    <T extends AutoCloseable> T closeLater(T part) {
        opened.add(0, part);
        return part;
    }

    static DeviceId device(String key) {
        return new DeviceId(PRODUCT, key);
    }

    static Inform inform(String version) {
        return new Inform("7", version, MODULE);
    }

    static Progress progress(int step) {
        return new Progress("7", step, null, MODULE, null);
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    static void waitForAll(Collection<? extends CompletionStage<?>> stages) {
        join(CompletableFuture.allOf(stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new)));
    }

    /** @return ID of a batch whose selection and plan are the JSON given */
    long batch(String toVersion, String status, String selection, boolean push, String rollout) {
        database.jdbc().sql("""
                INSERT INTO ota_batch (package_id, product_key, module, to_version, type, protocol, selection, push, tags, rollout, status, created_at)
                VALUES (7, :product, :module, :version, 'upgrade', 'http', :selection, :push, '{}', :rollout, :status, :now)""")
                .param("product", PRODUCT).param("module", MODULE).param("version", toVersion).param("selection", selection)
                .param("push", push ? 1 : 0).param("rollout", rollout).param("status", status)
                .param("now", Times.toDb(clock.instant())).update();
        return number("SELECT MAX(id) FROM ota_batch");
    }

    /** @param productKey null for all products */
    void webhook(String events, String productKey) {
        database.jdbc().sql("""
                INSERT INTO ota_webhook (name, url, format, events, product_key, secret, headers, status, after_event_id, created_at, updated_at)
                VALUES ('test', 'http://localhost:1', 'standard', :events, :product, 'whsec_', '{}', 'active', 0, :now, :now)""")
                .param("events", events).param("product", productKey).param("now", Times.toDb(clock.instant())).update();
    }

    Batch runningBatch(String toVersion, String rollout) {
        return new Batches(database, sql).get(batch(toVersion, "running", "{\"devices\":[]}", true, rollout));
    }

    /** @return entries of the task's history as the API lists them, the oldest first */
    List<Map<String, String>> history(String deviceKey, Batch batch) {
        long task = database.jdbc().sql("SELECT id FROM ota_task WHERE batch_id = :batch AND device = :device").param("batch", batch.id())
                .param("device", device(deviceKey).path()).query(Long.class).single();
        return database.jdbc().sql(sql.get("operator/list-task-history")).param("device", device(deviceKey).path()).param("taskId", task)
                .query((row, number) -> Map.of("at", String.valueOf(Times.get(row, "at")), "type", row.getString("type"), "status", row.getString("status"))).list();
    }

    long number(String query) {
        return database.jdbc().sql(query).query(Long.class).single();
    }

    String text(String query) {
        return (String) database.jdbc().sql(query).query().singleValue();
    }

    List<String> texts(String query) {
        return database.jdbc().sql(query).query(String.class).list();
    }

    List<Map<String, Object>> rows(String query) {
        return database.jdbc().sql(query).query().listOfRows();
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable part : opened) {
            part.close();
        }
        database.close();
    }
}
