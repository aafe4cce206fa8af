package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that an older version has filled go on as they are in a newer one. */
class MigrationIT {
    private static final String INDEX = "CREATE INDEX ota_task_waiting ON ota_task (batch_id, waiting, id)";

    @ParameterizedTest
    @EnumSource
    void tasksThatWaitedBeforeTheyHadATableAreStillFound(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long batch = tasks(store);
            store.database.jdbc().sql("DROP TABLE ota_waiting").update();
            store.database.jdbc().sql(INDEX).update();

            again(store);

            assertThat(waiting(store, batch, 1)).extracting(TaskRow::device).containsExactly(StoreUnderTest.device("waits"));
            assertThat(waiting(store, batch, 2)).extracting(TaskRow::device).containsExactly(StoreUnderTest.device("asked"));
            assertThat(store.number("SELECT COUNT(*) FROM ota_waiting WHERE ready = 0")).isEqualTo(2);
            // It is gone: there is room for one of its name.
            store.database.jdbc().sql(INDEX).update();
        }
    }

    /** On H2 and MySQL each statement commits by itself: a kill may come between any two of them, or before all are known to have been run. */
    @ParameterizedTest
    @EnumSource
    void aMigrationThatWasCutOffIsRunOnceMore(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            long batch = tasks(store);
            store.database.jdbc().sql("INSERT INTO ota_waiting (batch_id, waiting, task_id, device) VALUES (:batch, 1, 99, 'pk/gone')")
                    .param("batch", batch).update();

            again(store);

            assertThat(waiting(store, batch, 1)).extracting(TaskRow::device).containsExactly(StoreUnderTest.device("waits"));
            assertThat(store.number("SELECT COUNT(*) FROM ota_waiting WHERE ready = 0")).isEqualTo(2);
        }
    }

    /** @return the batch of three: one waits, one has asked, one waits for nothing */
    private static long tasks(StoreUnderTest store) {
        long batch = store.batch("2.0", "running", "{}", true, "{}");
        Map<String, Integer> tasks = Map.of("waits", 1, "asked", 2);
        for (String device : List.of("waits", "asked", "goes")) {
            store.database.jdbc().sql("""
                    INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, to_version, status, is_open, attempt, pushes,
                                          push_number, refusals, history_count, created_at, updated_at, waiting)
                    VALUES (:batch, 7, :path, 'pk', :key, 'default', '2.0', 'pending', 1, 1, 0, 0, 0, 0, :now, :now, :waiting)""")
                    .param("batch", batch).param("path", "pk/" + device).param("key", device).param("now", Times.toDb(store.clock.instant()))
                    .param("waiting", tasks.get(device)).update();
        }
        return batch;
    }

    /** Runs the third migration and those after it as if they had not been. */
    private static void again(StoreUnderTest store) throws Exception {
        store.database.jdbc().sql("DELETE FROM " + (store.database.kind() == DatabaseKind.H2 ? "\"ota_schema_history\" WHERE \"version\"" : "ota_schema_history WHERE version")
                + " IN ('3', '4')").update();
        store.database.migrate();
    }

    private static List<TaskRow> waiting(StoreUnderTest store, long batch, int how) {
        return store.database.jdbc().sql(store.sql.get("scheduler/find-waiting")).param("batchId", batch).param("waiting", how).param("after", 0)
                .param("most", 10).query(TaskRow::of).list();
    }
}
