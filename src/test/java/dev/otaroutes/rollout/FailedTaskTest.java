package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.attempts;
import static dev.otaroutes.rollout.DeviceStory.batch;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** domain.md, Results: what is counted of tasks that have failed. */
class FailedTaskTest {
    private final DeviceStory device = new DeviceStory();

    @Test
    void aFailureIsCountedWithWhatTheDeviceRanAndSaid() {
        device.pushedTask(attempts(1));
        device.progress("1", -2, "no space", null);

        assertThat(device.state.failures()).isEqualTo(Map.of(new DeviceState.Failure(1, "download-failed", "1.0.0", "no space"), 1L));
    }

    @Test
    void aDeviceThatNeverSaidAnythingIsCountedWithoutIt() {
        Task task = device.assign(batch(1, "2.0.0", attempts(1)));
        for (int refused = 0; refused < TaskRules.REFUSALS; refused++) {
            device.refused(device.after(10).due(task), 0x87);
        }

        assertThat(device.state.failures()).isEqualTo(Map.of(new DeviceState.Failure(1, "push-failed", "", ""), 1L));
    }

    @Test
    void aTaskThatBeginsAnewHasNotFailed() {
        Task task = device.pushedTask(attempts(1));
        device.progress("1", -2, "no space", null);
        device.retry(task);

        assertThat(device.state.failures().values()).containsExactly(0L);
    }

    @Test
    void theEndOfAnAttemptIsNoFailureWhileOthersAreLeft() {
        device.pushedTask(DeviceStory.plan("attempts", 2, "retryMinutes", 5));
        device.progress("1", -2, "no space", null);

        assertThat(device.state.failures()).isEmpty();
    }

    @Test
    void aCanceledTaskThatBeginsAnewWasNoFailure() {
        Task task = device.pushedTask();
        device.cancel(task, true);
        device.retry(task);

        assertThat(device.state.failures()).isEmpty();
    }
}
