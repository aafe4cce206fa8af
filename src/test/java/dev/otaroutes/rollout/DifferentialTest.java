package dev.otaroutes.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** A package that patches 1.0.0 and 1.1.0 to 2.0.0 (domain.md, Package). */
class DifferentialTest {
    private static final Batch PATCH = new Batch(1, 10, "pk", DeviceStory.MODULE, "2.0.0", true, RolloutPlan.DEFAULT, Set.of("1.0.0", "1.1.0"));

    private final DeviceStory device = new DeviceStory();

    @Test
    void goesToADeviceThatRunsASourceVersion() {
        device.inform("1.1.0");
        assertThat(device.due(device.assign(PATCH))).isNotNull();
    }

    @Test
    void failsForADeviceThatRunsAnotherVersionInsteadOfBreakingIt() {
        device.inform("0.9.0");
        Task task = device.assign(PATCH);
        assertThat(device.due(task)).isNull();
        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
        assertThat(task.reason).isEqualTo("version-mismatch");
        assertThat(task.pushes).isZero();
    }

    @Test
    void waitsForTheFirstInformOfADeviceThatHasNeverSaidWhatItRuns() {
        Task task = device.assign(PATCH);
        assertThat(device.due(task)).isNull();
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(device.inform("1.0.0")).isNotNull();
    }

    @Test
    void theTaskBehindOneThatDoesNotApplyGoes() {
        device.inform("0.9.0");
        device.assign(PATCH);
        Task full = device.assign(DeviceStory.batch(2, "2.0.0"));
        assertThat(device.inform("0.9.0").taskId()).isEqualTo(full.id);
    }
}
