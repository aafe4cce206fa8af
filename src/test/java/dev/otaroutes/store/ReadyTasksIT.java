package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static dev.otaroutes.store.StoreUnderTest.join;
import static dev.otaroutes.store.StoreUnderTest.progress;
import static dev.otaroutes.store.StoreUnderTest.waitForAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.DeviceState;
import dev.otaroutes.rollout.ProgressRules;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rules;
import dev.otaroutes.rollout.TaskRules;
import dev.otaroutes.rollout.VersionOrder;
import dev.otaroutes.support.OtherTransaction;
import dev.otaroutes.support.TestFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tasks that wait for their plan alone are pushed without a look at their devices; a row that says so must be right. */
class ReadyTasksIT {
    private static final String FROM_NOW_ON = "{\"startAt\":\"2020-01-01T00:00:00Z\"}";
    private static final List<String> PLANS = List.of(FROM_NOW_ON, FROM_NOW_ON, "{\"startAt\":\"2020-01-01T00:00:00Z\",\"overwrite\":true}",
            "{\"startAt\":\"2020-01-01T00:00:00Z\",\"allowDowngrade\":true,\"retryMinutes\":1}", "{\"pushPerMinute\":60}", "{}");

    @ParameterizedTest
    @EnumSource
    void aReadyTaskGoesWithoutALockOnceAtATime(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", FROM_NOW_ON);
            long task = assign(store, rollout, batch, "a");
            assertThat(ready(store)).containsExactly("pk/a 1");
            Map<Long, DeviceId> tasks = Map.of(task, device("a"));
            PushOrder order;
            try (OtherTransaction other = new OtherTransaction(store.database.dataSource())) {
                other.jdbc().sql("SELECT device FROM ota_device WHERE device = 'pk/a' FOR UPDATE").query(String.class).single();
                order = rollout.letGoReady(batch, tasks).get(task);
            }
            assertThat(order).isEqualTo(new PushOrder(device("a"), "default", task, 1, batch.id(), batch.packageId()));

            assertThat(rollout.letGoReady(batch, tasks)).as("it is on its way").isEmpty();
            assertThat(rollout.letGoUnwritten(tasks)).as("it is on its way").isEmpty();
            assertThat(join(rollout.inform(device("a"), inform("1.0")))).as("the same push, which is on its way").isNull();
            rollout.release(order);
            assertThat(rollout.letGoReady(batch, tasks)).as("it did not get anywhere").containsKey(task);
            join(rollout.pushed(order, 0));
            assertThat(ready(store)).isEmpty();
            assertThat(store.text("SELECT status FROM ota_task")).isEqualTo("pushed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchThatIsHeldOrWhoseProductIsGoneGivesNone(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", "{\"window\":{\"from\":\"09:00\",\"to\":\"10:00\",\"zone\":\"UTC\"}}");
            Map<Long, DeviceId> tasks = Map.of(assign(store, rollout, batch, "a"), device("a"));
            assertThat(ready(store)).containsExactly("pk/a 1");
            assertThat(rollout.letGoReady(batch, tasks)).as("before its window").isEmpty();
            store.clock.forward(Duration.ofMinutes(90));
            store.database.jdbc().sql("UPDATE ota_batch SET paused = 1").update();
            assertThat(rollout.letGoReady(batch, tasks)).isEmpty();
            store.database.jdbc().sql("UPDATE ota_batch SET paused = 0").update();
            assertThat(store.instance().letGoReady(batch, tasks)).hasSize(1);
            store.database.jdbc().sql("DELETE FROM ota_product").update();
            assertThat(store.instance().letGoReady(batch, tasks)).isEmpty();
        }
    }

    /** They may have another version tomorrow, and nobody here hears of it. */
    @ParameterizedTest
    @EnumSource
    void whereVersionsOrTheirOrderAreAnIntegratorsEachDeviceIsLookedAt(StoreUnderTest.Kind kind, @TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("device"));
        Files.writeString(folder.resolve("device/find-modules.sql"), """
                SELECT device, module, version, reported_at, inform_id, success_task_id, success_version, success_from_version, success_quiet_until
                  FROM ota_device_module WHERE device IN (:devices)""");
        try (StoreUnderTest store = new StoreUnderTest(kind, folder.toString())) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", FROM_NOW_ON);
            Map<Long, DeviceId> tasks = Map.of(assign(store, rollout, batch, "a"), device("a"));
            assertThat(rollout.letGoReady(batch, tasks)).isEmpty();
            assertThat(rollout.letGoUnwritten(tasks)).hasSize(1);
        }
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout own = store.closeLater(new GroupedRollout(store.database, store.sql, new Rules(new TaskRules((a, b) -> VersionOrder.numbers().compare(a, b),
                    () -> false), new ProgressRules()), store.clock, outcome -> { }, () -> { }));
            own.start();
            Batch batch = store.runningBatch("2.0", FROM_NOW_ON);
            Map<Long, DeviceId> tasks = Map.of(assign(store, own, batch, "a"), device("a"));
            assertThat(ready(store)).containsExactly("pk/a 0");
            assertThat(own.letGoReady(batch, tasks)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherVersionOrAnEarlierTaskWantsALook(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch earlier = store.runningBatch("1.9", FROM_NOW_ON);
            Batch batch = store.runningBatch("2.0", FROM_NOW_ON);
            long canceled = assign(store, rollout, earlier, "behind");
            join(rollout.cancel(device("behind"), canceled, false));
            for (String key : List.of("same", "other", "behind")) {
                assign(store, rollout, batch, key);
            }
            assertThat(ready(store)).containsExactly("pk/behind 1", "pk/other 1", "pk/same 1");

            join(rollout.inform(device("same"), inform("1.0")));
            join(rollout.inform(device("other"), inform("1.1")));
            join(rollout.retry(device("behind"), canceled));

            assertThat(ready(store)).containsExactly("pk/behind 0", "pk/behind 0", "pk/other 0", "pk/same 1");
        }
    }

    /** Its turn ends when the broker takes the other one, and that is recorded without a look at this one. */
    @ParameterizedTest
    @EnumSource
    void aTaskThatIsMadeWhileALaterOneIsOnItsWayIsNotReady(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch earlier = store.runningBatch("1.9", FROM_NOW_ON);
            Batch later = store.runningBatch("2.0", FROM_NOW_ON);
            long onItsWay = assign(store, rollout, later, "a");
            PushOrder order = rollout.letGoReady(later, Map.of(onItsWay, device("a"))).get(onItsWay);
            long made = assign(store, rollout, earlier, "a");
            join(rollout.pushed(order, 0));

            assertThat(ready(store)).containsExactly("pk/a 0");
            assertThat(join(rollout.letGo(device("a"), made, 0))).as("the other one has its turn").isNull();
        }
    }

    /** What stands in for a statement, or does without it, must not pass an integrator's by. */
    @ParameterizedTest
    @EnumSource
    void statementsThatAnIntegratorHasReplacedAreUsed(StoreUnderTest.Kind kind, @TempDir Path folder) throws Exception {
        try (StoreUnderTest ours = new StoreUnderTest(kind)) {
            for (String name : List.of("task/update", "task/find-open", "device/update", "device/add-history", "scheduler/find-waiting")) {
                Files.createDirectories(folder.resolve(name).getParent());
                Files.writeString(folder.resolve(name + ".sql"), ours.sql.get(name).replace(", ready", "")
                        .replaceFirst("device_desc = [:\\w.]+", "device_desc = 'mine'")
                        .replaceFirst("SET sequence = ([:\\w.]+), history_count = [:\\w.]+", "SET sequence = $1, history_count = 70 + $1")
                        .replace("is_open = 1", "is_open = 1 AND device_key <> 'hidden'"));
            }
        }
        try (StoreUnderTest store = new StoreUnderTest(kind, folder.toString())) {
            long id = store.batch("2.0", "preparing", "{\"devices\":[\"a\",\"hidden\"]}", true, FROM_NOW_ON);
            GroupedRollout rollout = store.scheduled(new TestFiles(), new ConcurrentLinkedQueue<>());
            await().atMost(Duration.ofSeconds(60)).until(() -> store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'pushed'") == 1);

            long hidden = store.number("SELECT id FROM ota_task WHERE device = 'pk/hidden'");
            join(rollout.pushed(new PushOrder(device("hidden"), "default", hidden, 1, id, 7), 0));
            assertThat(ready(store)).containsExactly("pk/hidden 0");
            assertThat(store.texts("SELECT CONCAT(device, ' ', device_desc) FROM ota_task WHERE status = 'pushed'")).containsExactly("pk/a mine");
            assertThat(store.number("SELECT history_count FROM ota_device WHERE device = 'pk/a'")).as("of its second event, the push").isEqualTo(72);
            assertThat(store.texts("SELECT type FROM ota_history WHERE device = 'pk/a' ORDER BY number")).containsExactly("created", "pushed");
        }
    }

    /** Whatever devices, broker and operators do, in any order: what a row calls ready, a look at the device would push, and change nothing. */
    @ParameterizedTest
    @EnumSource
    void whatARowCallsReadyALookWouldPushToo(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Random random = new Random(4);
            List<GroupedRollout> instances = List.of(store.started(), store.started());
            TaskRules rules = new TaskRules(VersionOrder.numbers(), () -> false);
            DeviceReader reader = new DeviceReader(store.database, store.sql, new Batches(store.database, store.sql));
            List<Batch> batches = new ArrayList<>();
            Queue<PushOrder> underway = new ConcurrentLinkedQueue<>();
            int ready = 0;
            int looked = 0;
            for (int i = 0; i < 400; i++) {
                if (i % 25 == 0) {
                    batches.add(store.runningBatch("1." + random.nextInt(8), PLANS.get(random.nextInt(PLANS.size()))));
                }
                List<CompletionStage<?>> group = new ArrayList<>();
                for (int j = random.nextInt(4); j >= 0; j--) {
                    group.add(something(store, instances.get(random.nextInt(2)), batches.get(Math.max(0, batches.size() - 1 - random.nextInt(3))), underway,
                            device(String.valueOf(random.nextInt(6))), random));
                }
                waitForAll(group);
                store.clock.forward(Duration.ofSeconds(random.nextInt(90)));
                for (Map<String, Object> row : store.rows("SELECT task_id, device, ready FROM ota_waiting WHERE waiting = 1")) {
                    if (((Number) row.get("ready")).intValue() == 0) {
                        looked++;
                        continue;
                    }
                    ready++;
                    long task = ((Number) row.get("task_id")).longValue();
                    DeviceState state = reader.look(List.of(DeviceId.ofPath((String) row.get("device")))).values().iterator().next();
                    Batch batch = state.tasks().stream().filter(one -> one.id == task).findFirst().orElseThrow().batch;
                    Instant now = store.clock.instant();
                    assertThat(rules.letGo(state, task, 0, now)).as("task %s after %s", task, i).isEqualTo(rules.readyOrder(state.id(), task, batch));
                    assertThat(state.untouched()).as("task %s after %s", task, i).isTrue();
                }
            }
            assertThat(ready).as("tasks that were ready, after each step").isGreaterThan(100);
            assertThat(looked).as("tasks that waited and were not, after each step").isGreaterThan(100);
        }
    }

    private static CompletionStage<?> something(StoreUnderTest store, GroupedRollout rollout, Batch batch, Queue<PushOrder> underway, DeviceId device, Random random) {
        List<Long> tasks = store.database.jdbc().sql("SELECT id FROM ota_task WHERE device = :device ORDER BY id").param("device", device.path()).query(Long.class).list();
        long task = tasks.isEmpty() ? 0 : tasks.get(random.nextInt(tasks.size()));
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> rollout.assign(device, batch);
            case 3, 4 -> pushed(underway, rollout.inform(device, inform("1." + random.nextInt(8))));
            case 5 -> rollout.progress(device, progress(List.of(-1, 10, 100).get(random.nextInt(3))));
            case 6 -> rollout.cancel(device, task, random.nextBoolean());
            case 7 -> rollout.retry(device, task);
            case 8 -> pushed(underway, rollout.pushByHand(device, task));
            case 9 -> pushed(underway, random.nextBoolean() ? rollout.ask(device, "default") : rollout.letGo(device, task, 0));
            case 10 -> random.nextBoolean() ? rollout.online(device) : rollout.remove(device);
            default -> {
                PushOrder order = underway.poll();
                if (order == null) {
                    yield rollout.assign(device, batch);
                }
                CompletionStage<Void> answered = random.nextInt(4) == 0 ? rollout.pushRefused(order, 0x97) : rollout.pushed(order, List.of(0, 0, 0x10).get(random.nextInt(3)));
                yield answered.thenRun(() -> rollout.release(order));
            }
        };
    }

    private static CompletionStage<?> pushed(Queue<PushOrder> underway, CompletionStage<PushOrder> decided) {
        return decided.thenAccept(order -> {
            if (order != null) {
                underway.add(order);
            }
        });
    }

    /** @return the task that a device gets which runs 1.0 */
    private static long assign(StoreUnderTest store, GroupedRollout rollout, Batch batch, String key) {
        join(rollout.inform(device(key), inform("1.0")));
        join(rollout.assign(device(key), batch));
        return store.number("SELECT MAX(id) FROM ota_task");
    }

    private static List<String> ready(StoreUnderTest store) {
        return store.texts("SELECT CONCAT(device, ' ', ready) FROM ota_waiting ORDER BY device, task_id");
    }
}
