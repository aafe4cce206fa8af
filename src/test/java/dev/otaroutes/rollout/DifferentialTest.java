package dev.otaroutes.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
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
    void isNotPushedAgainToADeviceThatHasComeToRunAnotherVersion() {
        Task task = pushed();
        assertThat(device.at(300).inform("0.9.0")).isNull();
        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
        assertThat(task.reason).isEqualTo("version-mismatch");
        assertThat(task.pushes).isEqualTo(1);
    }

    @Test
    void isPushedAgainToADeviceThatRunsWhatItIsFor() {
        pushed();
        assertThat(device.at(300).inform("1.1.0").pushNumber()).isEqualTo(2);
    }

    @Test
    void isNotToldToADeviceThatAsksAndHasComeToRunAnotherVersion() {
        pushed();
        device.at(60).inform("0.9.0");
        assertThat(device.ask()).isNull();
        device.at(70).inform("1.0.0");
        assertThat(device.ask()).isNotNull();
    }

    @Test
    void takesNoPlaceInAStageForADeviceThatHasNeverSaidWhatItRuns() {
        Task task = device.assign(new Batch(1, 10, "pk", DeviceStory.MODULE, "2.0.0", true,
                DeviceStory.plan("stages", List.of(Map.of("percent", 10), Map.of("percent", 100))), Set.of("1.0.0")));
        assertThat(device.letGo(task, 1)).isNull();
        assertThat(task.waiting).isEqualTo(Task.Waiting.ABSENT);
        assertThat(device.count(1, "pending", 1)).isZero();

        assertThat(device.inform("1.0.0")).as("its plan lets it go").isNull();
        assertThat(device.letGo(task, 2)).isNotNull();
    }

    private Task pushed() {
        device.inform("1.0.0");
        Task task = device.assign(PATCH);
        device.pushed(device.due(task));
        return task;
    }

    @Test
    void theTaskBehindOneThatDoesNotApplyGoes() {
        device.inform("0.9.0");
        device.assign(PATCH);
        Task full = device.assign(DeviceStory.batch(2, "2.0.0"));
        assertThat(device.inform("0.9.0").taskId()).isEqualTo(full.id);
    }
}
