package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.otaroutes.rollout.DeviceState.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Failures are counted exactly by reason and version, and by what devices say to 1 % however many different things that are. */
class FailureCountsIT {
    private static final int GROUPS = 60;
    private static final int GROUP = 100;

    @ParameterizedTest
    @EnumSource
    void aFewMessagesStandOutAmongThousandsThatComeOnce(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            FailureCounts one = new FailureCounts(store.database, store.sql, 1);
            FailureCounts other = new FailureCounts(store.database, store.sql, 2);
            Random random = new Random(1);
            Map<String, Integer> said = new TreeMap<>();
            for (int group = 0; group < GROUPS; group++) {
                Map<Failure, Long> failures = new LinkedHashMap<>();
                for (int i = 0; i < GROUP; i++) {
                    int dice = random.nextInt(100);
                    String message = dice < 20 ? "no space" : dice < 23 ? "灯 " : "at 0x" + Integer.toHexString(random.nextInt());
                    said.merge(message, 1, Integer::sum);
                    failures.merge(new Failure(3, "download-failed", "1." + i % 3, message), 1L, Long::sum);
                }
                FailureCounts writer = group % 2 == 0 ? one : other;
                store.database.transaction(() -> writer.write(failures));
            }

            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_failure")).isEqualTo(GROUPS * GROUP);
            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_failure WHERE from_version = '1.0'")).isEqualTo(GROUPS * 34);
            assertThat(said).hasSizeGreaterThan(4_000);
            assertThat(store.number("SELECT COUNT(*) FROM ota_batch_message")).isLessThanOrEqualTo(2 * (FailureCounts.KEPT + 300));
            for (String message : new String[] {"no space", "灯 "}) {
                assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_message WHERE message = '" + message + "'")).as(message)
                        .isCloseTo(said.get(message), within(GROUPS * GROUP / 100L)).isLessThanOrEqualTo(said.get(message));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatBeginsAnewIsTakenBackWhicheverInstanceHasCountedIt(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            Failure failure = new Failure(3, "timeout", "", "50 %");
            store.database.transaction(() -> new FailureCounts(store.database, store.sql, 1).write(Map.of(failure, 2L)));
            store.database.transaction(() -> new FailureCounts(store.database, store.sql, 2).write(Map.of(failure, -1L)));

            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_failure WHERE from_version = ''")).isEqualTo(1);
            assertThat(store.number("SELECT SUM(tasks) FROM ota_batch_message WHERE message = '50 %'")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theMessagesOfThousandsThatBeginAnewAreNotKeptEither(StoreUnderTest.Kind kind) throws Exception {
        try (StoreUnderTest store = new StoreUnderTest(kind)) {
            FailureCounts counts = new FailureCounts(store.database, store.sql, 1);
            for (int group = 0; group < 10; group++) {
                Map<Failure, Long> begun = new LinkedHashMap<>();
                for (int i = 0; i < GROUP; i++) {
                    begun.put(new Failure(3, "timeout", "", "message " + group + " " + i), -1L);
                }
                store.database.transaction(() -> counts.write(begun));
            }

            assertThat(store.number("SELECT COUNT(*) FROM ota_batch_message")).isLessThanOrEqualTo(FailureCounts.KEPT + 300);
        }
    }
}
