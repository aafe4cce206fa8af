package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a checkpoint waits for, and who waits for a checkpoint. */
class CheckpointTest {
    private final AtomicInteger writes = new AtomicInteger();
    private final Checkpoint checkpoint = new Checkpoint(writes::incrementAndGet);
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() {
        end.countDown();
        checkpoint.close();
    }

    @Test
    void oneWritesAllThatWasCommittedBefore() {
        checkpoint.transaction(() -> null);
        checkpoint.transaction(() -> null);
        checkpoint.await();
        checkpoint.await();
        assertThat(writes).hasValue(1);

        checkpoint.transaction(() -> null);
        checkpoint.await();
        assertThat(writes).hasValue(2);
    }

    @Test
    void whatIsOnDiskAlreadyHoldsNobodyUp() throws Exception {
        checkpoint.transaction(() -> null);
        checkpoint.await();
        begin();

        CompletableFuture.runAsync(checkpoint::await).get(30, TimeUnit.SECONDS);
        CompletableFuture.runAsync(() -> checkpoint.transaction(() -> null)).get(30, TimeUnit.SECONDS);

        assertThat(writes).hasValue(1);
    }

    @Test
    void itIsWrittenWhenNoTransactionRuns() throws Exception {
        checkpoint.transaction(() -> null);
        begin();
        Thread waiting = new Thread(checkpoint::await);
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        assertThat(writes).hasValue(0);

        end.countDown();
        waiting.join(30_000);

        assertThat(writes).hasValue(1);
    }

    /** Begins a transaction that runs until the end. */
    private void begin() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Thread running = new Thread(() -> checkpoint.transaction(() -> {
            begun.countDown();
            try {
                return end.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        running.start();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
