package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.support.TestFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Devices that are listed for a batch that is under way, and what its plan makes of them. */
class BatchListsIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofMillis(1_500);

    private final Queue<PushOrder> pushes = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @EnumSource
    void theStagesOfABatchAreSharesOfAllItsTasksAgain(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "preparing", keys(0, 20).collect(Collectors.joining("\",\"", "{\"devices\":[\"", "\"]}")), true,
                    "{\"stages\":[{\"percent\":10},{\"percent\":50},{\"percent\":100}]}");
            GroupedRollout rollout = store.scheduled(new TestFiles(), pushes);
            goOn(store, rollout, 2);
            goOn(store, rollout, 10);
            BatchLists lists = new BatchLists(store.database, store.sql, store.clock, rollout);

            BatchLists.OpenList list = lists.begin(id).orElseThrow();
            assertThat(lists.begin(id)).as("another list at the same time").isEmpty();
            List<String> more = keys(10, 110).toList();
            BatchLists.Added added = lists.add(list, more).orElseThrow();
            assertThat(added).isEqualTo(new BatchLists.Added(90, 10, 0, Map.of()));
            await().during(A_WHILE).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return pushes.size() == 10;
            });

            lists.end(list, true);
            // 10 % of 110 are 11, of which 2 have gone in the first stage; then 50 % are 55, of which 8 have gone in the second.
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return pushed(store) == 19;
            });
            await().during(A_WHILE).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return pushed(store) == 19;
            });
            goOn(store, rollout, 55);
            goOn(store, rollout, 110);
            succeed(store, rollout);
            await().atMost(LONG).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.text("SELECT status FROM ota_batch").equals("finished");
            });
            assertThat(store.rows("SELECT stage, SUM(tasks) AS tasks FROM ota_batch_count GROUP BY stage HAVING SUM(tasks) > 0 ORDER BY stage").stream()
                    .map(row -> row.get("stage") + ": " + row.get("tasks"))).containsExactly("1: 11", "2: 44", "3: 55");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchDoesNotEndWhileAListComesInAndALeaseRunsOut(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long id = store.batch("2.0", "preparing", "{\"devices\":[]}", true, "{}");
            store.database.jdbc().sql("UPDATE ota_batch SET unlisted = 1").update();
            GroupedRollout rollout = store.scheduled(new TestFiles(), pushes);
            BatchLists lists = new BatchLists(store.database, store.sql, store.clock, rollout);
            BatchLists.OpenList first = lists.begin(id).orElseThrow();
            lists.add(first, List.of("a"));
            lists.end(first, true);
            await().atMost(LONG).until(() -> store.text("SELECT status FROM ota_batch").equals("running") && pushed(store) == 1);

            BatchLists.OpenList second = lists.begin(id).orElseThrow();
            succeed(store, rollout);
            await().during(A_WHILE).until(() -> {
                store.clock.forward(Duration.ofSeconds(1));
                return store.text("SELECT status FROM ota_batch").equals("running");
            });
            assertThat(lists.add(second, List.of("a", "b")).orElseThrow().added()).isEqualTo(1);

            // Whoever had it is gone.
            store.clock.forward(Duration.ofSeconds(91));
            BatchLists.OpenList third = lists.begin(id).orElseThrow();
            assertThat(lists.add(second, List.of("c"))).as("the lease is another's").isEmpty();
            lists.end(second, true);
            assertThat(lists.add(third, List.of("c")).orElseThrow().added()).isEqualTo(1);
            store.database.jdbc().sql(store.sql.get("operator/cancel-batch")).param("id", id).param("work", "cancel").update();
            assertThat(lists.add(third, List.of("d"))).as("canceled").isEmpty();
        }
    }

    /** Lets what is in progress succeed, until so many have been pushed. */
    private void goOn(StoreUnderTest store, GroupedRollout rollout, int until) {
        await().atMost(LONG).until(() -> {
            store.clock.forward(Duration.ofSeconds(1));
            if (pushed(store) < until) {
                succeed(store, rollout);
            }
            return pushed(store) == until;
        });
    }

    private static long pushed(StoreUnderTest store) {
        return store.number("SELECT COUNT(*) FROM ota_task WHERE first_pushed_at IS NOT NULL");
    }

    private static void succeed(StoreUnderTest store, GroupedRollout rollout) {
        StoreUnderTest.waitForAll(store.texts("SELECT device FROM ota_task WHERE status = 'pushed'").stream()
                .map(path -> rollout.inform(device(path.substring(3)), inform("2.0"))).toList());
    }

    private static Stream<String> keys(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> String.format("d%03d", i));
    }
}
