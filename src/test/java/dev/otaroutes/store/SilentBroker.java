package dev.otaroutes.store;

import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Takes what is published and answers when it is told to. */
final class SilentBroker {
    final Queue<PushOrder> published = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<Void>> unanswered = new ConcurrentLinkedQueue<>();
    private final Queue<PushOrder> unrecorded = new ConcurrentLinkedQueue<>();

    synchronized CompletionStage<?> push(PushOrder order) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        unanswered.add(answer);
        unrecorded.add(order);
        published.add(order);
        return answer;
    }

    synchronized int unanswered() {
        return unanswered.size();
    }

    void answer(int pushes, Rollout rollout) {
        for (int i = 0; i < pushes; i++) {
            CompletableFuture<Void> answer = unanswered.remove();
            rollout.pushed(unrecorded.remove(), 0).thenAccept(answer::complete);
        }
    }
}
