package dev.otaroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;

/** How a device gets the firmware that it is told to install. */
interface Download {
    /**
     * @param data    of the upgrade (protocol.md §3)
     * @param percent hears how much has come, 100 last; what comes next waits for what it returns
     * @param lost    the connection is lost once, half way: hears the bytes received until then; null: it is not
     * @return the digest of all that came, lower-case hex, of the kind that the upgrade says; fails if it cannot be had
     */
    CompletableFuture<String> fetch(JsonNode data, IntFunction<CompletableFuture<Void>> percent, LongConsumer lost);

    /**
     * Downloads nothing, and says that it did.
     *
     * @param every percent between two reports
     */
    static Download none(int every) {
        return (data, percent, lost) -> {
            CompletableFuture<Void> steps = CompletableFuture.completedFuture(null);
            for (int step = every; step < 100; step += every) {
                int now = step;
                steps = steps.thenCompose(before -> percent.apply(now));
            }
            return steps.thenCompose(before -> percent.apply(100)).thenApply(done -> data.path("sign").asText());
        };
    }
}
