package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static dev.otaroutes.store.StoreUnderTest.waitForAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.Inform;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.support.TestFiles;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchedulerIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource
    void aBatchOfManyListedDevicesIsPreparedBehindTheAnswerAndStarted(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "preparing", listed(2_000), false, "{}");
            scheduler(store, order -> CompletableFuture.completedStage(null)).start();

            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));

            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE batch_id = " + id)).isEqualTo(2_000);
            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_count")).isEqualTo(2_000);
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE due_at IS NOT NULL")).as("active push is off").isZero();
            assertThat(store.rows("SELECT type, batch_id, package_id, product_key, device_key, sequence FROM ota_event WHERE type LIKE 'batch.%'").toString())
                    .isEqualTo("[{type=batch.started, batch_id=" + id + ", package_id=7, product_key=pk, device_key=null, sequence=null}]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void allAreTheDevicesThatHaveReportedTheModuleButNotTheTarget(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            List<CompletionStage<?>> informs = new ArrayList<>();
            for (int i = 0; i < 1_200; i++) {
                informs.add(rollout.inform(device("d" + i), inform(i < 100 ? "2.0" : "1.0")));
            }
            informs.add(rollout.inform(device("other"), new Inform("1", "1.0", "MCU")));
            waitForAll(informs);
            store.batch("2.0", "preparing", "{\"all\":true}", false, "{}");
            scheduler(store, order -> CompletableFuture.completedStage(null)).start();

            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));

            assertThat(store.number("SELECT COUNT(*) FROM ota_task")).isEqualTo(1_100);
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE device = 'pk/other' OR device = 'pk/d99'")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPreparationThatIsKilledInTheMiddleIsFinishedByAnotherInstanceWhenItsLeaseEnds(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(1_600), false, "{}");
            GroupedRollout first = store.started();
            assertThat(preparation(store, first).step()).isTrue();
            // The second chunk is killed half-way: of what it asks for, some is stored, and it never hears the end.
            Queue<CompletionStage<?>> asked = new ConcurrentLinkedQueue<>();
            AtomicBoolean killed = new AtomicBoolean();
            Thread victim = new Thread(() -> preparation(store, dying(first, asked, killed)).step());
            victim.setDaemon(true);
            victim.start();
            await().atMost(LONG).untilTrue(killed);
            waitForAll(asked);
            assertThat(store.number("SELECT COUNT(*) FROM ota_task")).isEqualTo(700);

            BatchPreparation other = preparation(store, store.started());
            store.clock.forward(LEASE.minusMillis(1));
            assertThat(other.step()).as("leased to the killed one").isFalse();
            store.clock.forward(Duration.ofMillis(1));
            while (other.step()) {
                assertThat(store.number("SELECT COUNT(*) FROM ota_task")).isLessThanOrEqualTo(1_600);
            }

            assertThat(store.number("SELECT COUNT(*) FROM ota_task")).isEqualTo(1_600);
            assertThat(store.number("SELECT COUNT(DISTINCT device) FROM ota_task")).isEqualTo(1_600);
            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_count")).isEqualTo(1_600);
            assertThat(store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'batch.started'")).isEqualTo(1);
            assertThat(store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'task.created'")).isEqualTo(1_600);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchGoesOnWithoutADeviceThatCannotBeAssigned(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(20), true, "{}");
            List<String> givenUp = new ArrayList<>();
            Rollout rollout = failing(store.started(), device -> device.deviceKey().equals("d7"));
            BatchPreparation preparation = new BatchPreparation(store.database, store.sql, store.clock, rollout, pushes(store, rollout), events(store),
                    (what, fault) -> givenUp.add(what + ": " + fault.getMessage()));

            assertThat(preparation.step()).isTrue();

            assertThat(store.text("SELECT status FROM ota_batch")).isEqualTo("running");
            assertThat(store.number("SELECT COUNT(*) FROM ota_task")).isEqualTo(19);
            assertThat(givenUp).containsExactly("batch [" + store.number("SELECT id FROM ota_batch") + "] goes on without [pk/d7]: poison");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchOfWhichNoDeviceCanBeAssignedWaitsAndWhatIsDueElsewhereIsPushed(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch running = store.runningBatch("2.0", "{}");
            StoreUnderTest.join(rollout.assign(device("ready"), running));
            store.batch("3.0", "preparing", listed(20), true, "{}");
            Queue<PushOrder> pushes = new ConcurrentLinkedQueue<>();

            scheduler(store, failing(rollout, device -> true), order -> {
                pushes.add(order);
                return rollout.pushed(order, 0);
            }).start();

            await().atMost(LONG).until(() -> pushes.size() == 1);
            assertThat(store.number("SELECT COUNT(*) FROM ota_batch WHERE status = 'preparing'")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoInstancesShareWhatIsDueAndPushNothingTwice(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Queue<Long> pushes = new ConcurrentLinkedQueue<>();
            store.batch("2.0", "preparing", listed(1_000), true, "{}");
            // A broker that acknowledges nothing until both have pushed: neither can do all the work before the other has begun.
            List<CompletableFuture<Void>> begun = List.of(new CompletableFuture<>(), new CompletableFuture<>());
            CompletableFuture<Void> bothHaveBegun = CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new));
            for (CompletableFuture<Void> own : begun) {
                GroupedRollout rollout = store.started();
                scheduler(store, rollout, order -> {
                    pushes.add(order.messageId());
                    own.complete(null);
                    return bothHaveBegun.thenCompose(acknowledged -> rollout.pushed(order, 0));
                }).start();
            }

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 1_000);

            assertThat(pushes).hasSize(1_000).doesNotHaveDuplicates();
            assertThat(store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'batch.started'")).isEqualTo(1);
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE due_at IS NOT NULL")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAKilledInstanceHadIsPushedByAnotherAfterTheLeaseWithTheSameId(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(50), true, "{}");
            Queue<Long> lost = new ConcurrentLinkedQueue<>();
            Scheduler killed = scheduler(store, order -> {
                lost.add(order.messageId());
                return new CompletableFuture<Void>();
            });
            killed.start();
            await().atMost(LONG).until(() -> lost.size() == 50);
            killed.close();

            Queue<Long> pushes = new ConcurrentLinkedQueue<>();
            GroupedRollout rollout = store.started();
            Scheduler other = scheduler(store, rollout, order -> {
                pushes.add(order.messageId());
                return rollout.pushed(order, 0);
            });
            store.clock.forward(LEASE.minusMillis(1));
            other.start();
            await().during(Duration.ofSeconds(1)).until(pushes::isEmpty);
            store.clock.forward(Duration.ofMillis(1));

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 50);
            assertThat(pushes).containsExactlyInAnyOrderElementsOf(lost);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWaitsForNothingIsPushedAsItIsMade(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(300), true, "{}");
            Queue<PushOrder> pushes = new ConcurrentLinkedQueue<>();
            Queue<DeviceId> due = new ConcurrentLinkedQueue<>();
            scheduler(store, heard(store.started(), "due", due), order -> {
                pushes.add(order);
                return new CompletableFuture<Void>();
            }).start();

            await().atMost(LONG).until(() -> pushes.size() == 300);

            assertThat(due).isEmpty();
            assertThat(pushes).extracting(PushOrder::taskId).containsExactlyInAnyOrderElementsOf(
                    store.database.jdbc().sql("SELECT id FROM ota_task WHERE status = 'pending' AND due_at = :lease")
                            .param("lease", Times.toDb(store.clock.instant().plus(LEASE))).query(Long.class).list());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheBrokerAnswersOnlyAfterTheLeaseIsNotPushedASecondTime(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(50), true, "{}");
            SilentBroker broker = new SilentBroker();
            Queue<DeviceId> due = new ConcurrentLinkedQueue<>();
            Rollout rollout = heard(store.started(), "due", due);
            scheduler(store, rollout, broker::push).start();
            await().atMost(LONG).until(() -> broker.unanswered() == 50);

            store.clock.forward(LEASE);
            await().atMost(LONG).until(() -> store.database.jdbc().sql("SELECT COUNT(*) FROM ota_task WHERE due_at = :lease")
                    .param("lease", Times.toDb(store.clock.instant().plus(LEASE))).query(Long.class).single() == 50);
            broker.answer(50, rollout);

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 50);
            assertThat(due).isEmpty();
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE due_at IS NOT NULL")).as("nothing asks for it again").isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLaterBatchWaitsUntilTheEarlierOneOfItsModuleIsPreparedWhoeverDoesThat(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long earlier = store.batch("2.0", "preparing", listed(20), true, "{}");
            long later = store.batch("3.0", "preparing", listed(20), true, "{}");
            long ofAnother = store.batch("3.0", "preparing", listed(20), true, "{}");
            store.database.jdbc().sql("UPDATE ota_batch SET module = 'MCU' WHERE id = " + ofAnother).update();
            store.database.jdbc().sql("UPDATE ota_batch SET due_at = :lease WHERE id = " + earlier)
                    .param("lease", Times.toDb(store.clock.instant().plus(LEASE))).update();
            BatchPreparation preparation = preparation(store, store.started());

            assertThat(preparation.step()).isTrue();
            assertThat(preparation.step()).isFalse();
            assertThat(store.texts("SELECT DISTINCT batch_id FROM ota_task")).containsExactly(String.valueOf(ofAnother));

            store.clock.forward(LEASE);
            assertThat(preparation.step()).isTrue();
            assertThat(preparation.step()).isTrue();
            assertThat(store.texts("SELECT DISTINCT batch_id FROM ota_task ORDER BY batch_id"))
                    .containsExactly(String.valueOf(earlier), String.valueOf(later), String.valueOf(ofAnother));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchThatEndsWhileItIsPreparedTakesNoMoreDevicesAndCancelsWhatWaits(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Instant end = store.clock.instant().plusSeconds(10);
            store.batch("2.0", "preparing", listed(1_000), true, "{\"endAt\":\"" + end + "\"}");
            store.database.jdbc().sql("UPDATE ota_batch SET ends_at = :end").param("end", Times.toDb(end)).update();
            SilentBroker broker = new SilentBroker();
            GroupedRollout rollout = store.started();
            scheduler(store, rollout, broker::push).start();
            await().atMost(LONG).until(() -> broker.unanswered() == 600);

            store.clock.forward(Duration.ofSeconds(10));
            broker.answer(200, rollout);

            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'canceled'") == 400;
            });
            assertThat(store.text("SELECT status FROM ota_batch")).isEqualTo("running");
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'")).isEqualTo(200);
            assertThat(broker.published).hasSize(600);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchThatIsCanceledWhileItIsPreparedIsPreparedToItsEndWhenItIsRetried(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "preparing", listed(1_600), false, "{}");
            GroupedRollout rollout = store.started();
            assertThat(preparation(store, rollout).step()).isTrue();
            change(store, "operator/cancel-batch", id);
            scheduler(store, rollout, order -> CompletableFuture.completedStage(null)).start();
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'canceled'") == 500);
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT COUNT(*) FROM ota_batch WHERE status = 'canceled' AND finished_at IS NOT NULL") == 1;
            });

            change(store, "operator/retry-batch", id);

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pending'") == 1_600);
            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));
            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_count WHERE status = 'pending'")).isEqualTo(1_600);
            assertThat(store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'batch.started'")).isEqualTo(1);
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_batch WHERE work IS NULL") == 1);

            change(store, "operator/cancel-batch", id);
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_batch WHERE work IS NULL") == 1);
            change(store, "operator/retry-batch", id);
            assertThat(store.text("SELECT status FROM ota_batch")).as("all of it has been prepared").isEqualTo("running");
        }
    }

    private static void change(StoreUnderTest store, String statement, long batch) {
        store.database.transaction(() -> {
            store.database.jdbc().sql(store.sql.get(statement)).param("id", batch).param("work", "cancel")
                    .param("now", Times.toDb(store.clock.instant())).update();
        });
    }

    @ParameterizedTest
    @EnumSource
    void ofABatchThatIsPausedWhileItIsPreparedNothingIsPushedUntilItGoesOn(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(300), true, "{}");
            store.database.jdbc().sql("UPDATE ota_batch SET paused = 1").update();
            Queue<PushOrder> pushes = new ConcurrentLinkedQueue<>();
            store.scheduled(new TestFiles(), pushes);
            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));
            assertThat(store.number("SELECT COUNT(*) FROM ota_task")).isEqualTo(300);
            assertThat(pushes).isEmpty();

            store.database.jdbc().sql("UPDATE ota_batch SET paused = 0").update();

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 300);
            assertThat(pushes).hasSize(300);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsDueAndWhatAPlanLetsGoHaveTheirTurnWhileALargeBatchIsPushed(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            StoreUnderTest.join(rollout.assign(device("due"), store.runningBatch("2.0", "{}")));
            StoreUnderTest.join(rollout.assign(device("planned"), store.runningBatch("2.0", "{\"startAt\":\"2026-01-01T00:00:00Z\"}")));
            store.batch("2.0", "preparing", listed(6_000), true, "{}");
            SilentBroker broker = new SilentBroker();
            store.scheduler(rollout, new TestFiles(), broker::push);

            await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> {
                if (broker.unanswered() > 400) {
                    broker.answer(200, rollout);
                }
                return broker.published.size() > 3_000;
            });

            assertThat(broker.published).extracting(order -> order.device().deviceKey()).contains("due", "planned");
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsPushedWhileThereIsNoBroker(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(1), true, "{}");
            GroupedRollout rollout = store.started();
            AtomicBoolean broker = new AtomicBoolean();
            Queue<PushOrder> pushes = new ConcurrentLinkedQueue<>();
            store.closeLater(new Scheduler(store.database, store.sql, store.clock, new TestFiles(), 100, rollout, order -> {
                pushes.add(order);
                return rollout.pushed(order, 0);
            }, broker::get, () -> { }, SchedulerIT::unexpected)).start();

            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));
            await().during(Duration.ofSeconds(1)).until(pushes::isEmpty);
            broker.set(true);
            await().atMost(LONG).until(() -> pushes.size() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchIsFinishedOnceWhenItsLastTaskHasEnded(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", "{}");
            waitForAll(List.of(rollout.assign(device("a"), batch), rollout.assign(device("b"), batch)));
            for (int i = 0; i < 2; i++) {
                scheduler(store, order -> CompletableFuture.completedStage(null)).start();
            }
            StoreUnderTest.join(rollout.inform(device("a"), inform("2.0")));
            await().during(Duration.ofSeconds(1)).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.text("SELECT status FROM ota_batch").equals("running");
            });

            StoreUnderTest.join(rollout.inform(device("b"), inform("2.0")));
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.text("SELECT status FROM ota_batch").equals("finished");
            });
            await().during(Duration.ofSeconds(1)).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'batch.finished'") == 1;
            });
            assertThat(store.number("SELECT COUNT(*) FROM ota_batch WHERE finished_at IS NOT NULL")).isEqualTo(1);
        }
    }

    private static String listed(int devices) {
        return IntStream.range(0, devices).mapToObj(i -> "\"d" + i + "\"").collect(Collectors.joining(",", "{\"devices\":[", "]}"));
    }

    private static Scheduler scheduler(StoreUnderTest store, Function<PushOrder, CompletionStage<?>> push) {
        return scheduler(store, store.started(), push);
    }

    private static Scheduler scheduler(StoreUnderTest store, Rollout rollout, Function<PushOrder, CompletionStage<?>> push) {
        return store.closeLater(new Scheduler(store.database, store.sql, store.clock, new TestFiles(), 100, rollout, push, () -> true, () -> { }, SchedulerIT::unexpected));
    }

    private static BatchPreparation preparation(StoreUnderTest store, Rollout rollout) {
        return new BatchPreparation(store.database, store.sql, store.clock, rollout, pushes(store, rollout), events(store), SchedulerIT::unexpected);
    }

    private static Pushes pushes(StoreUnderTest store, Rollout rollout) {
        return new Pushes(store.database, store.sql, store.clock, rollout, order -> CompletableFuture.completedStage(null), () -> true, () -> { });
    }

    private static BatchEvents events(StoreUnderTest store) {
        return new BatchEvents(store.database, store.sql, () -> { });
    }

    private static void unexpected(String what, Throwable fault) {
        throw new AssertionError(what, fault);
    }

    /** Fails to assign some devices for ever. */
    private static Rollout failing(Rollout rollout, Predicate<DeviceId> poisonous) {
        return (Rollout) Proxy.newProxyInstance(Rollout.class.getClassLoader(), new Class<?>[] {Rollout.class},
                (proxy, method, arguments) -> method.getName().startsWith("assign") && poisonous.test((DeviceId) arguments[0])
                        ? CompletableFuture.failedStage(new IllegalStateException("poison")) : method.invoke(rollout, arguments));
    }

    /** Tells of the devices that a method is called for. */
    private static Rollout heard(Rollout rollout, String name, Queue<DeviceId> devices) {
        return (Rollout) Proxy.newProxyInstance(Rollout.class.getClassLoader(), new Class<?>[] {Rollout.class}, (proxy, method, arguments) -> {
            if (method.getName().equals(name)) {
                devices.add((DeviceId) arguments[0]);
            }
            return method.invoke(rollout, arguments);
        });
    }

    /** Assigns 200 devices and then hears nothing any more, like a process that has been killed. */
    private static Rollout dying(Rollout rollout, Queue<CompletionStage<?>> asked, AtomicBoolean killed) {
        return (Rollout) Proxy.newProxyInstance(Rollout.class.getClassLoader(), new Class<?>[] {Rollout.class},
                (proxy, method, arguments) -> {
                    if (asked.size() < 200) {
                        CompletionStage<?> stage = (CompletionStage<?>) method.invoke(rollout, arguments);
                        asked.add(stage);
                        return stage;
                    }
                    killed.set(true);
                    return new CompletableFuture<Void>();
                });
    }
}
