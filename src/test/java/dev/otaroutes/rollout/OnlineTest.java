package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.plan;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A hint that a device is online (protocol.md §9): it wakes what waits for the device, and decides nothing. */
class OnlineTest {
    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;
    private final DeviceStory device = new DeviceStory();

    @Test
    void whatWaitsForTheDeviceGoesWhenItHasSubscribed() {
        Task task = absentTask(RolloutPlan.DEFAULT);
        assertThat(task.dueAt).as("nothing but the device is waited for").isNull();

        device.after(500).online();
        assertThat(task.dueAt).isEqualTo(device.now().plusSeconds(2));
        PushOrder order = device.after(2).due(task);
        device.pushed(order);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
    }

    @Test
    void aTaskThatItsPlanLetGoInVainWaitsForThePlanAgain() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("pushPerMinute", 1)));
        device.pushed(device.letGo(task, 0), NO_MATCHING_SUBSCRIBERS);
        assertThat(task.waiting).isEqualTo(Task.Waiting.ABSENT);

        device.after(500).online();

        assertThat(task.waiting).isEqualTo(Task.Waiting.UNASKED);
        assertThat(task.dueAt).isNull();
    }

    @Test
    void aTaskThatThePlanHoldsIsHeldOn() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("pushPerMinute", 1)));

        device.online();

        assertThat(task.waiting).isEqualTo(Task.Waiting.UNASKED);
        assertThat(task.dueAt).isNull();
    }

    @Test
    void aPauseHoldsWhatAHintHasWoken() {
        Task task = absentTask(RolloutPlan.DEFAULT);
        device.online();
        device.state.hold(1, true);

        assertThat(device.after(2).due(task)).isNull();
    }

    @Test
    void aFlappingDeviceIsNotPushedAgain() {
        Task task = device.pushedTask();
        for (int i = 0; i < 119; i++) {
            device.after(1).online();
            assertThat(task.dueAt).as("after %d s", i + 1).isNull();
        }
        assertThat(task.pushes).isEqualTo(1);
    }

    @Test
    void aPushThatNobodyAnsweredIsRepeatedAfterQuietSeconds() {
        Task task = device.pushedTask();
        device.after(120).online();
        device.online();
        PushOrder again = device.after(2).due(task);
        device.pushed(again);
        assertThat(task.pushes).isEqualTo(2);

        device.after(239).online();
        assertThat(task.dueAt).as("the gaps double").isNull();
        device.after(1).online();
        assertThat(task.dueAt).isNotNull();
    }

    @Test
    void aDeviceThatReportsProgressIsLeftAlone() {
        Task task = device.pushedTask();
        device.progress(100);
        device.after(500).online();
        assertThat(task.dueAt).isNull();
        assertThat(task.status).isEqualTo(TaskStatus.UPGRADING);
    }

    @Test
    void aHintEndsNoAttempt() {
        Task task = device.pushedTask(plan("attempts", 1));
        task.pushes = TaskRules.PUSHES_PER_ATTEMPT;
        device.after(100_000).online();
        assertThat(task.dueAt).isNull();
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
    }

    @Test
    void aBatchThatDoesNotPushWaitsUntilTheDeviceAsks() {
        device.inform("1.0.0");
        Task task = device.assign(new Batch(1, 10, "pk", DeviceStory.MODULE, "2.0.0", false, RolloutPlan.DEFAULT));
        device.online();
        assertThat(task.dueAt).isNull();
    }

    @Test
    void aPauseBetweenAttemptsIsNotCutShort() {
        Task task = device.pushedTask(plan("attempts", 2, "retryMinutes", 10));
        device.progress(-1);
        assertThat(task.dueAt).isEqualTo(device.now().plusSeconds(600));
        device.online();
        assertThat(task.dueAt).isEqualTo(device.now().plusSeconds(600));
    }

    private Task absentTask(RolloutPlan plan) {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan));
        device.pushed(device.due(task), NO_MATCHING_SUBSCRIBERS);
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        return task;
    }
}
