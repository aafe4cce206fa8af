package dev.otaroutes.mqtt;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs its tasks one after the other, on threads that it shares with other lanes: it has its turn, and then goes behind them. */
final class Lane implements Executor {
    private final Executor threads;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unfinished = new AtomicInteger();

    Lane(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (unfinished.getAndIncrement() == 0) {
            threads.execute(this::turn);
        }
    }

    /** Of the tasks that there are by now. */
    private void turn() {
        int turn = unfinished.get();
        int done = 0;
        try {
            while (done < turn) {
                done++;
                tasks.remove().run();
            }
        } finally {
            if (unfinished.addAndGet(-done) > 0) {
                threads.execute(this::turn);
            }
        }
    }
}
