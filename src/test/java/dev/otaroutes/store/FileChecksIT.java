package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static dev.otaroutes.store.StoreUnderTest.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.rollout.Finding;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.support.TestFiles;
import java.time.Duration;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packages whose files are elsewhere, on real databases, by a clock that the test moves. */
class FileChecksIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofMillis(1_500);
    private static final String ONE = "{\"devices\":[\"d1\"]}";

    private final TestFiles servers = new TestFiles();
    private final Queue<PushOrder> pushes = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @EnumSource
    void nothingIsPushedBeforeAllBytesHaveBeenReadAndThatOnce(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            CompletableFuture<Finding> reading = new CompletableFuture<>();
            servers.atReads(reading);
            packageElsewhere(store, "a.bin", "b.bin");
            store.batch("2.0", "preparing", ONE, true, "{}");
            store.scheduled(servers, pushes);
            store.scheduled(servers, pushes);

            await().atMost(LONG).until(() -> servers.asked().size() == 2);
            // Longer than a lease: it is renewed by whoever reads.
            for (int i = 0; i < 6; i++) {
                store.clock.forward(Duration.ofSeconds(40));
                await().atMost(LONG).until(() -> number(store, "SELECT COUNT(*) FROM ota_package_file WHERE check_at > :at", Duration.ofSeconds(100)) == 2);
            }
            assertThat(servers.asked()).containsExactlyInAnyOrder("read a.bin", "read b.bin");
            assertThat(store.text("SELECT status FROM ota_batch")).isEqualTo("preparing");
            assertThat(store.number("SELECT COUNT(*) FROM ota_task")).isZero();

            reading.complete(Finding.FINE);
            awaitWithTime(store, () -> pushes.size() == 1);
            assertThat(store.number("SELECT COUNT(*) FROM ota_package_file WHERE verified_at IS NOT NULL AND fault IS NULL")).isEqualTo(2);

            store.batch("2.0", "preparing", "{\"devices\":[\"d2\"]}", true, "{}");
            awaitWithTime(store, () -> pushes.size() == 2);
            assertThat(Collections.frequency(servers.asked(), "read a.bin")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void otherBytesThanDeclaredPauseABatchThatIsPreparedUntilTheyAreReplaced(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            servers.atReads(CompletableFuture.completedStage(Finding.mismatch("file [a.bin] has the md5 [x]")));
            packageElsewhere(store, "a.bin");
            long id = store.batch("2.0", "preparing", ONE, true, "{}");
            store.scheduled(servers, pushes);

            await().atMost(LONG).until(() -> store.number("SELECT paused FROM ota_batch") == 1);
            assertThat(store.text("SELECT pause_reason FROM ota_batch")).isEqualTo("package-mismatch");
            assertThat(store.text("SELECT data FROM ota_event WHERE type = 'batch.paused' AND batch_id = " + id))
                    .contains("\"status\":\"paused\"", "\"reason\":\"package-mismatch\"", "\"detail\":\"file [a.bin] has the md5 [x]\"");
            await().atMost(LONG).until(() -> "file [a.bin] has the md5 [x]".equals(store.text("SELECT fault FROM ota_package_file")));
            await().during(A_WHILE).until(() -> {
                store.clock.forward(Duration.ofMinutes(1));
                return servers.asked().size() == 1;
            });
            assertThat(store.number("SELECT COUNT(*) FROM ota_task")).isZero();

            servers.atReads(CompletableFuture.completedStage(Finding.FINE));
            resume(store, id);
            awaitWithTime(store, () -> pushes.size() == 1);
            assertThat(store.number("SELECT COUNT(*) FROM ota_package_file WHERE fault IS NULL AND verified_at IS NOT NULL")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatCannotBeDownloadedThreeTimesInARowPausesItsRunningBatches(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            packageElsewhere(store, "a.bin");
            long id = store.batch("2.0", "preparing", ONE, true, "{}");
            store.database.jdbc().sql("UPDATE ota_package_file SET verified_at = :now").param("now", Times.toDb(store.clock.instant())).update();
            store.scheduled(servers, pushes);
            store.scheduled(servers, pushes);
            await().atMost(LONG).until(() -> servers.asked().size() == 1 && pushes.size() == 1);
            long finished = store.batch("2.0", "finished", ONE, true, "{}");

            await().during(A_WHILE).until(() -> servers.asked().size() == 1);
            servers.atLooks(Finding.unreachable("file [a.bin] cannot be downloaded"));
            looksAfter(store, Duration.ofMinutes(10), 2);
            servers.atLooks(Finding.FINE);
            looksAfter(store, Duration.ofMinutes(1), 3);
            await("not in a row").atMost(LONG).until(() -> store.number("SELECT failures FROM ota_package_file") == 0);

            servers.atLooks(Finding.unreachable("file [a.bin] cannot be downloaded"));
            looksAfter(store, Duration.ofMinutes(10), 4);
            looksAfter(store, Duration.ofMinutes(1), 5);
            assertThat(store.number("SELECT paused FROM ota_batch WHERE id = " + id)).isZero();
            looksAfter(store, Duration.ofMinutes(1), 6);

            await().atMost(LONG).until(() -> store.number("SELECT paused FROM ota_batch WHERE id = " + id) == 1);
            assertThat(store.text("SELECT pause_reason FROM ota_batch WHERE id = " + id)).isEqualTo("package-unreachable");
            assertThat(store.texts("SELECT data FROM ota_event WHERE type = 'batch.paused'")).hasSize(1)
                    .allMatch(data -> data.contains("\"detail\":\"file [a.bin] cannot be downloaded\""));
            assertThat(store.number("SELECT paused FROM ota_batch WHERE id = " + finished)).isZero();
            assertThat(join(store.started().inform(device("d1"), inform("1.0")))).as("in progress, it goes on").isNotNull();

            servers.atLooks(Finding.FINE);
            resume(store, id);
            awaitWithTime(store, () -> servers.asked().size() == 7);
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_package_file WHERE fault IS NULL AND verified_at IS NOT NULL") == 1);
            assertThat(store.number("SELECT paused FROM ota_batch WHERE id = " + id)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDynamicBatchHoldsWhatInformsBeforeAllBytesHaveBeenRead(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            CompletableFuture<Finding> reading = new CompletableFuture<>();
            servers.atReads(reading);
            packageElsewhere(store, "a.bin");
            store.batch("2.0", "preparing", "{\"all\":true}", true, "{}");
            store.database.jdbc().sql("UPDATE ota_batch SET dynamic = 1").update();
            GroupedRollout rollout = store.scheduled(servers, pushes);
            await().atMost(LONG).until(() -> servers.asked().size() == 1);

            assertThat(join(rollout.inform(device("d1"), inform("1.0")))).isNull();
            await().during(A_WHILE).until(() -> pushes.isEmpty());

            reading.complete(Finding.FINE);
            awaitWithTime(store, () -> pushes.size() == 1);
        }
    }

    private static void packageElsewhere(StoreUnderTest store, String... names) {
        store.database.jdbc().sql("INSERT INTO ota_package (id, product_key, module, version, type, sign_method, status, created_at)"
                + " VALUES (7, 'pk', 'default', '2.0', 'full', 'MD5', 'not-required', :now)").param("now", Times.toDb(store.clock.instant())).update();
        for (String name : names) {
            store.database.jdbc().sql(store.sql.get("operator/insert-package-file")).param("packageId", 7).param("name", name).param("number", 1)
                    .param("size", 10).param("md5", "d".repeat(32)).param("sha256", null).param("url", "https://cdn.example/" + name)
                    .param("now", Times.toDb(store.clock.instant())).update();
        }
    }

    private void looksAfter(StoreUnderTest store, Duration time, int looks) {
        // Settled, the one before says when the next is due.
        await().atMost(LONG).until(() -> number(store, "SELECT COUNT(*) FROM ota_package_file WHERE check_at = :at", time) == 1);
        // It looks once a second, hence more than one before and after.
        store.clock.forward(time.minusMillis(1_500));
        await().during(Duration.ofMillis(700)).until(() -> servers.asked().size() == looks - 1);
        store.clock.forward(Duration.ofMillis(2_500));
        await().atMost(LONG).until(() -> servers.asked().size() == looks);
    }

    /** @param ahead how much later than now is {@code :at} */
    private static long number(StoreUnderTest store, String query, Duration ahead) {
        return store.database.jdbc().sql(query).param("at", Times.toDb(store.clock.instant().plus(ahead))).query(Long.class).single();
    }

    private static void awaitWithTime(StoreUnderTest store, Callable<Boolean> condition) {
        await().atMost(LONG).until(() -> {
            store.clock.forward(Duration.ofSeconds(1));
            return condition.call();
        });
    }

    private static void resume(StoreUnderTest store, long id) {
        store.database.transaction(() -> {
            store.database.jdbc().sql(store.sql.get("operator/resume-batch")).param("id", id).update();
        });
    }
}
