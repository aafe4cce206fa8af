package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.message.Progress;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.support.TestFiles;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rollout plans on real databases, by a clock that the test moves. */
class BatchPlansIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofMillis(1_500);
    private static final Duration A_MOMENT = Duration.ofMillis(600);
    /** A plan that holds first pushes until it lets them go, and counts none. */
    private static final String FROM_NOW_ON = "{\"startAt\":\"2020-01-01T00:00:00Z\"}";

    private final Queue<PushOrder> pushes = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @EnumSource
    void twoInstancesPushAtTheRateOfThePlanTogether(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(100), true, "{\"pushPerMinute\":600}");
            store.scheduled(new TestFiles(), pushes);
            store.scheduled(new TestFiles(), pushes);

            await().atMost(LONG).until(() -> !pushes.isEmpty());
            await().during(A_WHILE).until(() -> pushes.size() == 1);
            store.clock.forward(Duration.ofSeconds(1));
            await().atMost(LONG).until(() -> pushes.size() == 11);
            await().during(A_WHILE).until(() -> pushes.size() == 11);
            store.clock.forward(Duration.ofSeconds(60));
            await().atMost(LONG).until(() -> pushes.size() == 31);
            await().during(A_WHILE).until(() -> pushes.size() == 31);
            assertThat(pushes.stream().map(PushOrder::taskId).distinct()).hasSize(31);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStageWithTooManyFailuresPausesUntilAnOperatorGoesOn(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "preparing", listed(50), true,
                    "{\"attempts\":1,\"stages\":[{\"percent\":20,\"successPercent\":80,\"failurePercent\":20},{\"percent\":100}]}");
            GroupedRollout rollout = store.scheduled(new TestFiles(), pushes);

            await().atMost(LONG).until(() -> pushes.size() == 10);
            await().during(A_WHILE).until(() -> pushes.size() == 10);
            fail(store, rollout, 2);
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT paused FROM ota_batch") == 1;
            });
            assertThat(store.text("SELECT pause_reason FROM ota_batch")).isEqualTo("too-many-failures");
            assertThat(store.text("SELECT data FROM ota_event WHERE type = 'batch.paused'")).contains("\"reason\":\"too-many-failures\"");
            succeed(store, rollout, 8);
            await().during(A_WHILE).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return pushes.size() == 10;
            });

            store.database.transaction(() -> {
                store.database.jdbc().sql(store.sql.get("operator/resume-batch")).param("id", id).update();
            });
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return pushes.size() == 50;
            });
            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_count WHERE stage = 1")).isEqualTo(10);
            succeed(store, rollout, 40);
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.text("SELECT status FROM ota_batch").equals("finished");
            });
            assertThat(store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'batch.paused'")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchStartsAndEndsWhenItsPlanSays(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            String start = Times.text(store.clock.instant().plusSeconds(3_600));
            long id = store.batch("2.0", "preparing", listed(2), true, "{\"startAt\":\"" + start + "\"}");
            store.database.jdbc().sql("UPDATE ota_batch SET starts_at = :start, ends_at = :end").param("start", Times.toDb(store.clock.instant().plusSeconds(3_600)))
                    .param("end", Times.toDb(store.clock.instant().plusSeconds(7_200))).update();
            GroupedRollout rollout = store.scheduled(new TestFiles(), pushes);

            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("scheduled"));
            assertThat(store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'batch.started'")).isZero();
            assertThat(StoreUnderTest.join(rollout.inform(device("d0"), inform("1.0")))).as("a device that informs too early").isNull();
            store.clock.forward(Duration.ofSeconds(3_600));
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 2);
            assertThat(store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'batch.started' AND batch_id = " + id)).isEqualTo(1);

            // One that came later is not pushed in time.
            store.database.jdbc().sql("UPDATE ota_batch SET paused = 1").update();
            StoreUnderTest.join(rollout.assign(device("late"), new Batches(store.database, store.sql).get(id)));
            store.clock.forward(Duration.ofSeconds(3_600));
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT COUNT(*) FROM ota_task WHERE ended = 'canceled'") == 1;
            });
            assertThat(store.text("SELECT reason FROM ota_task WHERE device = 'pk/late'")).isEqualTo("batch-canceled");
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'")).as("in progress").isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAPausedBatchHeldGoesAfterItsResumption(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "preparing", listed(300), true, "{}");
            store.database.jdbc().sql("UPDATE ota_batch SET paused = 1").update();
            store.scheduled(new TestFiles(), pushes);

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE waiting = 1") == 300);
            assertThat(pushes).isEmpty();
            store.database.transaction(() -> {
                store.database.jdbc().sql(store.sql.get("operator/resume-batch")).param("id", id).update();
            });

            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 300;
            });
            assertThat(pushes.stream().map(PushOrder::taskId).distinct()).hasSize(300);
            assertThat(pushes).hasSize(300);
        }
    }

    @ParameterizedTest
    @EnumSource
    void allTasksOfABatchAreCanceledAndThenBegunAnew(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "preparing", listed(1_300), false, "{}");
            store.scheduled(new TestFiles(), pushes);
            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("running"));

            store.database.jdbc().sql(store.sql.get("operator/cancel-batch")).param("id", id).param("work", "cancel").update();
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE ended = 'canceled'") == 1_300);
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT COUNT(*) FROM ota_batch WHERE status = 'canceled' AND finished_at IS NOT NULL") == 1;
            });

            store.database.jdbc().sql(store.sql.get("operator/retry-batch")).param("id", id).param("now", Times.toDb(store.clock.instant())).update();
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pending' AND is_open = 1") == 1_300);
            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_count WHERE status = 'pending'")).isEqualTo(1_300);
            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_count WHERE status = 'canceled'")).isZero();
            assertThat(store.text("SELECT status FROM ota_batch")).isEqualTo("running");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRetriedBatchIsOfferedToTheDevicesThatRolledBackToo(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "running", "{\"devices\":[]}", true, "{\"attempts\":1}");
            Batch batch = new Batches(store.database, store.sql).get(id);
            GroupedRollout rollout = store.started();
            for (String key : List.of("back", "failed", "fine")) {
                StoreUnderTest.join(rollout.inform(device(key), inform("1.0")));
                StoreUnderTest.join(rollout.pushed(StoreUnderTest.join(rollout.assignAndPush(device(key), batch)), 0));
            }
            StoreUnderTest.join(rollout.progress(device("failed"), StoreUnderTest.progress(-1)));
            StoreUnderTest.waitForAll(List.of(rollout.inform(device("back"), inform("2.0")), rollout.inform(device("fine"), inform("2.0"))));
            store.clock.forward(Duration.ofMinutes(10));
            StoreUnderTest.join(rollout.inform(device("back"), inform("1.0")));
            assertThat(counts(store)).containsExactly("failed 1", "rolled-back 1", "succeeded 2");
            store.database.jdbc().sql("UPDATE ota_batch SET work = 'retry'").update();

            assertThat(new BatchWork(store.database, store.sql, store.clock, rollout).step()).isTrue();

            assertThat(counts(store)).containsExactly("pending 2", "succeeded 1");
            assertThat(store.texts("SELECT device_key FROM ota_task WHERE status = 'pending' AND is_open = 1 AND due_at IS NOT NULL ORDER BY device_key"))
                    .containsExactly("back", "failed");
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE waiting IS NOT NULL")).isZero();
        }
    }

    private static List<String> counts(StoreUnderTest store) {
        return store.texts("SELECT CONCAT(status, ' ', SUM(tasks)) FROM ota_batch_count GROUP BY status HAVING SUM(tasks) <> 0 ORDER BY status");
    }

    @ParameterizedTest
    @EnumSource
    void tasksThatAreStoredOnlyWhenTheirCanceledBatchIsOverAreEndedAllTheSame(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "running", "{\"all\":true}", true, "{\"attempts\":1,\"timeoutMinutes\":10}");
            store.database.jdbc().sql("UPDATE ota_batch SET dynamic = 1").update();
            store.scheduled(new TestFiles(), pushes);
            store.database.jdbc().sql(store.sql.get("operator/cancel-batch")).param("id", id).param("work", "cancel").update();
            awaitOver(store);

            // An inform whose transaction had begun before: one device's task waits, another one is at work already.
            GroupedRollout late = store.instance();
            Batch batch = new Batches(store.database, store.sql).get(id);
            List<CompletionStage<?>> given = List.of(late.assign(device("waits"), batch), late.assign(device("told"), batch),
                    late.progress(device("told"), StoreUnderTest.progress(20)));
            late.start();
            StoreUnderTest.waitForAll(given);

            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.texts("SELECT reason FROM ota_task WHERE device = 'pk/waits'").contains("batch-canceled");
            });
            assertThat(store.number("SELECT COUNT(*) FROM ota_batch WHERE status = 'canceled' AND finished_at IS NULL")).isEqualTo(1);
            assertThat(store.text("SELECT status FROM ota_task WHERE device = 'pk/told'")).isEqualTo("upgrading");
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(20));
                return store.texts("SELECT reason FROM ota_task WHERE device = 'pk/told'").contains("timeout");
            });
            awaitOver(store);
            assertThat(pushes).isEmpty();
        }
    }

    private static void awaitOver(StoreUnderTest store) {
        await().atMost(LONG).until(() -> {
            store.clock.forward(Duration.ofSeconds(1));
            return store.number("SELECT COUNT(*) FROM ota_batch WHERE status = 'canceled' AND finished_at IS NOT NULL") == 1;
        });
    }

    @ParameterizedTest
    @EnumSource
    void aBatchIsCanceledAlsoWhileItsWindowIsClosed(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            int hour = store.clock.instant().atZone(ZoneOffset.UTC).getHour();
            long id = store.batch("2.0", "preparing", listed(10), true, String.format(
                    "{\"window\":{\"from\":\"%02d:00\",\"to\":\"%02d:00\",\"zone\":\"UTC\"}}", (hour + 2) % 24, (hour + 3) % 24));
            store.scheduled(new TestFiles(), pushes);
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_batch WHERE status = 'running' AND due_at IS NOT NULL") == 1);
            assertThat(pushes).isEmpty();

            store.database.transaction(() -> {
                store.database.jdbc().sql(store.sql.get("operator/cancel-batch")).param("id", id).param("work", "cancel").update();
            });

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE ended = 'canceled'") == 10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tasksOfABatchInStagesAreBegunAnewStageByStage(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "preparing", listed(10), true, "{\"attempts\":1,\"stages\":[{\"percent\":50},{\"percent\":100}]}");
            GroupedRollout rollout = store.scheduled(new TestFiles(), pushes);
            await().atMost(LONG).until(() -> pushes.size() == 5);
            fail(store, rollout, 5);
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return pushes.size() == 10;
            });
            fail(store, rollout, 2);

            store.database.transaction(() -> {
                store.database.jdbc().sql(store.sql.get("operator/retry-batch")).param("id", id).param("now", Times.toDb(store.clock.instant())).update();
            });

            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed' AND attempt = 1") == 10;
            });
            assertThat(pushes).as("5 of the first stage, 5 of the second, and 7 that failed begun anew").hasSize(17);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStageEndsThoughADeviceIsGoneBeforeItsNextAttempt(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(2), true, "{\"retryMinutes\":1,\"stages\":[{\"percent\":50},{\"percent\":100}]}");
            GroupedRollout rollout = store.started();
            store.scheduler(rollout, new TestFiles(), order -> {
                pushes.add(order);
                return rollout.pushed(order, order.device().deviceKey().equals("d0") && order.pushNumber() > 1 ? 0x10 : 0);
            });
            await().atMost(LONG).until(() -> pushes.size() == 1);
            fail(store, rollout, 1);

            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(5));
                return pushes.stream().anyMatch(order -> order.device().deviceKey().equals("d1"));
            });
            succeed(store, rollout, 1);
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT stage FROM ota_batch") == 2;
            });
            assertThat(store.texts("SELECT status FROM ota_task ORDER BY device")).containsExactly("pending", "succeeded");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRetriedBatchForgivesNoMoreFailuresThanItStillHas(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long batch = store.runningBatch("2.0", "{}").id();
            store.database.jdbc().sql("UPDATE ota_batch SET stage = 1, forgiven = 400, work = 'retry'").update();
            store.database.jdbc().sql("INSERT INTO ota_batch_count (batch_id, status, stage, shard, tasks) VALUES (" + batch + ", 'failed', 1, 0, 2)").update();

            assertThat(new BatchWork(store.database, store.sql, store.clock, store.started()).step()).isTrue();

            assertThat(store.number("SELECT forgiven FROM ota_batch WHERE work IS NULL")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void devicesThatSayNothingForTooLongTimeOut(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(3), true, "{\"timeoutMinutes\":10}");
            GroupedRollout rollout = store.scheduled(new TestFiles(), pushes);
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 3);
            store.clock.forward(Duration.ofMinutes(9));
            StoreUnderTest.join(rollout.progress(device("d1"), StoreUnderTest.progress(20)));

            store.clock.forward(Duration.ofMinutes(1));
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(6));
                return store.number("SELECT COUNT(*) FROM ota_task WHERE reason = 'timeout'") == 2;
            });

            assertThat(store.text("SELECT status FROM ota_task WHERE device = 'pk/d1'")).isEqualTo("upgrading");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceThatTimedOutIsPushedToAgainAfterTheTimeThatThePlanSays(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(2), true, "{\"timeoutMinutes\":10,\"retryMinutes\":30,\"attempts\":2}");
            GroupedRollout rollout = store.scheduled(new TestFiles(), pushes);
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 2);
            store.clock.forward(Duration.ofMinutes(10));
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(6));
                return store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'task.retry'") == 2;
            });
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pending' AND attempt = 2")).isEqualTo(2);
            store.clock.forward(Duration.ofMinutes(25));
            await().during(A_WHILE).until(() -> pushes.size() == 2);

            store.clock.forward(Duration.ofMinutes(5));
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed' AND attempt = 2") == 2);
            assertThat(pushes).hasSize(4);
            StoreUnderTest.join(rollout.inform(device("d0"), inform("2.0")));
            store.clock.forward(Duration.ofMinutes(10));
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(6));
                return store.number("SELECT COUNT(*) FROM ota_task WHERE device = 'pk/d1' AND reason = 'timeout'") == 1;
            });
            assertThat(store.text("SELECT status FROM ota_task WHERE device = 'pk/d0'")).isEqualTo("succeeded");
            assertThat(store.text("SELECT status FROM ota_task WHERE device = 'pk/d1'")).as("its last attempt").isEqualTo("failed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneInstanceHasABatchWhilePushesThatNoRowTellsOfAreOnTheirWay(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(300), true, FROM_NOW_ON);
            SilentBroker broker = new SilentBroker();
            List<Scheduler> instances = IntStream.range(0, 2).mapToObj(i -> store.scheduler(store.started(), new TestFiles(), broker::push)).toList();

            await().atMost(LONG).until(() -> broker.published.size() == 300);
            for (int i = 0; i < 10; i++) {
                store.clock.forward(Duration.ofSeconds(20));
                await().during(A_MOMENT).until(() -> broker.published.size() == 300);
                await().atMost(LONG).until(() -> store.database.jdbc().sql("SELECT COUNT(*) FROM ota_batch WHERE push_until > :then")
                        .param("then", Times.toDb(store.clock.instant().plusSeconds(20))).query(Long.class).single() == 1);
            }
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pending' AND waiting = 1 AND due_at IS NULL")).isEqualTo(300);

            for (Scheduler instance : instances) {
                instance.close();
            }
            GroupedRollout next = store.scheduled(new TestFiles(), pushes);
            store.clock.forward(Duration.ofSeconds(20));
            await().during(A_WHILE).until(pushes::isEmpty);
            store.clock.forward(Duration.ofSeconds(60));
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed' AND waiting IS NULL") == 300;
            });
            assertThat(pushes).as("again, with their old IDs").containsExactlyInAnyOrderElementsOf(broker.published);

            broker.published.forEach(order -> StoreUnderTest.join(next.pushed(order, 0)));
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE pushes = 1")).as("counted once").isEqualTo(300);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchIsLeftToOthersWhenNothingOfItIsOnItsWay(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(300), true, FROM_NOW_ON);
            GroupedRollout rollout = store.started();
            Scheduler scheduler = store.scheduler(rollout, new TestFiles(), order -> {
                pushes.add(order);
                return rollout.pushed(order, 0);
            });
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 300);

            scheduler.close();

            assertThat(store.number("SELECT COUNT(*) FROM ota_batch WHERE push_until IS NULL")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTaskThatCannotBeLetGoKeepsNoOtherFromItsTurn(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(3), true, "{\"pushPerMinute\":1}");
            GroupedRollout rollout = store.started();
            AtomicInteger refused = new AtomicInteger();
            Rollout poisoned = (Rollout) Proxy.newProxyInstance(Rollout.class.getClassLoader(), new Class<?>[] {Rollout.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("letGo") && arguments[0].equals(device("d0"))) {
                            refused.incrementAndGet();
                            return CompletableFuture.failedStage(new IllegalStateException("poison"));
                        }
                        return method.invoke(rollout, arguments);
                    });
            store.scheduler(poisoned, new TestFiles(), order -> {
                pushes.add(order);
                return rollout.pushed(order, 0);
            });

            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(5));
                return pushes.size() == 2;
            });
            assertThat(pushes.stream().map(order -> order.device().deviceKey())).containsExactly("d1", "d2");
            int before = refused.get();
            store.clock.forward(Duration.ofMinutes(10));
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return refused.get() > before;
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceWhoseTasksCannotBeReadKeepsNoOtherFromItsPush(StoreUnderTest.Kind kind) throws Exception {
        aDeviceWhoseTasksCannotBeRead(kind, false, "d0", "d1", "d3", "d4");
    }

    /** What cannot be read is of another module. */
    @ParameterizedTest
    @EnumSource
    void norItselfWhereNothingOfItHasToBeRead(StoreUnderTest.Kind kind) throws Exception {
        aDeviceWhoseTasksCannotBeRead(kind, true, "d0", "d1", "d2", "d3", "d4");
    }

    /** It is the third one. */
    private void aDeviceWhoseTasksCannotBeRead(StoreUnderTest.Kind kind, boolean ready, String... pushed) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "preparing", listed(5), true, FROM_NOW_ON);
            store.database.jdbc().sql("UPDATE ota_batch SET paused = 1").update();
            store.scheduled(new TestFiles(), pushes);
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE waiting = 1") == 5);
            String ofNoBatch = "INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, to_version, status, is_open, attempt, pushes, push_number, refusals, stage,"
                    + " history_count, created_at, updated_at) SELECT 999999, package_id, device, product_key, device_key, 'MCU', to_version, status, 1, 1, 0, 0, 0, 0, 0, created_at,"
                    + " updated_at FROM ota_task WHERE device_key = 'd2'";
            assertThat(store.database.jdbc().sql(ofNoBatch).update()).isEqualTo(1);
            assertThat(store.database.jdbc().sql("UPDATE ota_waiting SET ready = :ready WHERE device = 'pk/d2' AND ready = 1").param("ready", ready ? 1 : 0).update())
                    .isEqualTo(1);

            store.database.transaction(() -> {
                store.database.jdbc().sql(store.sql.get("operator/resume-batch")).param("id", id).update();
            });

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == pushed.length);
            assertThat(pushes.stream().map(order -> order.device().deviceKey())).containsExactlyInAnyOrder(pushed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatHasChangedForADeviceSinceItsTaskWasMadeCounts(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Set<Long> ready = ConcurrentHashMap.newKeySet();
            Rollout heard = (Rollout) Proxy.newProxyInstance(Rollout.class.getClassLoader(), new Class<?>[] {Rollout.class}, (proxy, method, arguments) -> {
                Object answer = method.invoke(rollout, arguments);
                if (answer instanceof Map<?, ?> orders && method.getName().equals("letGoReady")) {
                    orders.keySet().forEach(task -> ready.add((Long) task));
                }
                return answer;
            });
            for (String key : List.of("d0", "d1", "d2", "d3")) {
                StoreUnderTest.join(rollout.inform(device(key), inform("1.0")));
            }
            long id = store.batch("2.0", "preparing", listed(4), true, FROM_NOW_ON);
            store.database.jdbc().sql("UPDATE ota_batch SET paused = 1").update();
            store.scheduler(heard, new TestFiles(), order -> {
                pushes.add(order);
                return rollout.pushed(order, 0);
            });
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_waiting WHERE ready = 1") == 4);
            StoreUnderTest.join(rollout.inform(device("d1"), inform("1.5")));
            StoreUnderTest.join(rollout.inform(device("d2"), inform("2.0")));
            StoreUnderTest.join(rollout.inform(device("d3"), inform("3.0")));
            store.database.transaction(() -> {
                store.database.jdbc().sql(store.sql.get("operator/resume-batch")).param("id", id).update();
            });

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pending'") == 0);
            assertThat(store.texts("SELECT CONCAT(device_key, ' ', status, ' ', from_version) FROM ota_task ORDER BY device_key"))
                    .containsExactly("d0 pushed 1.0", "d1 pushed 1.5", "d2 succeeded 1.0", "d3 canceled 1.0");
            assertThat(pushes.stream().map(order -> order.device().deviceKey())).containsExactlyInAnyOrder("d0", "d1");
            assertThat(ready).as("without a look at its device").containsExactly(store.number("SELECT id FROM ota_task WHERE device_key = 'd0'"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchThatWasCanceledBeforeItsStartAndIsRetriedStartsThen(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Instant start = store.clock.instant().plusSeconds(3_600);
            long id = store.batch("2.0", "preparing", listed(2), true, "{\"startAt\":\"" + Times.text(start) + "\"}");
            store.database.jdbc().sql("UPDATE ota_batch SET starts_at = :start").param("start", Times.toDb(start)).update();
            store.scheduled(new TestFiles(), pushes);
            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("scheduled"));
            store.database.jdbc().sql(store.sql.get("operator/cancel-batch")).param("id", id).param("work", "cancel").update();
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.number("SELECT COUNT(*) FROM ota_batch WHERE finished_at IS NOT NULL") == 1;
            });

            store.database.jdbc().sql(store.sql.get("operator/retry-batch")).param("id", id).param("now", Times.toDb(store.clock.instant())).update();

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pending'") == 2);
            await().during(A_WHILE).untilAsserted(() -> assertThat(pushes).isEmpty());
            assertThat(store.text("SELECT status FROM ota_batch")).isEqualTo("scheduled");
            store.clock.forward(Duration.ofHours(1));
            await().atMost(LONG).until(() -> pushes.size() == 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClockThatIsSetBackHoldsUpNoBatch(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.scheduled(new TestFiles(), pushes);
            store.batch("2.0", "preparing", listed(1), true, "{\"timeoutMinutes\":60,\"attempts\":1}");
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 1);
            store.clock.forward(Duration.ofHours(-8));
            store.database.jdbc().sql("UPDATE ota_task SET attempt_pushed_at = :then").param("then", Times.toDb(store.clock.instant())).update();
            store.database.jdbc().sql("UPDATE ota_batch SET created_at = :then").param("then", Times.toDb(store.clock.instant())).update();
            long late = store.batch("3.0", "scheduled", listed(0), true, "{}");
            store.database.jdbc().sql("UPDATE ota_batch SET starts_at = :start WHERE id = :id").param("start", Times.toDb(store.clock.instant().plusSeconds(60)))
                    .param("id", late).update();

            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofMinutes(1));
                return store.number("SELECT COUNT(*) FROM ota_task WHERE ended = 'failed' AND reason = 'timeout'") == 1;
            });
            assertThat(store.clock.instant()).isBefore(Instant.parse("2026-11-23T08:00:00Z"));
            assertThat(store.text("SELECT status FROM ota_batch WHERE id = " + late)).isNotEqualTo("scheduled");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPushThatIsGivenUpIsTriedAgainAfterAMinuteAndHoldsUpNoOther(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "preparing", listed(500), true, FROM_NOW_ON);
            GroupedRollout rollout = store.started();
            store.scheduler(rollout, new TestFiles(), order -> {
                pushes.add(order);
                return order.device().deviceKey().equals("d0") ? CompletableFuture.failedStage(new IllegalStateException("no such host"))
                        : rollout.pushed(order, 0);
            });

            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 499);
            for (int i = 0; i < 11; i++) {
                store.clock.forward(Duration.ofSeconds(5));
                await().during(A_MOMENT).untilAsserted(() -> assertThat(pushes).hasSize(500));
            }
            store.clock.forward(Duration.ofSeconds(10));
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofMillis(100));
                return pushes.size() == 501;
            });
            assertThat(List.copyOf(pushes).get(500).device().deviceKey()).isEqualTo("d0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void batchesArePushedSideBySide(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long first = store.batch("2.0", "preparing", listed(1_000), true, FROM_NOW_ON);
            long second = store.batch("2.0", "preparing", IntStream.range(0, 1_000).mapToObj(i -> "\"e" + i + "\"")
                    .collect(Collectors.joining(",", "{\"devices\":[", "]}")), true, FROM_NOW_ON);
            store.database.jdbc().sql("UPDATE ota_batch SET paused = 1").update();
            SilentBroker broker = new SilentBroker();
            GroupedRollout rollout = store.started();
            store.scheduler(rollout, new TestFiles(), broker::push);
            await().atMost(LONG).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE waiting = 1") == 2_000);

            store.database.jdbc().sql("UPDATE ota_batch SET paused = 0").update();
            for (int published = 600; published <= 1_200; published += 200) {
                int expected = published;
                await().atMost(LONG).until(() -> broker.published.size() == expected);
                broker.answer(200, rollout);
            }

            Map<Long, Long> byBatch = broker.published.stream().limit(1_200).collect(Collectors.groupingBy(PushOrder::batchId, Collectors.counting()));
            assertThat(byBatch).containsOnlyKeys(first, second).allSatisfy((batch, pushed) -> assertThat(pushed).isGreaterThanOrEqualTo(400));
        }
    }

    private static void fail(StoreUnderTest store, GroupedRollout rollout, int devices) {
        await().atMost(LONG).until(() -> inProgress(store, devices).size() == devices);
        inProgress(store, devices).forEach(path -> StoreUnderTest.join(rollout.progress(device(path.substring(3)),
                new Progress("1", -2, "no space", StoreUnderTest.MODULE, null))));
    }

    private static void succeed(StoreUnderTest store, GroupedRollout rollout, int devices) {
        await().atMost(LONG).until(() -> inProgress(store, devices).size() == devices);
        inProgress(store, devices).forEach(path -> StoreUnderTest.join(rollout.inform(device(path.substring(3)), inform("2.0"))));
    }

    private static List<String> inProgress(StoreUnderTest store, int most) {
        return store.texts("SELECT device FROM ota_task WHERE status = 'pushed' ORDER BY id").stream().limit(most).toList();
    }

    private static String listed(int devices) {
        return IntStream.range(0, devices).mapToObj(i -> "\"d" + i + "\"").collect(Collectors.joining(",", "{\"devices\":[", "]}"));
    }
}
