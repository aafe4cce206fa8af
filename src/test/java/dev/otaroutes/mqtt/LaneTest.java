package dev.otaroutes.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Queue<Runnable> turns = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private final Lane first = new Lane(turns::add);
    private final Lane second = new Lane(turns::add);

    @Test
    void waitsForOneThreadHoweverManyTasksItHas() {
        first.execute(() -> done.add("a"));
        first.execute(() -> done.add("b"));
        assertThat(turns).hasSize(1);

        turns.remove().run();
        assertThat(done).containsExactly("a", "b");
        assertThat(turns).isEmpty();
    }

    @Test
    void goesBehindTheOthersWithWhatComesDuringItsTurn() {
        first.execute(() -> {
            done.add("a");
            first.execute(() -> done.add("b"));
        });
        second.execute(() -> done.add("c"));

        while (!turns.isEmpty()) {
            turns.remove().run();
        }
        assertThat(done).containsExactly("a", "c", "b");
    }

    @Test
    void goesOnBehindATaskThatFails() {
        first.execute(() -> {
            throw new IllegalStateException("a");
        });
        first.execute(() -> done.add("b"));

        List<String> failed = new ArrayList<>();
        while (!turns.isEmpty()) {
            try {
                turns.remove().run();
            } catch (IllegalStateException e) {
                failed.add(e.getMessage());
            }
        }
        assertThat(failed).containsExactly("a");
        assertThat(done).containsExactly("b");
    }
}
