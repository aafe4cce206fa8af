package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.otaroutes.support.TestFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;

/** Statements that are run together, as one transaction has them. */
class PipelineIT {
    private static final List<String> DEVICES = List.of("pk/a", "pk/b", "pk/c");

    @ParameterizedTest
    @EnumSource
    void eachStatementIsAnsweredForItself(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.database.transaction(() -> store.database.batches(List.of(
                    rows(store, "device/register", DEVICES.stream().map(path -> device(path).addValue("productKey", "pk")
                            .addValue("deviceKey", path.substring(3)).addValue("now", now(store)))),
                    rows(store, "device/update", Stream.of(device("pk/b").addValue("sequence", 7).addValue("historyCount", 9))),
                    rows(store, "device/replace-history", Stream.empty()),
                    rows(store, "device/add-module", Stream.of(module(store, "pk/a", "1.0.0"), module(store, "pk/c", "2.0.0"))))));

            List<String> locked = new ArrayList<>();
            List<String> modules = new ArrayList<>();
            store.database.transaction(() -> store.database.queries(List.of(
                    new Database.Query(store.sql.get("device/lock"), "devices", List.of("pk/c", "pk/b", "pk/a"),
                            row -> locked.add(row.getString("device") + " " + row.getLong("sequence") + " " + row.getLong("history_count"))),
                    new Database.Query(store.sql.get("task/find-open"), "devices", List.of(), row -> {
                        throw new AssertionError("was not asked");
                    }),
                    new Database.Query(store.sql.get("task/find-open"), "devices", DEVICES, row -> {
                        throw new AssertionError("there is no task");
                    }),
                    new Database.Query(store.sql.get("device/find-modules"), "devices", List.of("pk/c"),
                            row -> modules.add(row.getString("device") + " " + row.getString("version"))))));
            assertThat(locked).containsExactly("pk/a 0 0", "pk/b 7 9", "pk/c 0 0");
            assertThat(modules).containsExactly("pk/c 2.0.0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereOneFailsNothingIsLeftOfTheOthers(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            registered(store);

            assertThatThrownBy(() -> store.database.transaction(() -> store.database.batches(List.of(
                    rows(store, "device/update", Stream.of(device("pk/a").addValue("sequence", 7).addValue("historyCount", 9))),
                    rows(store, "device/add-module", Stream.of(module(store, "pk/a", "1.0.0"), module(store, "pk/a", "1.0.0"))),
                    rows(store, "device/add-module", Stream.of(module(store, "pk/b", "1.0.0")))))))
                    .isInstanceOf(DataIntegrityViolationException.class);

            assertThat(store.number("SELECT SUM(sequence) FROM ota_device")).isZero();
            assertThat(store.number("SELECT COUNT(*) FROM ota_device_module")).isZero();
        }
    }

    /** They are sent before the lock is granted; each must yet see what its holder has done. */
    @Test
    void whatIsReadBehindALockIsAsItsHolderLeftIt() throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(StoreUnderTest.Kind.POSTGRESQL)) {
            registered(store);
            List<String> read = new ArrayList<>();
            CompletableFuture<Void> behind = store.database.transaction(() -> {
                store.database.batches(List.of(rows(store, "device/update", Stream.of(device("pk/a").addValue("sequence", 7).addValue("historyCount", 9)))));
                CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> store.database.transaction(() -> store.database.queries(List.of(
                        new Database.Query(store.sql.get("device/lock"), "devices", List.of("pk/a"), row -> read.add(row.getString("sequence"))),
                        new Database.Query(store.sql.get("device/find-modules"), "devices", List.of("pk/a"), row -> read.add(row.getString("version")))))));
                await().atMost(Duration.ofSeconds(30)).until(() -> store.number(
                        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 1);
                store.database.batches(List.of(rows(store, "device/add-module", Stream.of(module(store, "pk/a", "1.0.0")))));
                return waiting;
            });

            assertThat(behind).succeedsWithin(Duration.ofSeconds(30));
            assertThat(read).containsExactly("7", "1.0.0");
        }
    }

    @Test
    void allAreLockedAtOnceThoughTheUrlHasTheDriverReadRowByRow() throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(StoreUnderTest.Kind.POSTGRESQL)) {
            registered(store);
            HikariDataSource pool = (HikariDataSource) store.database.dataSource();
            try (Database slow = new Database(pool.getJdbcUrl() + "?defaultRowFetchSize=1", pool.getUsername(), pool.getPassword(), 2)) {
                slow.migrate();
                List<Integer> notLocked = new ArrayList<>();
                slow.transaction(() -> slow.queries(List.of(
                        new Database.Query(store.sql.get("device/lock"), "devices", DEVICES, row -> notLocked.add(
                                store.texts("SELECT device FROM ota_device FOR UPDATE SKIP LOCKED").size())),
                        new Database.Query(store.sql.get("device/find-modules"), "devices", DEVICES, row -> { }))));
                assertThat(notLocked).containsExactly(0, 0, 0);
            }
        }
    }

    @Test
    void whomADeadlockEndsAmongThemBeginsAgain() throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(StoreUnderTest.Kind.POSTGRESQL)) {
            registered(store);
            CyclicBarrier bothHaveOne = new CyclicBarrier(2);
            AtomicInteger begun = new AtomicInteger();
            CompletableFuture<Void> one = CompletableFuture.runAsync(() -> updateInTurn(store, "pk/a", "pk/b", 1, bothHaveOne, begun));
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> updateInTurn(store, "pk/b", "pk/a", 2, bothHaveOne, begun));

            assertThat(CompletableFuture.allOf(one, other)).succeedsWithin(Duration.ofSeconds(60));
            assertThat(begun).as("both, and one of them again").hasValue(3);
            assertThat(store.number("SELECT COUNT(DISTINCT sequence) FROM ota_device WHERE device IN ('pk/a', 'pk/b')")).isEqualTo(1);
        }
    }

    private static void updateInTurn(StoreUnderTest store, String first, String second, int sequence, CyclicBarrier bothHaveOne, AtomicInteger begun) {
        store.database.transaction(() -> {
            store.database.batches(List.of(rows(store, "device/update", Stream.of(device(first).addValue("sequence", sequence).addValue("historyCount", 0)))));
            if (begun.incrementAndGet() <= 2) {
                try {
                    bothHaveOne.await(30, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            store.database.batches(List.of(
                    rows(store, "device/update", Stream.of(device("pk/c").addValue("sequence", 0).addValue("historyCount", 0))),
                    rows(store, "device/update", Stream.of(device(second).addValue("sequence", sequence).addValue("historyCount", 0)))));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aFailureOfAnIntegratorsStatementNamesItsFile(StoreUnderTest.Kind kind) throws Exception {
        Path folder = TestFolder.make("own-sql");
        Files.createDirectories(folder.resolve("device"));
        Files.writeString(folder.resolve("device/find-modules.sql"), "SELECT no_such_column FROM ota_device_module WHERE device IN (:devices)\n");
        Files.writeString(folder.resolve("device/lock.sql"), "SELECT device, sequence, history_count FROM ota_device WHERE device IN (:devices) FOR UPDATE\n");
        try (StoreUnderTest store = new StoreUnderTest(kind, folder.toString())) {
            registered(store);

            assertThatThrownBy(() -> store.database.transaction(() -> store.database.queries(Stream.of("device/lock", "task/find-open", "device/find-modules")
                    .map(name -> new Database.Query(store.sql.get(name), "devices", List.of("pk/a"), row -> { })).toList())))
                    .satisfies(failure -> assertThat(Sql.replacedFile(failure)).isEqualTo("device/find-modules.sql of ota.sql.dir"));
        }
    }

    private static void registered(StoreUnderTest store) {
        store.database.transaction(() -> store.database.batch(store.sql.get("device/register"), DEVICES.stream().map(path -> device(path)
                .addValue("productKey", "pk").addValue("deviceKey", path.substring(3)).addValue("now", now(store))).toList()));
    }

    private static Database.Rows rows(StoreUnderTest store, String statement, Stream<Row> rows) {
        return new Database.Rows(store.sql.get(statement), rows.toList());
    }

    private static Row device(String path) {
        return new Row("device", path);
    }

    private static Row module(StoreUnderTest store, String path, String version) {
        return device(path).addValue("module", "default").addValue("productKey", "pk").addValue("version", version).addValue("reportedAt", now(store))
                .addValue("informId", "1").addValue("successTaskId", null).addValue("successVersion", null)
                .addValue("successFromVersion", null).addValue("successQuietUntil", null);
    }

    private static Object now(StoreUnderTest store) {
        return Times.toDb(store.clock.instant());
    }
}
