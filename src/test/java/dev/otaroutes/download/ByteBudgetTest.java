package dev.otaroutes.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private final ByteBudget budget = new ByteBudget(100, Runnable::run);

    @Test
    void whoWantsMoreThanIsLeftWaitsUntilEnoughIsGivenBack() {
        take(60);
        CompletableFuture<Void> second = take(60);
        assertThat(second).isNotDone();

        budget.giveBack(60);
        assertThat(second).isCompleted();
    }

    @Test
    void nobodyIsPassedByWhoWantsLess() {
        take(60);
        CompletableFuture<Void> large = take(60);
        CompletableFuture<Void> small = take(10);
        assertThat(small).isNotDone();

        budget.giveBack(60);
        assertThat(large).isCompleted();
        assertThat(small).isCompleted();
    }

    @Test
    void whatIsMoreThanAllGoesAlone() {
        CompletableFuture<Void> small = take(1);
        CompletableFuture<Void> huge = take(1_000);
        assertThat(small).isCompleted();
        assertThat(huge).isNotDone();

        budget.giveBack(1);
        assertThat(huge).isCompleted();
        assertThat(take(1)).isNotDone();
    }

    private CompletableFuture<Void> take(int bytes) {
        return budget.take(bytes).toCompletableFuture();
    }
}
