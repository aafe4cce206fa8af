package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static dev.otaroutes.store.StoreUnderTest.join;
import static dev.otaroutes.store.StoreUnderTest.progress;
import static dev.otaroutes.store.StoreUnderTest.waitForAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.Inform;
import dev.otaroutes.message.Progress;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.support.OtherTransaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GroupedRolloutIT {
    @ParameterizedTest
    @EnumSource
    void informsBecomeDeviceRowsAndEvents(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.webhook("version.*", null);
            GroupedRollout rollout = store.started();
            waitForAll(List.of(rollout.inform(device("a"), inform("1.0")), rollout.inform(device("b"), new Inform(null, "3", "MCU")),
                    rollout.inform(device("a"), inform("1.1"))));
            store.clock.forward(Duration.ofSeconds(5));
            join(rollout.inform(device("a"), inform("1.1")));

            assertThat(store.texts("SELECT CONCAT(device, ' ', module, ' ', version) FROM ota_device_module ORDER BY device"))
                    .containsExactly("pk/a default 1.1", "pk/b MCU 3");
            assertThat(store.texts("SELECT module FROM ota_module ORDER BY module")).containsExactly("MCU", "default");
            assertThat(store.rows("SELECT type, sequence, device_key, undelivered FROM ota_event ORDER BY id").toString()).isEqualTo(
                    "[{type=version.changed, sequence=1, device_key=a, undelivered=1}, {type=version.changed, sequence=2, device_key=a, undelivered=1},"
                            + " {type=version.changed, sequence=1, device_key=b, undelivered=1}]");
            assertThat(store.database.jdbc().sql("SELECT reported_at FROM ota_device_module WHERE device = 'pk/a'")
                    .query((row, number) -> Times.get(row, "reported_at")).single()).isEqualTo(store.clock.instant());
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyEventsThatASubscriptionAsksForWaitForTheFanOut(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            AtomicInteger woken = new AtomicInteger();
            GroupedRollout rollout = store.started(woken::incrementAndGet);
            join(rollout.inform(device("nobody"), inform("1.0")));
            store.webhook("task.*,batch.*", null);
            store.webhook("*", "other");
            join(rollout.inform(device("others"), inform("1.0")));
            assertThat(woken).hasValue(0);

            store.webhook("task.failed,version.changed", StoreUnderTest.PRODUCT);
            join(rollout.inform(device("asked"), inform("1.0")));

            assertThat(woken).hasValue(1);
            assertThat(store.rows("SELECT device_key, undelivered FROM ota_event ORDER BY id").toString()).isEqualTo(
                    "[{device_key=nobody, undelivered=null}, {device_key=others, undelivered=null}, {device_key=asked, undelivered=1}]");
        }
    }

    /**
     * What the device sent before has been given by then, perhaps: a gap would follow it. Not on H2: in this process a transaction must not
     * wait for one that the test holds.
     */
    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void aSubscriptionThatIsMadeWhileAnInformWaitsForItsDeviceIsSeenByIt(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            join(rollout.inform(device("a"), inform("1.0")));
            CompletionStage<PushOrder> second;
            try (OtherTransaction first = new OtherTransaction(store.database.dataSource())) {
                first.jdbc().sql("SELECT device FROM ota_device WHERE device = 'pk/a' FOR UPDATE").query(String.class).single();
                second = rollout.inform(device("a"), inform("1.1"));
                await().atMost(Duration.ofSeconds(30)).until(() -> store.number(kind == StoreUnderTest.Kind.POSTGRESQL
                        ? "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                        : "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'") == 1);
                store.webhook("*", null);
                first.commit();
            }
            join(second);

            assertThat(store.rows("SELECT sequence, undelivered FROM ota_event ORDER BY id").toString())
                    .isEqualTo("[{sequence=1, undelivered=null}, {sequence=2, undelivered=1}]");
        }
    }

    /** The lock that another transaction holds stands for all that is being stored about the device meanwhile. */
    @ParameterizedTest
    @EnumSource
    void aPlanThatCountsNoPushesLetsGoWithoutALockAndWithoutAWrite(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            long task = waitingTask(store, rollout, "a");
            String before = store.rows("SELECT * FROM ota_task").toString();
            PushOrder order;
            try (OtherTransaction other = new OtherTransaction(store.database.dataSource())) {
                other.jdbc().sql("SELECT device FROM ota_device WHERE device = 'pk/a' FOR UPDATE").query(String.class).single();
                order = rollout.letGoUnwritten(Map.of(task, device("a"))).get(task);
            }
            assertThat(order).isNotNull().returns(task, PushOrder::taskId).returns(1, PushOrder::pushNumber);
            assertThat(store.rows("SELECT * FROM ota_task")).hasToString(before);

            assertThat(rollout.letGoUnwritten(Map.of(task, device("a")))).as("it is on its way").isEmpty();
            assertThat(join(rollout.inform(device("a"), inform("1.0")))).as("the same push, which is on its way").isNull();
            rollout.release(order);
            assertThat(rollout.letGoUnwritten(Map.of(task, device("a")))).as("it did not get anywhere").containsKey(task);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWouldHaveToBeWrittenIsLeftToADecisionBehindTheLock(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            long runsIt = waitingTask(store, rollout, "target");
            long canceled = waitingTask(store, rollout, "canceled");
            long paused = waitingTask(store, rollout, "paused");
            long unknown = waitingTask(store, rollout, "gone");
            store.database.jdbc().sql("UPDATE ota_device_module SET version = '2.0' WHERE device = 'pk/target'").update();
            join(rollout.cancel(device("canceled"), canceled, false));
            store.database.jdbc().sql("UPDATE ota_batch SET paused = 1 WHERE id = (SELECT batch_id FROM ota_task WHERE id = :id)").param("id", paused).update();
            join(rollout.remove(device("gone")));

            assertThat(rollout.letGoUnwritten(Map.of(runsIt, device("target"), canceled, device("canceled"), paused, device("paused"),
                    unknown, device("gone")))).isEmpty();

            assertThat(join(rollout.letGo(device("target"), runsIt, 0))).isNull();
            assertThat(store.text("SELECT status FROM ota_task WHERE id = " + runsIt)).isEqualTo("succeeded");
            assertThat(join(rollout.letGo(device("paused"), paused, 0))).isNull();
        }
    }

    /** Those with IDs one after the other are removed as a range. */
    @ParameterizedTest
    @EnumSource
    void ofTheTasksOfABatchOnlyThoseThatAreNowPushedWaitNoMore(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", "{\"startAt\":\"2020-01-01T00:00:00Z\"}");
            Map<Long, DeviceId> tasks = new TreeMap<>();
            for (String key : List.of("a", "b", "c", "d", "e", "f", "g")) {
                join(rollout.inform(device(key), inform("1.0")));
                join(rollout.assign(device(key), batch));
                tasks.put(store.number("SELECT id FROM ota_task WHERE device = 'pk/" + key + "'"), device(key));
            }
            Map<Long, PushOrder> orders = rollout.letGoUnwritten(tasks);
            assertThat(orders).hasSize(7);

            GroupedRollout atOnce = store.instance();
            List<CompletionStage<Void>> pushed = orders.values().stream().filter(order -> List.of("b", "c", "d", "f").contains(order.device().deviceKey()))
                    .map(order -> atOnce.pushed(order, 0)).toList();
            atOnce.start();
            pushed.forEach(StoreUnderTest::join);

            assertThat(store.texts("SELECT device FROM ota_waiting ORDER BY device")).containsExactly("pk/a", "pk/e", "pk/g");
            assertThat(store.texts("SELECT device FROM ota_task WHERE waiting = 1 ORDER BY device")).containsExactly("pk/a", "pk/e", "pk/g");
        }
    }

    /** @return a task of a batch of its own, whose plan has neither rate nor stages, of a device that runs 1.0 */
    private static long waitingTask(StoreUnderTest store, GroupedRollout rollout, String key) {
        join(rollout.inform(device(key), inform("1.0")));
        Batch batch = store.runningBatch("2.0", "{\"startAt\":\"2020-01-01T00:00:00Z\"}");
        join(rollout.assign(device(key), batch));
        assertThat(store.number("SELECT waiting FROM ota_task WHERE batch_id = " + batch.id())).isEqualTo(1);
        return store.number("SELECT id FROM ota_task WHERE batch_id = " + batch.id());
    }

    @ParameterizedTest
    @EnumSource
    void theInformThatEndsATaskBringsTheNextBatchThatTakesDevices(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "running", "{\"all\":true}", true, "{}");
            long next = store.batch("3.0", "running", "{\"all\":true}", true, "{}");
            store.database.jdbc().sql("UPDATE ota_batch SET dynamic = 1").update();
            GroupedRollout rollout = store.started();
            join(rollout.pushed(join(rollout.inform(device("a"), inform("1.0"))), 0));
            store.clock.forward(Duration.ofMinutes(5));

            PushOrder order = join(rollout.inform(device("a"), inform("2.0")));

            assertThat(order).isNotNull();
            assertThat(order.batchId()).isEqualTo(next);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLeftOfAProductThatIsGoneCanBeEnded(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Batch batch = store.runningBatch("2.0", "{\"timeoutMinutes\":60}");
            GroupedRollout before = store.started();
            waitForAll(List.of(before.assign(device("a"), batch), before.assign(device("b"), batch), before.assign(device("c"), batch)));
            PushOrder order = join(before.inform(device("a"), inform("1.0")));
            store.database.jdbc().sql("DELETE FROM ota_product").update();
            GroupedRollout rollout = store.started();

            join(rollout.pushed(order, 0));
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE device_key = 'a' AND status = 'pushed'")).isEqualTo(1);
            store.clock.forward(Duration.ofMinutes(60));
            join(rollout.timeOut(device("a"), order.taskId()));
            join(rollout.cancel(device("b"), store.number("SELECT id FROM ota_task WHERE device_key = 'b'"), false));
            join(rollout.remove(device("c")));

            assertThat(store.texts("SELECT CONCAT(device_key, ' ', status) FROM ota_task ORDER BY device_key")).containsExactly("a failed", "b canceled", "c canceled");
            assertThat(store.texts("SELECT device FROM ota_device ORDER BY device")).containsExactly("pk/a", "pk/b");
            assertThatThrownBy(() -> join(rollout.inform(device("a"), inform("1.0")))).hasMessageContaining("there is no product [pk]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysThatDifferInCaseAreDifferentDevices(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            waitForAll(List.of(rollout.inform(device("dev"), inform("1.0")), rollout.inform(device("DEV"), inform("2.0")),
                    rollout.inform(device("设备"), inform("3.0"))));

            assertThat(store.number("SELECT COUNT(*) FROM ota_device")).isEqualTo(3);
            assertThat(store.texts("SELECT version FROM ota_device_module WHERE device = 'pk/DEV'")).containsExactly("2.0");
        }
    }

    /** Of four products, so that both writers have some where there are two. */
    @ParameterizedTest
    @EnumSource
    void whatComesOfADeviceStaysInOrderWhateverOtherProductsSend(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            List<String> products = List.of("a", "b", "c", "d");
            products.forEach(product -> store.database.jdbc().sql("INSERT INTO ota_product (product_key, dialect, created_at, updated_at)"
                    + " VALUES (:key, 'sagoo', :now, :now)").param("key", product).param("now", Times.toDb(store.clock.instant())).update());
            GroupedRollout rollout = store.started();
            List<CompletionStage<PushOrder>> sent = new ArrayList<>();
            for (int version = 1; version <= 100; version++) {
                for (String product : products) {
                    for (int device = 0; device < 5; device++) {
                        sent.add(rollout.inform(new DeviceId(product, "d" + device), inform("1." + version)));
                    }
                }
            }
            waitForAll(sent);

            assertThat(store.texts("SELECT DISTINCT version FROM ota_device_module")).containsExactly("1.100");
            assertThat(store.number("SELECT COUNT(*) FROM ota_device WHERE sequence = 100")).isEqualTo(20);
            String backwards = "SELECT COUNT(*) FROM ota_event one JOIN ota_event other ON other.product_key = one.product_key"
                    + " AND other.device_key = one.device_key AND other.sequence > one.sequence AND other.id < one.id";
            assertThat(store.number(backwards)).isZero();
            assertThat(store.number("SELECT COUNT(*) FROM ota_event")).isEqualTo(2_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownProductIsRefusedAndHurtsNobodyElseInTheGroup(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.instance();
            CompletionStage<PushOrder> known = rollout.inform(device("a"), inform("1.0"));
            CompletionStage<PushOrder> unknown = rollout.inform(new DeviceId("nobody", "a"), inform("1.0"));
            rollout.start();

            assertThatThrownBy(() -> join(unknown)).hasCauseInstanceOf(RefusedMessageException.class)
                    .hasMessageContaining("there is no product [nobody]");
            assertThat(join(known)).isNull();
            assertThat(store.texts("SELECT device FROM ota_device")).containsExactly("pk/a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTasksWholeLifeIsReadBackAtEachStep(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Batch batch = store.runningBatch("2.0", "{}");
            join(store.started().inform(device("a"), inform("1.0")));
            join(store.started().assign(device("a"), batch));
            PushOrder order = join(store.started().inform(device("a"), inform("1.0")));
            assertThat(order.messageId()).isEqualTo(order.taskId() * 1_000 + 1);
            join(store.started().pushed(order, 0));
            assertThat(store.text("SELECT status FROM ota_task")).isEqualTo("pushed");
            store.clock.forward(Duration.ofSeconds(10));
            join(store.started().progress(device("a"), new Progress("7", 50, "half way, 一半", "default", String.valueOf(batch.id()))));
            assertThat(store.rows("SELECT status, step, device_desc, is_open FROM ota_task").toString())
                    .isEqualTo("[{status=upgrading, step=50, device_desc=half way, 一半, is_open=1}]");
            join(store.started().progress(device("a"), new Progress("7", 50, "half way, 一半", "default", null)));
            store.clock.forward(Duration.ofSeconds(10));
            join(store.started().inform(device("a"), inform("2.0")));
            assertThat(store.rows("SELECT status, is_open, due_at, from_version FROM ota_task").toString())
                    .isEqualTo("[{status=succeeded, is_open=null, due_at=null, from_version=1.0}]");
            join(store.started().inform(device("a"), inform("1.0")));
            store.clock.forward(Duration.ofSeconds(121));
            join(store.started().inform(device("a"), inform("1.0")));
            join(store.started().inform(device("a"), inform("1.0")));

            assertThat(store.texts("SELECT type FROM ota_event ORDER BY id")).containsExactly("version.changed", "task.created", "task.pushed",
                    "task.progress", "version.changed", "task.succeeded", "version.changed", "task.rolled-back");
            assertThat(store.texts("SELECT CONCAT(status, ' ', SUM(tasks)) FROM ota_batch_count GROUP BY status HAVING SUM(tasks) <> 0 ORDER BY status"))
                    .containsExactly("rolled-back 1", "succeeded 1");
            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_duration")).isEqualTo(1);
            assertThat(store.history("a", batch)).extracting(entry -> entry.get("type")).containsExactly("created", "pushed",
                    "progress", "progress-repeated", "succeeded", "inform-late", "rolled-back");
            assertThat(store.outcomes).containsExactly("progress-repeated", "inform-late");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whateverAMessageComesToFitsItsColumns(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Batch batch = store.runningBatch("2.0", "{}");
            Batch later = store.runningBatch("3.0", "{}");
            GroupedRollout rollout = store.started();
            String longest = "\uD83D\uDE80".repeat(64);
            join(rollout.progress(device("a"), new Progress(longest, 1, longest + longest, "default", null)));
            join(rollout.progress(device("a"), new Progress(longest, 1, null, "default", "9".repeat(64))));
            join(rollout.progress(device("a"), new Progress(longest, 1, null, "default", "4711")));
            join(rollout.inform(device("a"), new Inform(longest, "1".repeat(64), "default")));
            waitForAll(List.of(rollout.assign(device("a"), batch), rollout.assign(device("a"), later)));
            join(rollout.progress(device("a"), new Progress(null, 1, null, "default", String.valueOf(later.id()))));
            join(rollout.progress(device("a"), new Progress(longest, -3, longest + longest, "default", null)));
            join(rollout.progress(device("a"), new Progress(longest, 5, longest + longest, "default", String.valueOf(batch.id()))));
            join(rollout.progress(device("a"), new Progress(longest, 7, longest + longest, "default", String.valueOf(later.id()))));

            assertThat(store.texts("SELECT type FROM ota_history WHERE task_id = 0 ORDER BY number"))
                    .containsExactly("progress-no-task", "progress-unknown-strategy", "progress-unknown-strategy");
            assertThat(store.outcomes).containsExactly("progress-no-task", "progress-unknown-strategy", "progress-unknown-strategy",
                    "progress-waiting-task", "progress-finished-task");
            assertThat(store.text("SELECT reason FROM ota_task WHERE batch_id = " + batch.id())).isEqualTo("verification-failed");
            assertThat(store.text("SELECT device_desc FROM ota_task WHERE batch_id = " + later.id())).isEqualTo(longest + longest);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProgressAfterTheEndIsTheLastTasksHistory(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            for (int i = 1; i <= 2; i++) {
                join(rollout.assign(device("a"), store.runningBatch("2." + i, "{}")));
                join(rollout.progress(device("a"), new Progress(String.valueOf(i), -1, null, "default", null)));
            }
            join(store.started().progress(device("a"), progress(100)));

            assertThat(store.texts("SELECT t.to_version FROM ota_history h JOIN ota_task t ON t.id = h.task_id WHERE h.type = 'progress-finished-task'"))
                    .containsExactly("2.2");
        }
    }

    /** The number may be written before it is known whether there is one. */
    @ParameterizedTest
    @EnumSource
    void anAnswerThatComesToNoEventLeavesNoGapInTheDevicesNumbers(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", "{}");
            List<PushOrder> orders = new ArrayList<>();
            for (String key : List.of("a", "b", "c")) {
                join(rollout.inform(device(key), inform("1.0")));
                join(rollout.assign(device(key), batch));
                orders.add(join(rollout.inform(device(key), inform("1.0"))));
            }
            join(rollout.pushed(orders.get(1), 0));
            waitForAll(orders.stream().map(order -> rollout.pushed(order, 0)).toList());
            join(rollout.pushed(orders.get(0), 0));
            join(rollout.remove(device("c")));
            join(rollout.pushed(orders.get(2), 0));
            waitForAll(List.of(rollout.progress(device("a"), progress(5)), rollout.progress(device("b"), progress(5))));

            assertThat(store.outcomes).containsExactly("pushed-late", "pushed-late");
            assertThat(store.texts("SELECT CONCAT(device, ' ', sequence) FROM ota_device ORDER BY device")).containsExactly("pk/a 4", "pk/b 4");
            for (String key : List.of("a", "b")) {
                assertThat(store.texts("SELECT CONCAT(sequence, ' ', type) FROM ota_event WHERE device_key = '" + key + "' ORDER BY id")).as(key)
                        .containsExactly("1 version.changed", "2 task.created", "3 task.pushed", "4 task.progress");
            }
        }
    }

    /** Its answer's event is numbered with the lock; one that is late has that set back. */
    @Test
    void onPostgresqlADevicesRowIsWrittenOnceForAPush() throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(StoreUnderTest.Kind.POSTGRESQL)) {
            GroupedRollout rollout = store.started();
            join(rollout.inform(device("a"), inform("1.0")));
            join(rollout.assign(device("a"), store.runningBatch("2.0", "{}")));
            PushOrder order = join(rollout.inform(device("a"), inform("1.0")));
            store.database.jdbc().sql("CREATE TABLE device_writes (sequence BIGINT)").update();
            store.database.jdbc().sql("CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS "
                    + "'BEGIN INSERT INTO device_writes VALUES (NEW.sequence); RETURN NULL; END'").update();
            store.database.jdbc().sql("CREATE TRIGGER note_write AFTER UPDATE ON ota_device FOR EACH ROW EXECUTE FUNCTION note_write()").update();

            join(rollout.pushed(order, 0));
            assertThat(store.rows("SELECT sequence FROM device_writes").toString()).isEqualTo("[{sequence=3}]");
            join(rollout.pushed(order, 0));
            assertThat(store.rows("SELECT sequence FROM device_writes").toString()).isEqualTo("[{sequence=3}, {sequence=4}, {sequence=3}]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersOnOneInstanceAndInformsOnAnotherNumberTheEventsOfTheSameDevices(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout one = store.started();
            GroupedRollout other = store.started();
            Batch batch = store.runningBatch("2.0", "{}");
            List<DeviceId> devices = new ArrayList<>();
            List<CompletionStage<PushOrder>> decided = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                devices.add(device((i % 2 == 0 ? "D-" : "d_") + i));
            }
            waitForAll(devices.stream().map(device -> one.inform(device, inform("1.0"))).toList());
            waitForAll(devices.stream().map(device -> one.assign(device, batch)).toList());
            devices.forEach(device -> decided.add(one.inform(device, inform("1.0"))));
            List<PushOrder> orders = decided.stream().map(StoreUnderTest::join).toList();
            for (int i = 0; i < 5; i++) {
                String version = "1." + (i + 1);
                List<CompletionStage<?>> sent = new ArrayList<>();
                orders.forEach(order -> sent.add(one.pushed(order, 0)));
                devices.forEach(device -> sent.add(other.inform(device, inform(version))));
                waitForAll(sent);
            }

            assertThat(store.rows("SELECT sequence, COUNT(*) AS devices FROM ota_event GROUP BY sequence ORDER BY sequence").toString()).isEqualTo(
                    "[{sequence=1, devices=100}, {sequence=2, devices=100}, {sequence=3, devices=100}, {sequence=4, devices=100}, {sequence=5, devices=100},"
                            + " {sequence=6, devices=100}, {sequence=7, devices=100}, {sequence=8, devices=100}]");
            assertThat(store.number("SELECT COUNT(*) FROM ota_device WHERE sequence = 8")).isEqualTo(100);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFirstPushOfATaskLeavesItsRowAsItIsThen(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", "{}");
            String made = Times.toDb(store.clock.instant()).toString();
            join(rollout.inform(device("a"), inform("1.0")));
            join(rollout.assign(device("a"), batch));
            store.clock.forward(Duration.ofSeconds(1));
            PushOrder order = join(rollout.inform(device("a"), inform("1.0")));
            join(rollout.pushRefused(order, 0x97));
            store.clock.forward(Duration.ofSeconds(1));
            assertThat(store.texts("SELECT CONCAT(status, ' ', push_number, ' ', refusals) FROM ota_task WHERE due_at IS NOT NULL")).containsExactly("pending 0 1");
            String pushed = Times.toDb(store.clock.instant()).toString();
            join(rollout.pushed(order, 0));

            Map<String, Object> row = new TreeMap<>(store.rows("""
                    SELECT from_version, status, is_open, ended, step, reason, device_desc, attempt, pushes, push_number, refusals, not_before, waiting, stage,
                           progress_at, last_progress, due_at, history_count FROM ota_task""").get(0));
            assertThat(row).hasToString("{attempt=1, device_desc=null, due_at=null, ended=null, from_version=1.0, history_count=3, is_open=1, last_progress=null,"
                    + " not_before=null, progress_at=null, push_number=1, pushes=1, reason=null, refusals=0, stage=0, status=pushed, step=null, waiting=null}");
            assertThat(store.database.jdbc().sql("SELECT created_at, first_pushed_at, pushed_at, attempt_pushed_at, updated_at FROM ota_task")
                    .query((times, number) -> List.of(1, 2, 3, 4, 5).stream().map(column -> time(times, column)).toList()).single())
                    .containsExactly(made, pushed, pushed, pushed, pushed);
        }
    }

    private static String time(ResultSet row, int column) {
        try {
            return row.getObject(column, LocalDateTime.class).toString();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void thatItWasMadeAndThenPushedATasksRowTellsUntilItBeginsAnew(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", "{\"attempts\":1}");
            List<String> expected = new ArrayList<>(List.of(store.clock.instant() + " created pending"));
            join(rollout.assign(device("a"), batch));
            store.clock.forward(Duration.ofSeconds(1));
            expected.add(store.clock.instant() + " pushed pushed");
            join(rollout.pushed(join(rollout.inform(device("a"), inform("1.0"))), 0));
            assertThat(store.number("SELECT COUNT(*) FROM ota_history")).isZero();
            assertThat(lines(store, "a", batch)).isEqualTo(expected);

            store.clock.forward(Duration.ofSeconds(1));
            expected.addAll(List.of(store.clock.instant() + " progress pushed", store.clock.instant() + " failed failed", store.clock.instant() + " retry pending"));
            join(rollout.progress(device("a"), progress(-1)));
            long task = store.number("SELECT id FROM ota_task");
            join(rollout.retry(device("a"), task));
            assertThat(lines(store, "a", batch)).isEqualTo(expected);

            for (int i = 0; i < 2; i++) {
                store.clock.forward(Duration.ofSeconds(1));
                expected.add(store.clock.instant() + " pushed pushed");
                join(rollout.pushed(join(rollout.pushByHand(device("a"), task)), 0));
            }
            assertThat(lines(store, "a", batch)).isEqualTo(expected);
        }
    }

    /** Its row tells of a first push that another instance wrote down, or that is not the entry after that of its making, no second time. */
    @ParameterizedTest
    @EnumSource
    void aFirstPushThatIsWrittenDownIsToldOnce(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", "{\"attempts\":1}");
            waitForAll(List.of(rollout.assign(device("unheard"), batch), rollout.assign(device("answered"), batch), rollout.assign(device("old"), batch)));
            join(rollout.pushed(join(rollout.inform(device("unheard"), inform("1.0"))), 0x10));
            join(rollout.pushed(join(rollout.inform(device("unheard"), inform("1.0"))), 0));
            PushOrder order = join(rollout.inform(device("answered"), inform("1.0")));
            join(rollout.progress(device("answered"), progress(5)));
            join(rollout.pushed(order, 0));
            join(rollout.pushed(join(rollout.inform(device("old"), inform("1.0"))), 0));
            store.database.jdbc().sql("""
                    INSERT INTO ota_history (device, task_id, slot, number, at, type, status)
                    SELECT device, id, 1, 1, first_pushed_at, 'pushed', 'pushed' FROM ota_task WHERE device = 'pk/old'""").update();
            Map<String, List<String>> before = Map.of("unheard", List.of("created", "push-unheard", "pushed"),
                    "answered", List.of("created", "progress", "pushed"), "old", List.of("created", "pushed"));

            for (String key : before.keySet()) {
                assertThat(store.history(key, batch)).extracting(entry -> entry.get("type")).as(key).isEqualTo(before.get(key));
                join(rollout.progress(device(key), progress(-1)));
                join(rollout.retry(device(key), store.number("SELECT id FROM ota_task WHERE device = 'pk/" + key + "'")));
                List<String> after = new ArrayList<>(before.get(key));
                after.addAll(List.of("progress", "failed", "retry"));
                assertThat(store.history(key, batch)).extracting(entry -> entry.get("type")).as(key).isEqualTo(after);
            }
        }
    }

    private static List<String> lines(StoreUnderTest store, String deviceKey, Batch batch) {
        return store.history(deviceKey, batch).stream().map(entry -> entry.get("at") + " " + entry.get("type") + " " + entry.get("status")).toList();
    }

    @ParameterizedTest
    @EnumSource
    void historyIsKeptTo200EntriesATask(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", "{}");
            join(rollout.assign(device("a"), batch));
            List<CompletionStage<?>> sent = new ArrayList<>();
            for (int i = 0; i < 450; i++) {
                sent.add(rollout.progress(device("a"), new Progress(String.valueOf(i), 1 + i % 99, null, "default", null)));
            }
            waitForAll(sent);

            assertThat(store.number("SELECT COUNT(*) FROM ota_history")).isEqualTo(200);
            assertThat(store.number("SELECT MIN(number) FROM ota_history")).isEqualTo(251);
            assertThat(store.number("SELECT MAX(number) FROM ota_history")).isEqualTo(450);
            assertThat(store.text("SELECT message_id FROM ota_history WHERE number = 450")).isEqualTo("449");
            assertThat(store.history("a", batch)).as("its row tells of nothing older").hasSize(200).extracting(entry -> entry.get("type"))
                    .containsOnly("progress");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchGivesADeviceOneTaskThoughTwoInstancesGiveIt(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Batch batch = store.runningBatch("2.0", "{}");
            List<GroupedRollout> instances = List.of(store.started(), store.started());
            List<CompletionStage<?>> given = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                for (GroupedRollout instance : instances) {
                    given.add(instance.assign(device("d" + i), batch));
                }
            }
            waitForAll(given);

            assertThat(store.number("SELECT COUNT(*) FROM ota_task")).isEqualTo(400);
            assertThat(store.number("SELECT COUNT(DISTINCT device) FROM ota_task")).isEqualTo(400);
            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_count WHERE status = 'pending'")).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPushOnItsWayAnswersEveryInformUntilItIsRecordedOrLetGo(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            store.batch("2.0", "running", "{\"all\":true}", true, "{}");
            store.database.jdbc().sql("UPDATE ota_batch SET dynamic = 1").update();
            GroupedRollout rollout = store.instance();
            CompletionStage<PushOrder> first = rollout.inform(device("a"), inform("1.0"));
            CompletionStage<PushOrder> inTheSameGroup = rollout.inform(device("a"), inform("1.0"));
            rollout.start();
            PushOrder order = join(first);
            assertThat(order).isNotNull();
            assertThat(join(inTheSameGroup)).isNull();
            assertThat(join(rollout.inform(device("a"), inform("1.0")))).isNull();

            rollout.release(order);
            assertThat(join(rollout.inform(device("a"), inform("1.0")))).as("it did not go").isEqualTo(order);
            assertThat(join(rollout.inform(device("a"), inform("1.0")))).isNull();

            join(rollout.pushed(order, 0));
            store.clock.forward(Duration.ofSeconds(121));
            PushOrder second = join(rollout.inform(device("a"), inform("1.0")));
            assertThat(second.pushNumber()).isEqualTo(2);
            rollout.release(order);
            assertThat(join(rollout.inform(device("a"), inform("1.0")))).as("the end of an earlier one ends no other").isNull();
            assertThat(join(store.started().inform(device("a"), inform("1.0")))).as("another process knows nothing of it").isEqualTo(second);
        }
    }

    /** What is done beside that may never be: the process may be killed before. */
    @ParameterizedTest
    @EnumSource
    void aBatchThatIsOverGoesOnInTheTransactionThatBeginsATaskOfItAnew(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            for (String over : List.of("finished", "canceled")) {
                Batch batch = store.runningBatch("2.0", "{\"attempts\":1}");
                join(rollout.assign(device(over), batch));
                join(rollout.progress(device(over), progress(-1)));
                store.database.jdbc().sql("UPDATE ota_batch SET status = :status, finished_at = :now WHERE id = :id").param("status", over)
                        .param("now", Times.toDb(store.clock.instant())).param("id", batch.id()).update();
                long task = store.number("SELECT id FROM ota_task WHERE batch_id = " + batch.id());

                assertThat(join(rollout.pushByHand(device(over), task))).isNotNull();
                assertThat(join(rollout.pushByHand(device(over), task))).as("once more").isNotNull();

                assertThat(store.rows("SELECT status, finished_at FROM ota_batch WHERE id = " + batch.id()).toString())
                        .isEqualTo("[{status=running, finished_at=null}]");
                assertThat(store.texts("SELECT data FROM ota_event WHERE type = 'batch.resumed' AND batch_id = " + batch.id()))
                        .containsExactly("{\"status\":\"running\"}");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRemovedDeviceIsGoneItsTaskCanceledAndWhatComesAfterwardsRegistersItAnew(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.instance();
            CompletionStage<PushOrder> before = rollout.inform(device("a"), inform("1.0"));
            CompletionStage<Void> given = rollout.assign(device("a"), store.runningBatch("2.0", "{}"));
            CompletionStage<Void> removed = rollout.remove(device("a"));
            CompletionStage<PushOrder> after = rollout.inform(device("a"), inform("1.5"));
            CompletionStage<Void> stranger = rollout.remove(device("stranger"));
            rollout.start();
            waitForAll(List.of(before, given, removed, after, stranger));

            assertThat(store.text("SELECT reason FROM ota_task")).isEqualTo("device-removed");
            assertThat(store.texts("SELECT version FROM ota_device_module")).containsExactly("1.5");
            assertThat(join(after)).isNull();
        }
    }
}
