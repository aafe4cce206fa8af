package dev.otaroutes.download;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** A body that nobody wants: what has not come yet of it does not come any more. */
final class DiscardedBody<T> implements HttpResponse.BodySubscriber<T> {
    private final T instead;

    /** @param instead what there is in its place; null for nothing */
    DiscardedBody(T instead) {
        this.instead = instead;
    }

    @Override
    public CompletionStage<T> getBody() {
        return CompletableFuture.completedStage(instead);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        // Canceled.
    }

    @Override
    public void onError(Throwable failure) {
        // Canceled.
    }

    @Override
    public void onComplete() {
        // Canceled.
    }
}
