package dev.otaroutes.simulator;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Predicate;

/** Takes the bytes of a download as they come and keeps none. The one that takes them may break the connection. */
final class FirmwareBody implements BodySubscriber<Void> {
    private final Predicate<ByteBuffer> take;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private Flow.Subscription subscription;

    /** @param take reads the bytes; false: breaks the connection */
    FirmwareBody(Predicate<ByteBuffer> take) {
        this.take = take;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return end;
    }

    @Override
    public void onSubscribe(Flow.Subscription from) {
        subscription = from;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (!take.test(buffer)) {
                subscription.cancel();
                end.completeExceptionally(new IOException("the connection was lost"));
                return;
            }
        }
        subscription.request(1);
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        end.complete(null);
    }
}
