package dev.otaroutes.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the calls that wait at the same moment into one transaction: as durable as a transaction a call, several times as fast.
 * <p>
 * While a group is being committed the next one gathers, for some milliseconds at least if it is not full: a lone call goes at once, but
 * not a stream of them one by one. A group that fails for a reason that passes is tried again until it
 * succeeds; for another reason, each of its calls is tried alone, so that a poisonous one hurts only itself, and given up
 * after {@value #TRIES} tries.
 *
 * @param <C> what is asked
 * @param <R> what is answered
 */
final class GroupCommit<C, R> implements AutoCloseable {
    static final int TRIES = 5;
    private static final long FIRST_PAUSE_MS = 20;
    private static final long PAUSE_MS = 250;
    private static final long IDLE_MS = 100;
    /** Most of a small group's cost is the group's: what comes within this time of the last one's begin shares the next, as long as it has room. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
    private static final long LONGEST_PAUSE_MS = 2_000;
    private static final long WATCH_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger("ota.store");

    private record Call<C, R>(C command, CompletableFuture<R> result) {
    }

    private final Function<List<C>, List<R>> transaction;
    private final int largestGroup;
    private final ThreadPoolExecutor completions;
    private final int completionThreads;
    /** What callers have still to be told, failures too. */
    private final Queue<Runnable> committed = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Call<C, R>> waiting = new LinkedBlockingQueue<>();
    private final Thread writer;
    private int mostCompletionThreads = 1024;
    private long watched = System.nanoTime();
    private Runnable stuck;
    private volatile boolean closed;
    private volatile String trouble;

    /**
     * @param transaction  does what a group asks in one durable transaction and answers in the same order
     * @param largestGroup calls in one transaction at most
     * @param completions  where the callers go on, so that they do not hold up the writer; gets more threads when all of them are blocked
     */
    GroupCommit(String name, Function<List<C>, List<R>> transaction, int largestGroup, ThreadPoolExecutor completions) {
        this.transaction = transaction;
        this.largestGroup = largestGroup;
        this.completions = completions;
        this.completionThreads = completions.getCorePoolSize();
        writer = new Thread(this::write, name);
        writer.setDaemon(true);
    }

    void start() {
        writer.start();
    }

    /** @return completes after the commit; never, if the process stops before it */
    CompletionStage<R> submit(C command) {
        Call<C, R> call = new Call<>(command, new CompletableFuture<>());
        waiting.add(call);
        return call.result;
    }

    /** @return calls that wait for their group */
    int queued() {
        return waiting.size();
    }

    /** @return why nothing can be stored at the moment; null if it can */
    String trouble() {
        return trouble;
    }

    private void write() {
        List<Call<C, R>> group = new ArrayList<>(largestGroup);
        long began = System.nanoTime() - PACE_NANOS;
        while (!closed) {
            watch();
            try {
                Call<C, R> first = waiting.poll(IDLE_MS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                group.add(first);
                if (waiting.size() < largestGroup - 1) {
                    TimeUnit.NANOSECONDS.sleep(PACE_NANOS - (System.nanoTime() - began));
                }
                began = System.nanoTime();
                waiting.drainTo(group, largestGroup - 1);
                commit(group);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                group.clear();
            }
        }
    }

    private void commit(List<Call<C, R>> group) throws InterruptedException {
        List<R> results;
        try {
            results = insist(group);
        } catch (RuntimeException | Error e) {
            if (group.size() > 1) {
                LOG.debug("a group of {} could not be stored and is tried one by one", group.size(), e);
            }
            for (Call<C, R> call : group) {
                alone(call);
            }
            return;
        }
        complete(group, results);
    }

    private void alone(Call<C, R> call) throws InterruptedException {
        for (int i = 1; !closed; i++) {
            List<R> results;
            try {
                results = insist(List.of(call));
            } catch (RuntimeException | Error e) {
                // An Error, too: whatever one message does to its decision, the writer has to go on with the next.
                if (i < TRIES) {
                    TimeUnit.MILLISECONDS.sleep(i * 20L);
                    continue;
                }
                if (!closed) {
                    committed.add(() -> call.result.completeExceptionally(e));
                    completions.execute(this::completeAll);
                }
                return;
            }
            complete(List.of(call), results);
            return;
        }
    }

    /** @throws RuntimeException a failure that does not pass; any failure once this is closed */
    private List<R> insist(List<Call<C, R>> group) throws InterruptedException {
        List<C> commands = group.stream().map(Call::command).toList();
        for (int failures = 1;; failures++) {
            try {
                List<R> results = transaction.apply(commands);
                if (trouble != null) {
                    LOG.info("storing again");
                    trouble = null;
                }
                return results;
            } catch (RuntimeException e) {
                if (closed || !Failures.passing(e)) {
                    throw e;
                }
                watch();
                if (failures == 1) {
                    // The loser of a deadlock, most often: no trouble yet.
                    LOG.debug("a group of {} is tried again", group.size(), e);
                    TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MS);
                    continue;
                }
                if (trouble == null) {
                    LOG.warn("nothing can be stored, {} calls wait and are tried again: {}", group.size() + waiting.size(), cause(e));
                }
                trouble = cause(e);
                TimeUnit.MILLISECONDS.sleep(Math.min(LONGEST_PAUSE_MS, PAUSE_MS << Math.min(failures - 2, 10)));
            }
        }
    }

    private void complete(List<Call<C, R>> group, List<R> results) {
        for (int i = 0; i < results.size(); i++) {
            CompletableFuture<R> future = group.get(i).result;
            R result = results.get(i);
            committed.add(() -> future.complete(result));
        }
        for (int i = 0; i < Math.min(results.size(), completionThreads); i++) {
            completions.execute(this::completeAll);
        }
    }

    /** A wake-up of a thread for each call would cost as much as what the caller then does. */
    private void completeAll() {
        for (Runnable next = committed.poll(); next != null; next = committed.poll()) {
            next.run();
        }
    }

    /**
     * Doubles the threads when none gets on: each may be blocked in a step of an integrator's, which may even wait for what waits
     * here behind it.
     */
    private void watch() {
        long now = System.nanoTime();
        if (now - watched < WATCH_NANOS) {
            return;
        }
        watched = now;
        Runnable oldest = committed.peek();
        if (oldest != null && oldest == stuck) {
            int threads = completions.getCorePoolSize();
            resize(Math.min(mostCompletionThreads, 2 * threads));
            for (int i = threads; i < completions.getCorePoolSize(); i++) {
                completions.execute(this::completeAll);
            }
        }
        stuck = oldest;
    }

    private void resize(int threads) {
        try {
            completions.setMaximumPoolSize(threads);
            completions.setCorePoolSize(threads);
            completions.prestartAllCoreThreads();
        } catch (OutOfMemoryError e) {
            // Of threads, not of memory: whoever sets a limit for them gets by with those that there are. The writer has to go on.
            mostCompletionThreads = Math.max(1, completions.getPoolSize());
            completions.setCorePoolSize(mostCompletionThreads);
            completions.setMaximumPoolSize(mostCompletionThreads);
            LOG.warn("no more than {} threads for what follows a commit: {}", mostCompletionThreads, e.getMessage());
        }
    }

    private static String cause(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }

    /** Lets the group at work finish; what still waits, or fails from now on, is not stored, and its callers hear nothing. */
    @Override
    public void close() {
        closed = true;
        try {
            writer.join(TimeUnit.SECONDS.toMillis(2));
            writer.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
