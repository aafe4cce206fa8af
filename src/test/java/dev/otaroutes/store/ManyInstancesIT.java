package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.waitForAll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.Inform;
import dev.otaroutes.message.Progress;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two instances decide about the same devices at the same moment (design.md, decision 5), at random; what must hold, holds. */
class ManyInstancesIT {
    private static final int DEVICES = 50;
    private static final int COMMANDS = 6_000;
    private static final int AT_ONCE = 300;

    @ParameterizedTest
    @EnumSource
    void twoInstancesOnTheSameDevicesKeepEveryPromise(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            List<Batch> batches = List.of(
                    store.runningBatch("2.0", "{\"quietSeconds\":2}"),
                    store.runningBatch("3.0", "{\"quietSeconds\":1,\"attempts\":2}"),
                    store.runningBatch("1.0", "{\"quietSeconds\":1,\"allowDowngrade\":true}"),
                    store.runningBatch("2.0", "{\"quietSeconds\":1,\"successOn\":\"progress-100\"}"),
                    store.runningBatch("4.0", "{\"quietSeconds\":1,\"overwrite\":true}"));
            List<GroupedRollout> instances = List.of(store.started(), store.started());
            Random random = new Random(20261123);
            Queue<PushOrder> orders = new ConcurrentLinkedQueue<>();
            List<CompletionStage<?>> asked = new ArrayList<>();
            for (int i = 0; i < COMMANDS; i++) {
                asked.add(ask(instances.get(i % 2), random, batches, orders));
                store.clock.forward(Duration.ofMillis(random.nextInt(20)));
                if (asked.size() == AT_ONCE) {
                    waitForAll(asked);
                    asked.clear();
                }
            }
            waitForAll(asked);

            eventsAreNumberedWithoutGapsInTheOrderOfTheirIds(store);
            tasksEndOnce(store);
            countersAgreeWithTheTasks(store);
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'succeeded'")).as("it was about something").isPositive();
            assertThat(store.rows("""
                    SELECT device FROM ota_task WHERE status IN ('pushed', 'upgrading') GROUP BY device, module HAVING COUNT(*) > 1"""))
                    .as("one at a time").isEmpty();
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE is_open IS NULL AND due_at IS NOT NULL")).isZero();
        }
    }

    private static CompletionStage<?> ask(Rollout rollout, Random random, List<Batch> batches, Queue<PushOrder> orders) {
        DeviceId device = device("d" + random.nextInt(DEVICES));
        Batch batch = batches.get(random.nextInt(batches.size()));
        PushOrder order = orders.poll();
        if (order != null && random.nextInt(4) > 0) {
            return random.nextInt(8) == 0 ? rollout.pushRefused(order, 0x97) : rollout.pushed(order, random.nextInt(5) == 0 ? 0x10 : 0);
        }
        return switch (random.nextInt(10)) {
            case 0 -> rollout.assign(device, batch);
            case 1, 2 -> rollout.progress(device, new Progress(String.valueOf(random.nextInt(3)), random.nextInt(6) == 0 ? -1 : 25 * (1 + random.nextInt(4)),
                    null, "default", null));
            case 3 -> rollout.progress(device, new Progress("1", 100, null, "default", String.valueOf(batch.id())));
            default -> rollout.inform(device, new Inform("1", (1 + random.nextInt(4)) + ".0", "default"))
                    .thenAccept(made -> {
                        if (made != null) {
                            orders.add(made);
                        }
                    });
        };
    }

    private static void eventsAreNumberedWithoutGapsInTheOrderOfTheirIds(StoreUnderTest store) {
        Map<Object, Long> last = new HashMap<>();
        for (Map<String, Object> event : store.rows("SELECT device_key, sequence FROM ota_event ORDER BY id")) {
            long sequence = ((Number) event.get("sequence")).longValue();
            assertThat(sequence).as("event of %s", event.get("device_key")).isEqualTo(last.getOrDefault(event.get("device_key"), 0L) + 1);
            last.put(event.get("device_key"), sequence);
        }
        store.rows("SELECT device_key, sequence FROM ota_device").forEach(device ->
                assertThat(((Number) device.get("sequence")).longValue()).isEqualTo(last.getOrDefault(device.get("device_key"), 0L)));
    }

    private static void tasksEndOnce(StoreUnderTest store) {
        assertThat(store.rows("""
                SELECT task_id FROM ota_event WHERE type IN ('task.succeeded', 'task.failed', 'task.canceled')
                 GROUP BY task_id HAVING COUNT(*) > 1""")).isEmpty();
        assertThat(store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'task.succeeded'"))
                .isEqualTo(store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'succeeded'"));
        assertThat(store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'task.created'"))
                .isEqualTo(store.number("SELECT COUNT(*) FROM ota_task"));
    }

    private static void countersAgreeWithTheTasks(StoreUnderTest store) {
        assertThat(store.texts("""
                SELECT CONCAT(batch_id, ' ', status, ' ', SUM(tasks)) FROM ota_batch_count WHERE status <> 'rolled-back'
                 GROUP BY batch_id, status HAVING SUM(tasks) <> 0 ORDER BY batch_id, status""")).isEqualTo(store.texts("""
                SELECT CONCAT(batch_id, ' ', status, ' ', COUNT(*)) FROM ota_task GROUP BY batch_id, status ORDER BY batch_id, status"""));
        assertThat(store.number("SELECT COALESCE(SUM(tasks), 0) FROM ota_batch_count WHERE status = 'rolled-back'"))
                .isEqualTo(store.number("SELECT COUNT(*) FROM ota_event WHERE type = 'task.rolled-back'"));
    }
}
