package dev.otaroutes.webhook;

import dev.otaroutes.event.Event;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Takes one event to one subscription. */
@FunctionalInterface
interface EventSender {
    /**
     * @return the receiver's answer; a stage that fails, or an exception, is a failed delivery of this subscription alone.
     *         May work on the calling thread.
     */
    CompletionStage<Answer> send(Subscription subscription, Event event);

    /**
     * As {@link #send}, with an end.
     *
     * @param patience for format route and receiver together
     * @param workers  end it where it does not end in time: not the one thread that keeps the time for the whole process
     * @return does not fail: the answer says what went wrong, without what is secret in the subscription
     */
    default CompletableFuture<Answer> attempt(Subscription subscription, Event event, Duration patience, Executor workers) {
        return attempt(subscription, event, patience, workers, answer -> answer);
    }

    /**
     * As {@link #attempt(Subscription, Event, Duration, Executor)}; returns no sooner than {@link #send} does, which may be long after the end.
     *
     * @param then says what follows the answer, before anything is sent; on the thread that brings the answer
     * @return what that made
     */
    default <T> T attempt(Subscription subscription, Event event, Duration patience, Executor workers, Function<CompletableFuture<Answer>, T> then) {
        CompletableFuture<Answer> sent = new CompletableFuture<>();
        CompletableFuture<Boolean> late = new CompletableFuture<Boolean>().completeOnTimeout(true, patience.toMillis(), TimeUnit.MILLISECONDS);
        late.thenAccept(isLate -> {
            if (isLate) {
                workers.execute(() -> sent.completeExceptionally(new TimeoutException()));
            }
        });
        // Not canceled: up to Java 20 that would leave the timer's task until its time.
        sent.whenComplete((answer, failure) -> late.complete(false));
        T follows = then.apply(sent.exceptionally(failure -> failed(subscription, failure, patience)).thenApply(subscription::withoutSecrets));
        try {
            send(subscription, event).whenComplete((answer, failure) -> {
                if (failure == null) {
                    sent.complete(answer);
                } else {
                    sent.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException | Error e) {
            // An error too: a lane whose attempt never ends keeps its place for ever.
            sent.completeExceptionally(e);
        }
        return follows;
    }

    private static Answer failed(Subscription subscription, Throwable failure, Duration patience) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return Answer.notAsked("the format's route did not end within " + patience.toSeconds() + " s");
        }
        return Answer.notAsked(cause.getMessage() == null ? cause.getClass().getSimpleName() : subscription.withoutSecrets(cause.getMessage()));
    }
}
