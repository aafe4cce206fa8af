package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two transactions that wait for each other: the database ends one, and whoever asked for it must not hear of it. */
class DeadlocksIT {
    @ParameterizedTest
    @EnumSource
    void whoeverTheDatabaseEndsBeginsAgain(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            AtomicInteger begun = new AtomicInteger();
            CyclicBarrier bothHoldOne = new CyclicBarrier(2);
            CompletableFuture<Void> one = CompletableFuture.runAsync(() -> lockBoth(store, "keep-history", "keep-events", begun, bothHoldOne));
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> lockBoth(store, "keep-events", "keep-history", begun, bothHoldOne));

            CompletableFuture.allOf(one, other).get(60, TimeUnit.SECONDS);

            // One or both have been ended, perhaps more than once.
            assertThat(begun.get()).as("transactions begun").isGreaterThan(2);
            assertThat(store.texts("SELECT place FROM ota_lock WHERE name IN ('keep-history', 'keep-events') ORDER BY name")).hasSize(2).doesNotContainNull();
        }
    }

    private static void lockBoth(StoreUnderTest store, String first, String second, AtomicInteger begun, CyclicBarrier bothHoldOne) {
        store.database.transaction(() -> {
            boolean meets = begun.incrementAndGet() <= 2;
            mark(store, first);
            if (meets) {
                await(bothHoldOne);
            }
            mark(store, second);
        });
    }

    private static void mark(StoreUnderTest store, String name) {
        store.database.jdbc().sql("UPDATE ota_lock SET place = :place WHERE name = :name").param("place", name).param("name", name).update();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
