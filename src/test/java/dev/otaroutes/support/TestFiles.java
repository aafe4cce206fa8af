package dev.otaroutes.support;

import dev.otaroutes.rollout.ExternalFile;
import dev.otaroutes.rollout.ExternalFiles;
import dev.otaroutes.rollout.Finding;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Files elsewhere of which a test says what is found there; by itself they are as declared. */
public final class TestFiles implements ExternalFiles {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile CompletionStage<Finding> look = CompletableFuture.completedStage(Finding.FINE);
    private volatile CompletionStage<Finding> read = CompletableFuture.completedStage(Finding.FINE);

    /** From now on. */
    public void atLooks(Finding finding) {
        look = CompletableFuture.completedStage(finding);
    }

    /** From now on; may complete when the test wants. */
    public void atReads(CompletionStage<Finding> finding) {
        read = finding;
    }

    /** {@code look <name>} and {@code read <name>}, in order. */
    public List<String> asked() {
        return asked;
    }

    @Override
    public CompletionStage<Finding> look(ExternalFile file) {
        asked.add("look " + file.name());
        return look;
    }

    @Override
    public CompletionStage<Finding> read(ExternalFile file) {
        asked.add("read " + file.name());
        return read;
    }
}
