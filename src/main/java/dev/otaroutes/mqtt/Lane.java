package dev.otaroutes.mqtt;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs its tasks one after the other, on threads that it shares with other lanes: it has its turn, and then goes behind them. */
final class Lane implements Executor, Runnable {
    private final Executor threads;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unfinished = new AtomicInteger();
    private volatile long waitingSince;

    Lane(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (unfinished.getAndIncrement() == 0) {
            queue();
        }
    }

    /** A turn: the tasks that there are by now. */
    @Override
    public void run() {
        int turn = unfinished.get();
        int done = 0;
        try {
            while (done < turn) {
                done++;
                tasks.remove().run();
            }
        } finally {
            if (unfinished.addAndGet(-done) > 0) {
                queue();
            }
        }
    }

    /** @return nanoseconds since it has been waiting for a thread; of any use only while it waits for one */
    long waiting() {
        return System.nanoTime() - waitingSince;
    }

    private void queue() {
        waitingSince = System.nanoTime();
        threads.execute(this);
    }
}
