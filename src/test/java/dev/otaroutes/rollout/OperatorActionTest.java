package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.plan;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manual push, retry and cancel (domain.md, Task states). */
class OperatorActionTest {
    private final DeviceStory device = new DeviceStory();

    @Test
    void aFailedTaskThatIsPushedByHandIsInItsFirstAttemptAgain() {
        Task task = device.pushedTask(plan("attempts", 1));
        device.progress("1", -4, "no power", null);
        device.heard();

        PushOrder order = device.after(5).pushByHand(task);

        assertThat(device.heard()).containsExactly("task.retry");
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(task.attempt).isEqualTo(1);
        assertThat(List.of(device.count(1, "failed"), device.count(1, "pending"))).containsExactly(0L, 1L);
        assertThat(task.reason).isNull();
        assertThat(task.step).isNull();
        assertThat(order.pushNumber()).as("another push, another message, also than one that might be on its way").isEqualTo(3);
        device.pushed(order);
        device.after(60).inform("2.0.0");
        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
    }

    @Test
    void anUnfinishedTaskIsPushedAtOnceWhateverTheGap() {
        Task task = device.pushedTask();
        PushOrder order = device.after(1).pushByHand(task);
        assertThat(order.pushNumber()).isEqualTo(2);
        assertThat(task.dueAt).as("leased, so that a kill loses it to nobody").isNotNull();
    }

    @Test
    void windowAndRateDoNotHoldItButStageAndPauseDo() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("pushPerMinute", 1, "window", Map.of("from", "10:00", "to", "11:00", "zone", "UTC"))));
        assertThat(device.pushByHand(task)).isNotNull();

        Task staged = device.assign(batch(2, "3.0.0", plan("overwrite", true, "stages", List.of(Map.of("percent", 100)))));
        assertThat(device.pushByHand(staged)).isNull();
        device.letGo(staged, 1);
        assertThat(device.pushByHand(staged)).isNotNull();
        device.state.hold(2, true);
        assertThat(device.pushByHand(staged)).isNull();
    }

    @Test
    void aFailedTaskThatIsPushedByHandKeepsItsPlaceInItsStage() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("attempts", 1, "stages", List.of(Map.of("percent", 10), Map.of("percent", 100)))));
        device.pushed(device.letGo(task, 1));
        device.progress(-1);
        assertThat(device.count(1, "failed", 1)).isEqualTo(1);

        PushOrder order = device.after(200).pushByHand(task);
        assertThat(device.count(1, "pending", 1)).isEqualTo(1);
        device.pushed(order);
        device.progress("2", -1, null, null);

        assertThat(device.count(1, "failed", 1)).isEqualTo(1);
        assertThat(device.pushByHand(task)).as("once more").isNotNull();
    }

    @Test
    void aTaskOfACanceledBatchGoesByHandAlone() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0"));
        device.state.hold(1, false);
        assertThat(device.due(task)).isNull();
        assertThat(device.pushByHand(task)).isNotNull();
    }

    @Test
    void whatHasSucceededOrWaitsForAnotherTaskIsNotPushed() {
        Task first = device.pushedTask();
        Task second = device.assign(batch(2, "3.0.0"));
        assertThat(device.pushByHand(second)).isNull();
        device.after(60).inform("2.0.0");
        assertThat(device.pushByHand(first)).isNull();
    }

    @Test
    void aPushByHandDoesNotInstallWhatIsOlderNorWhatTheDeviceRuns() {
        Task task = device.pushedTask(plan("attempts", 1));
        device.progress(-1);
        device.after(200).inform("3.0.0");
        assertThat(device.pushByHand(task)).isNull();
        device.after(200).inform("2.0.0");
        assertThat(device.pushByHand(task)).isNull();
        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void aTaskThatIsTriedAgainSucceedsAtOnceWhereTheDeviceRunsTheTarget() {
        Task task = device.pushedTask(plan("attempts", 1));
        device.progress(-1);
        device.after(200).inform("2.0.0");
        device.retry(task);
        assertThat(device.due(task)).isNull();
        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
    }

    @Test
    void aBatchThatIsTriedAgainHoldsItsTasksAsItsPlanSays() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("pushPerMinute", 10, "attempts", 1)));
        device.pushed(device.letGo(task, 0));
        device.progress(-1);

        device.retry(task);

        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(task.dueAt).isNull();
        assertThat(device.letGo(task, 0)).isNotNull();
    }

    @Test
    void retryLeavesTheOthersAsTheyAre() {
        Task task = device.pushedTask();
        device.retry(task);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        device.inform("2.0.0");
        device.retry(task);
        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
    }

    @Test
    void aBatchThatIsTriedAgainIsOfferedToADeviceThatHasRolledBack() {
        Task task = device.pushedTask();
        device.at(30).inform("2.0.0");
        assertThat(device.at(400).inform("1.0.0")).isNull();
        assertThat(device.count(1, "rolled-back")).isEqualTo(1);
        device.heard();

        device.retry(task);

        assertThat(device.heard()).containsExactly("task.retry");
        assertThat(List.of(device.count(1, "succeeded"), device.count(1, "rolled-back"), device.count(1, "pending"))).containsExactly(0L, 0L, 1L);
        PushOrder order = device.due(task);
        assertThat(order.pushNumber()).isGreaterThan(1);
        device.pushed(order);
        device.at(460).inform("2.0.0");
        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
        device.at(800).inform("1.0.0");
        assertThat(List.of(device.count(1, "succeeded"), device.count(1, "rolled-back"), device.count(1, "pending"))).containsExactly(1L, 1L, 0L);
    }

    @Test
    void aDeviceThatHasRolledBackKeepsItsCountsInItsStageUntilItIsTriedAgain() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("stages", List.of(Map.of("percent", 10), Map.of("percent", 100)))));
        device.pushed(device.letGo(task, 1));
        device.at(30).inform("2.0.0");
        device.at(400).inform("1.0.0");
        assertThat(device.pushByHand(task)).as("of the operator's actions only a retry offers it again").isNull();
        assertThat(List.of(device.count(1, "succeeded", 1), device.count(1, "rolled-back", 1))).containsExactly(1L, 1L);

        device.retry(task);

        assertThat(List.of(device.count(1, "succeeded", 1), device.count(1, "rolled-back", 1), device.count(1, "pending", 0))).containsExactly(0L, 0L, 1L);
        assertThat(device.letGo(task, 2)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0.0", "3.0.0"})
    void aDeviceThatRolledBackAndRunsTheTargetOrALaterVersionSinceIsLeftAsItIs(String since) {
        Task task = device.pushedTask();
        device.at(30).inform("2.0.0");
        device.at(400).inform("1.0.0");
        device.at(500).inform(since);

        device.retry(task);

        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(device.count(1, "rolled-back")).isEqualTo(1);
    }

    @Test
    void cancelEndsWhatIsPendingAndWithForceWhatIsInProgress() {
        Task task = device.pushedTask();
        device.cancel(task, false);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);

        device.cancel(task, true);
        assertThat(task.status).isEqualTo(TaskStatus.CANCELED);
        assertThat(task.reason).isEqualTo("batch-canceled");
        device.progress(50);
        assertThat(task.status).as("what it still reports is history").isEqualTo(TaskStatus.CANCELED);
        assertThat(device.lastHistory().type()).isEqualTo("progress-finished-task");
    }

    @Test
    void theNextTaskGoesWhenTheOneBeforeItIsCanceled() {
        device.inform("1.0.0");
        Task first = device.assign(batch(1, "2.0.0"));
        Task second = device.assign(batch(2, "3.0.0"));
        device.cancel(first, false);
        assertThat(device.due(second).taskId()).isEqualTo(second.id);
    }
}
