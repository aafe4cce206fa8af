package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static dev.otaroutes.store.StoreUnderTest.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.support.TestFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which devices a batch takes: now, and as they inform. */
class SelectionIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource
    void aBatchTakesTheDevicesThatMeetEveryCondition(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            List<CompletionStage<?>> informs = new ArrayList<>();
            for (int i = 0; i < 1_200; i++) {
                informs.add(rollout.inform(device("d" + i), inform(i % 2 == 0 ? "1.0" : "1.1")));
            }
            StoreUnderTest.waitForAll(informs);
            for (int i = 0; i < 1_200; i += 100) {
                tag(store, "pk/d" + i, "site", "north");
                tag(store, "pk/d" + (i + 1), "site", "north");
                tag(store, "pk/d" + (i + 2), "site", "south");
            }

            store.batch("2.0", "preparing", "{\"versions\":[\"1.0\"],\"tags\":{\"site\":\"north\"}}", false, "{}");
            scheduler(store, rollout);
            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));
            assertThat(store.texts("SELECT device FROM ota_task ORDER BY id")).hasSize(12).contains("pk/d0", "pk/d1100").doesNotContain("pk/d1", "pk/d2", "pk/d4");

            store.batch("3.0", "preparing", "{\"percent\":10}", false, "{}");
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_batch WHERE status = 'running'") == 2);
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE to_version = '3.0'")).as("10 %, five standard deviations are 52").isBetween(68L, 172L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDifferentialPackageIsForTheDevicesThatRunWhatItPatches(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            join(rollout.inform(device("old"), inform("1.0")));
            join(rollout.inform(device("older"), inform("0.9")));
            store.database.jdbc().sql("INSERT INTO ota_package (id, product_key, module, version, type, sign_method, status, created_at)"
                    + " VALUES (7, 'pk', 'default', '2.0', 'diff', 'SHA256', 'not-required', :now)").param("now", Times.toDb(store.clock.instant())).update();
            store.database.jdbc().sql("INSERT INTO ota_package_source (product_key, module, to_version, source_version, package_id)"
                    + " VALUES ('pk', 'default', '2.0', '1.0', 7)").update();

            store.batch("2.0", "preparing", "{\"all\":true}", false, "{}");
            scheduler(store, rollout);
            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));

            assertThat(store.texts("SELECT device FROM ota_task")).containsExactly("pk/old");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDynamicBatchTakesADeviceWhenItInformsAndOnlyOnce(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            long id = store.batch("2.0", "preparing", "{\"versions\":[\"1.0\"],\"tags\":{\"site\":\"north\"}}", true, "{\"attempts\":1}");
            store.database.jdbc().sql("UPDATE ota_batch SET dynamic = 1").update();
            tag(store, "pk/a", "site", "north");
            tag(store, "pk/b", "site", "south");
            tag(store, "pk/c", "site", "north");
            scheduler(store, rollout);
            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));

            PushOrder order = await().atMost(LONG).until(() -> join(rollout.inform(device("a"), inform("1.0"))), given -> given != null);
            assertThat(order.taskId()).isEqualTo(store.number("SELECT id FROM ota_task WHERE device = 'pk/a'"));
            assertThat(order.batchId()).isEqualTo(id);
            assertThat(join(rollout.inform(device("b"), inform("1.0")))).as("another site").isNull();
            assertThat(join(rollout.inform(device("c"), inform("0.9")))).as("another version").isNull();

            join(rollout.pushed(order, 0));
            join(rollout.inform(device("a"), inform("2.0")));
            store.clock.forward(Duration.ofMinutes(10));
            assertThat(join(rollout.inform(device("a"), inform("1.0")))).as("it went back, and is not taken again").isNull();
            await().during(Duration.ofSeconds(2)).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));
            assertThat(store.number("SELECT COUNT(*) FROM ota_task")).isEqualTo(1);

            store.database.jdbc().sql(store.sql.get("operator/cancel-batch")).param("id", id).param("work", "cancel").update();
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT COUNT(*) FROM ota_batch WHERE finished_at IS NOT NULL") == 1;
            });
            assertThat(join(rollout.inform(device("c"), inform("1.0")))).as("canceled").isNull();
        }
    }

    private static void scheduler(StoreUnderTest store, GroupedRollout rollout) {
        store.closeLater(new Scheduler(store.database, store.sql, store.clock, new TestFiles(), 100, rollout, order -> CompletableFuture.completedStage(null),
                () -> true, () -> { }, (what, fault) -> {
            throw new AssertionError(what, fault);
        })).start();
    }

    private static void tag(StoreUnderTest store, String device, String name, String value) {
        store.database.jdbc().sql("INSERT INTO ota_device_tag (device, name, tag_value) VALUES (:device, :name, :value)")
                .param("device", device).param("name", name).param("value", value).update();
    }
}
