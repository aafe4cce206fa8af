package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouteThreadsTest {
    private static final int TASKS = 100;
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final AtomicInteger made = new AtomicInteger();
    private final List<Thread> all = new CopyOnWriteArrayList<>();
    /** The time from which on it stands still; null while it goes on. */
    private volatile Long stopped;
    private final RouteThreads threads = new RouteThreads(this::make, 16, () -> stopped == null ? System.nanoTime() : stopped);
    private int mayBeMade = Integer.MAX_VALUE;
    private final Semaphore answers = new Semaphore(0);
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    @AfterEach
    void stop() {
        answers.release(TASKS);
        threads.stop();
        await().dontCatchUncaughtExceptions().untilAsserted(() -> assertThat(ended).hasValue(TASKS));
    }

    @Test
    void oneIsEnoughWhileNothingWaitsLong() {
        answers.release(TASKS);
        execute();
        await().untilAsserted(() -> assertThat(ended).hasValue(TASKS));
        threads.watch();
        threads.watch();
        assertThat(made).hasValue(1);
    }

    @Test
    void becomeEightWhereTasksWaitForThemThoughTheyGetOn() {
        execute();
        awaitALongTime();
        threads.watch();
        assertThat(atWork()).isEqualTo(1);

        answers.release();
        await().untilAsserted(() -> assertThat(started).hasValue(2));
        threads.watch();
        await().untilAsserted(() -> assertThat(atWork()).isEqualTo(8));
        answers.release();
        await().untilAsserted(() -> assertThat(started).hasValue(10));
        threads.watch();
        assertThat(atWork()).isEqualTo(8);
    }

    @Test
    void becomeTwiceAsManyWhereNoneGetsOnUpToTheMost() {
        execute();
        awaitALongTime();
        threads.watch();
        threads.watch();
        await().untilAsserted(() -> assertThat(atWork()).isEqualTo(8));
        threads.watch();
        threads.watch();
        await().untilAsserted(() -> assertThat(atWork()).isEqualTo(16));
        threads.watch();
        assertThat(atWork()).isEqualTo(16);
    }

    @Test
    void whatNoThreadCanBeHadForIsDoneByThoseThatThereAre() {
        mayBeMade = 1;
        execute();
        await().untilAsserted(() -> assertThat(atWork()).isEqualTo(1));
        answers.release(TASKS);
        await().untilAsserted(() -> assertThat(ended).hasValue(TASKS));
    }

    @Test
    void becomeAsManyAsCanBeHad() {
        mayBeMade = 5;
        execute();
        awaitALongTime();
        threads.watch();
        threads.watch();
        await().untilAsserted(() -> assertThat(atWork()).isEqualTo(5));
        threads.watch();
        threads.watch();
        assertThat(atWork()).isEqualTo(5);
    }

    @Test
    void ofEightOneIsAtWorkAgainWhileNothingWaits() {
        execute();
        awaitALongTime();
        threads.watch();
        threads.watch();
        await().untilAsserted(() -> assertThat(atWork()).isEqualTo(8));
        answers.release(TASKS);
        await().untilAsserted(() -> assertThat(ended).hasValue(TASKS));

        // They have come to what nobody has brought yet.
        await().untilAsserted(() -> assertThat(all).hasSize(8).allMatch(thread -> thread.getState() == Thread.State.WAITING));
        stopped = System.nanoTime();
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        CountDownLatch unfinished = new CountDownLatch(TASKS);
        threads.gather();
        for (int i = 0; i < TASKS; i++) {
            threads.execute(() -> {
                used.add(Thread.currentThread());
                unfinished.countDown();
            });
        }
        threads.handOver();
        await().untilAsserted(() -> assertThat(unfinished.getCount()).isZero());
        assertThat(used).hasSize(1);
    }

    @Test
    void whatComesAfterTheStopIsNotDone() throws InterruptedException {
        execute();
        await().untilAsserted(() -> assertThat(started).hasValue(1));
        threads.stop();
        AtomicInteger late = new AtomicInteger();
        threads.execute(late::incrementAndGet);
        threads.gather();
        threads.execute(late::incrementAndGet);
        threads.handOver();
        answers.release(TASKS);

        all.get(0).join();
        assertThat(ended).hasValue(TASKS);
        assertThat(late).hasValue(0);
    }

    @Test
    void aTaskThatFailsHoldsUpNone() {
        threads.execute(() -> {
            throw new IllegalStateException("of a test");
        });
        answers.release(TASKS);
        execute();
        await().dontCatchUncaughtExceptions().untilAsserted(() -> assertThat(ended).hasValue(TASKS));
    }

    /** As under a limit for threads. Refuses here, since later JDKs start a pool's threads by another way than {@link Thread#start()}. */
    private Thread make(Runnable task) {
        if (made.incrementAndGet() > mayBeMade) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        Thread thread = new Thread(task);
        all.add(thread);
        return thread;
    }

    private void execute() {
        for (int i = 0; i < TASKS; i++) {
            threads.execute(() -> {
                started.incrementAndGet();
                answers.acquireUninterruptibly();
                ended.incrementAndGet();
            });
        }
    }

    private int atWork() {
        return started.get() - ended.get();
    }

    private void awaitALongTime() {
        long begin = System.nanoTime();
        await().until(() -> started.get() == 1 && System.nanoTime() - begin > LONG_NANOS);
    }
}
