package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.plan;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A device that asks for its package (protocol.md §5). */
class AskTest {
    private final DeviceStory device = new DeviceStory();

    @Test
    void aBatchThatDoesNotPushGoesWhenTheDeviceAsks() {
        device.inform("1.0.0");
        Task task = device.assign(new Batch(1, 10, "pk", DeviceStory.MODULE, "2.0.0", false, RolloutPlan.DEFAULT));
        PushOrder order = device.ask();
        assertThat(order.told()).isFalse();
        device.pushed(order);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
    }

    @Test
    void whoAsksAgainIsToldAgainAndNothingIsCounted() {
        Task task = device.pushedTask();
        for (int i = 0; i < 20; i++) {
            PushOrder order = device.after(1).ask();
            assertThat(order.taskId()).isEqualTo(task.id);
            assertThat(order.told()).isTrue();
        }
        assertThat(task.pushes).isEqualTo(1);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
    }

    @Test
    void planAndPauseHoldWhatIsAskedForToo() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("pushPerMinute", 1)));
        assertThat(device.ask()).isNull();
        device.letGo(task, 0);
        device.state.hold(1, true);
        assertThat(device.ask()).isNull();
    }

    @Test
    void thereIsNothingForADeviceWithoutATask() {
        device.inform("1.0.0");
        assertThat(device.ask()).isNull();
    }

    @Test
    void whatHasBecomeOlderThanTheDeviceRunsIsNotToldAgain() {
        Task task = device.pushedTask();
        assertThat(device.at(60).inform("3.0.0")).isNull();
        assertThat(device.ask()).isNull();
        assertThat(device.at(180).due(task)).isNull();
        assertThat(task.reason).isEqualTo("downgrade");
    }

    @Test
    void whatIsOlderThanTheDeviceRunsIsNotAnswered() {
        Task task = device.assign(new Batch(1, 10, "pk", DeviceStory.MODULE, "2.0.0", false, RolloutPlan.DEFAULT));
        device.inform("3.0.0");
        assertThat(device.ask()).isNull();
        assertThat(task.reason).isEqualTo("downgrade");
    }
}
