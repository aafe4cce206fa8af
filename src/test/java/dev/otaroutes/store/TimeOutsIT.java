package dev.otaroutes.store;

import static dev.otaroutes.store.StoreUnderTest.device;
import static dev.otaroutes.store.StoreUnderTest.inform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.PushOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimeOutsIT {

    @ParameterizedTest
    @EnumSource
    void aBatchThatIsYoungerThanItsTimeOutIsNotLookedThrough(StoreUnderTest.Kind kind, @TempDir Path statements) throws Exception {
        Files.writeString(Files.createDirectories(statements.resolve("scheduler")).resolve("find-silent.sql"), "SELECT looked_through FROM ota_task");
        try (StoreUnderTest store = new StoreUnderTest(kind, statements.toString())) {
            GroupedRollout rollout = store.started();
            StoreUnderTest.join(rollout.assign(device("d"), store.runningBatch("2.0", "{\"timeoutMinutes\":60}")));
            store.clock.forward(Duration.ofMinutes(20));
            PushOrder order = rollout.inform(device("d"), inform("1.0")).toCompletableFuture().join();
            StoreUnderTest.join(rollout.pushed(order, 0));
            TimeOuts timeOuts = new TimeOuts(store.database, store.sql, store.clock, rollout);

            assertThat(timeOuts.step()).isFalse();
            store.clock.forward(Duration.ofMinutes(40).minusMillis(1));
            assertThat(timeOuts.step()).isFalse();
            store.clock.forward(Duration.ofSeconds(5));
            assertThatThrownBy(timeOuts::step).hasStackTraceContaining("looked_through");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSilentFleetIsTimedOutBitByBit(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            GroupedRollout rollout = store.started();
            Batch batch = store.runningBatch("2.0", "{\"timeoutMinutes\":60,\"attempts\":1}");
            StoreUnderTest.waitForAll(IntStream.range(0, 501).mapToObj(i -> rollout.assignAndPush(device("d" + i), batch)
                    .thenCompose(order -> rollout.pushed(order, 0))).toList());
            store.clock.forward(Duration.ofMinutes(60));
            TimeOuts timeOuts = new TimeOuts(store.database, store.sql, store.clock, rollout);

            assertThat(timeOuts.step()).isTrue();
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'failed'")).isEqualTo(500);
            assertThat(timeOuts.step()).isFalse();
            assertThat(store.number("SELECT COUNT(*) FROM ota_task WHERE status = 'failed'")).isEqualTo(501);
        }
    }
}
