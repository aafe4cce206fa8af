package dev.otaroutes.download;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Bounds the bytes that are on their way at a time; who wants more waits its turn without holding a thread. */
public final class ByteBudget {
    private final long most;
    private final Executor executor;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long taken;

    private record Waiting(int bytes, CompletableFuture<Void> turn) {
    }

    /**
     * @param most     bytes; a single taker may have more than that, alone
     * @param executor runs those whose turn has come: not whoever gave back, or one would run inside another without end
     */
    public ByteBudget(long most, Executor executor) {
        this.most = most;
        this.executor = executor;
    }

    /** @return completes when the bytes are the caller's, in the order of the calls; to be {@linkplain #giveBack given back} */
    public CompletionStage<Void> take(int bytes) {
        synchronized (this) {
            if (!waiting.isEmpty() || !fits(bytes)) {
                Waiting late = new Waiting(bytes, new CompletableFuture<>());
                waiting.add(late);
                return late.turn();
            }
            taken += bytes;
        }
        return CompletableFuture.completedStage(null);
    }

    public void giveBack(int bytes) {
        Deque<Waiting> next = new ArrayDeque<>();
        synchronized (this) {
            taken -= bytes;
            while (!waiting.isEmpty() && fits(waiting.peek().bytes())) {
                taken += waiting.peek().bytes();
                next.add(waiting.poll());
            }
        }
        next.forEach(turn -> turn.turn().completeAsync(() -> null, executor));
    }

    private boolean fits(int bytes) {
        return taken == 0 || taken + bytes <= most;
    }
}
