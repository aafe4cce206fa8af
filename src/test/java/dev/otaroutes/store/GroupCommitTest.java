package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.UncategorizedSQLException;

/** Commands are texts, the answer to one is the text in upper case. */
class GroupCommitTest {
    private final List<List<String>> groups = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor completions = (ThreadPoolExecutor) Executors.newFixedThreadPool(2);
    private GroupCommit<String, String> commits;

    @AfterEach
    void close() {
        commits.close();
        completions.shutdownNow();
    }

    @Test
    void callsThatWaitAtTheSameMomentShareATransaction() {
        make(command -> { });
        List<CompletableFuture<String>> answers = submit("a", "b", "c");
        commits.start();

        assertThat(answers).extracting(CompletableFuture::join).containsExactly("A", "B", "C");
        assertThat(groups).containsExactly(List.of("a", "b", "c"));
    }

    @Test
    void aGroupHasAtMostItsLargestSizeAndOrderIsKept() {
        make(command -> { });
        List<CompletableFuture<String>> answers = submit(IntStream.range(0, 25).mapToObj(i -> "c" + i).toArray(String[]::new));
        commits.start();

        answers.forEach(CompletableFuture::join);
        assertThat(groups).extracting(List::size).containsExactly(10, 10, 5);
        assertThat(groups.stream().flatMap(List::stream))
                .containsExactlyElementsOf(IntStream.range(0, 25).mapToObj(i -> "c" + i).toList());
    }

    @Test
    void whatCallersDoNextDoesNotHoldUpTheWriter() {
        make(command -> { });
        CountDownLatch free = new CountDownLatch(1);
        CompletableFuture<Void> slow = commits.submit("a").thenAccept(a -> {
            try {
                free.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }).toCompletableFuture();
        // Only now: what follows a call that is done already would run on this thread.
        commits.start();

        assertThat(commits.submit("b").toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo("B");
        assertThat(slow).isNotDone();
        free.countDown();
        slow.join();
    }

    /** As the step of an integrator's does that calls us, and waits for what is behind it. */
    @Test
    void callersThatBlockEveryThreadStopNoOthers() {
        make(command -> {
            if (command.equals("poison")) {
                throw new IllegalArgumentException("no way");
            }
        });
        CountDownLatch free = new CountDownLatch(1);
        List<CompletableFuture<Void>> blocked = new ArrayList<>();
        for (CompletableFuture<String> answer : submit("a", "b", "c", "d", "e")) {
            blocked.add(answer.thenAccept(a -> {
                try {
                    free.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        CompletableFuture<String> poison = submit("poison").get(0);
        commits.start();

        assertThat(commits.submit("f").toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("F");
        assertThatThrownBy(() -> poison.orTimeout(20, TimeUnit.SECONDS).join()).hasRootCauseMessage("no way");
        assertThat(blocked).noneMatch(CompletableFuture::isDone);
        free.countDown();
        CompletableFuture.allOf(blocked.toArray(CompletableFuture[]::new)).orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void aPoisonousCallHurtsOnlyItselfAndIsGivenUpAfterFiveTriesAlone() {
        make(command -> {
            if (command.equals("poison")) {
                throw new IllegalArgumentException("no way");
            }
        });
        List<CompletableFuture<String>> answers = submit("a", "poison", "b");
        commits.start();

        assertThat(answers.get(0).join()).isEqualTo("A");
        assertThat(answers.get(2).join()).isEqualTo("B");
        assertThatThrownBy(answers.get(1)::join).hasRootCauseMessage("no way");
        assertThat(groups).filteredOn(List.of("poison")::equals).hasSize(5);
        assertThat(commits.trouble()).isNull();
        assertThat(commits.submit("next").toCompletableFuture().join()).isEqualTo("NEXT");
    }

    @Test
    void whatAloneGoesWellAtASecondTryIsAnswered() {
        AtomicInteger tries = new AtomicInteger();
        make(command -> {
            if (tries.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
        });
        commits.start();

        assertThat(commits.submit("a").toCompletableFuture().join()).isEqualTo("A");
    }

    @Test
    void anErrorInOneDecisionDoesNotEndTheWriter() {
        make(command -> {
            if (command.equals("deep")) {
                throw new StackOverflowError();
            }
        });
        commits.start();

        assertThatThrownBy(() -> commits.submit("deep").toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join())
                .hasCauseInstanceOf(StackOverflowError.class);
        assertThat(commits.submit("a").toCompletableFuture().join()).isEqualTo("A");
    }

    @Test
    void aFailureThatPassesIsWaitedOutHoweverLongItTakesAndShown() {
        AtomicInteger tries = new AtomicInteger();
        make(command -> {
            if (tries.incrementAndGet() <= 7) {
                throw passing();
            }
        });
        commits.start();
        CompletableFuture<String> answer = commits.submit("a").toCompletableFuture();

        await().until(() -> commits.trouble() != null);
        assertThat(commits.trouble()).isEqualTo("connection lost");
        assertThat(answer).isNotDone();
        assertThat(answer.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("A");
        assertThat(tries).as("more than a poisonous call is granted").hasValue(8);
        assertThat(commits.trouble()).isNull();
    }

    @Test
    void aLostDeadlockIsTriedAgainAtOnceAndIsNoTrouble() {
        AtomicInteger tries = new AtomicInteger();
        List<String> troubles = new CopyOnWriteArrayList<>();
        make(command -> {
            if (commits.trouble() != null) {
                troubles.add(commits.trouble());
            }
            if (tries.incrementAndGet() == 1) {
                throw new UncategorizedSQLException("t", "s", new SQLException("deadlock", "40001"));
            }
        });
        commits.start();

        commits.submit("a").toCompletableFuture().orTimeout(200, TimeUnit.MILLISECONDS).join();

        assertThat(troubles).isEmpty();
    }

    @Test
    void aPoisonousCallIsFoundEvenWhileOtherFailuresPass() {
        ConcurrentHashMap<String, Integer> tries = new ConcurrentHashMap<>();
        make(command -> {
            int number = tries.merge(command, 1, Integer::sum);
            if (number % 2 == 1) {
                throw passing();
            }
            if (command.equals("poison")) {
                throw new IllegalArgumentException("no way");
            }
        });
        List<CompletableFuture<String>> answers = submit("poison", "a");
        commits.start();

        assertThatThrownBy(() -> answers.get(0).orTimeout(20, TimeUnit.SECONDS).join()).hasRootCauseMessage("no way");
        assertThat(answers.get(1).join()).isEqualTo("A");
    }

    @Test
    void whenItIsClosedWhatCannotBeStoredIsNotGivenUpButLeftOpen() {
        make(command -> {
            throw passing();
        });
        commits.start();
        List<CompletableFuture<String>> answers = submit("a", "b");
        await().until(() -> commits.trouble() != null);

        commits.close();

        assertThat(answers).noneMatch(CompletableFuture::isDone);
        await().during(Duration.ofMillis(300)).until(() -> answers.stream().noneMatch(CompletableFuture::isDone));
    }

    @Test
    void whenItIsClosedTheGroupAtWorkIsFinished() {
        CountDownLatch begun = new CountDownLatch(1);
        make(command -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted at work", e);
            }
        });
        commits.start();
        CompletableFuture<String> answer = commits.submit("a").toCompletableFuture();
        await().until(() -> begun.getCount() == 0);

        commits.close();

        assertThat(answer.join()).isEqualTo("A");
    }

    private void make(Consumer<String> work) {
        Function<List<String>, List<String>> transaction = commands -> {
            groups.add(List.copyOf(commands));
            List<String> answers = new ArrayList<>();
            for (String command : commands) {
                work.accept(command);
                answers.add(command.toUpperCase(Locale.ROOT));
            }
            return answers;
        };
        commits = new GroupCommit<>("group-commit-test", transaction, 10, completions);
    }

    private List<CompletableFuture<String>> submit(String... commands) {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (String command : commands) {
            answers.add(commits.submit(command).toCompletableFuture());
        }
        return answers;
    }

    private static RuntimeException passing() {
        return new UncategorizedSQLException("t", "s", new SQLException("connection lost", "08006"));
    }
}
