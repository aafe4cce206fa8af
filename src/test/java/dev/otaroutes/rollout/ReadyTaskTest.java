package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.plan;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which waiting tasks go without a look at their devices when their plan lets them (domain.md, Rollout plan of a batch). */
class ReadyTaskTest {
    private static final RolloutPlan WAITS = plan("startAt", "2026-11-24T00:00:00Z");
    private static final RolloutPlan COUNTS = plan("startAt", "2026-11-24T00:00:00Z", "pushPerMinute", 60);

    private final DeviceStory device = new DeviceStory();
    private final TaskRules rules = new TaskRules(VersionOrder.numbers(), () -> false);

    @Test
    void aTaskThatWaitsForItsPlanAloneIsReadyAndGoesAsItIs() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", WAITS));
        task.stored(task.id);

        assertThat(rules.isReady(device.state, task)).isTrue();
        assertThat(device.letGo(task, 0)).isNotNull().isEqualTo(rules.readyOrder(device.state.id(), task.id, task.batch));
        assertThat(task.changed()).isFalse();
    }

    @Test
    void soIsTheTaskOfADeviceThatHasNeverInformed() {
        assertThat(rules.isReady(device.state, device.assign(batch(1, "2.0.0", WAITS)))).isTrue();
    }

    @Test
    void anInformOfTheSameVersionLeavesItReadyAndOfAnotherDoesNot() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", WAITS));
        device.inform("1.0.0");
        assertThat(rules.isReady(device.state, task)).isTrue();

        device.inform("1.1.0");
        assertThat(rules.isReady(device.state, task)).as("the version before the upgrade is to be written").isFalse();
    }

    @Test
    void whatWouldBeNoUpgradeIsNotReady() {
        Task task = device.assign(batch(1, "2.0.0", WAITS));
        for (String version : List.of("2.0.0", "2.0.1")) {
            device.state.addModule(module(version));
            task.fromVersion = version;
            assertThat(rules.isReady(device.state, task)).as(version).isFalse();
        }
        device.state.addModule(module("1.9.0"));
        task.fromVersion = "1.9.0";
        assertThat(rules.isReady(device.state, task)).isTrue();
    }

    /** Which one's turn it is may change without either being touched. */
    @Test
    void noTaskOfADeviceWithMoreToDoForTheModuleIsReady() {
        Task first = device.assign(batch(1, "2.0.0", WAITS));
        assertThat(rules.isReady(device.state, first)).isTrue();
        Task second = device.assign(batch(2, "3.0.0", WAITS));
        assertThat(rules.isReady(device.state, first)).isFalse();
        assertThat(rules.isReady(device.state, second)).isFalse();

        device.cancel(first, false);
        assertThat(rules.isReady(device.state, second)).isTrue();
        device.assign(new Batch(3, 30, "pk", "MCU", "2.0.0", true, WAITS));
        assertThat(rules.isReady(device.state, second)).as("for another module").isTrue();
    }

    @Test
    void aPatchIsReadyOnlyForTheVersionsThatItPatches() {
        Batch patch = new Batch(1, 10, "pk", DeviceStory.MODULE, "2.0.0", true, WAITS, Set.of("1.0.0"));
        Task task = device.assign(patch);
        assertThat(rules.isReady(device.state, task)).as("who knows what it runs").isFalse();

        device.state.addModule(module("1.0.0"));
        assertThat(rules.isReady(device.state, task)).as("its version before is not on record").isFalse();
        task.fromVersion = "1.0.0";
        assertThat(rules.isReady(device.state, task)).isTrue();

        device.state.addModule(module("1.1.0"));
        task.fromVersion = "1.1.0";
        assertThat(rules.isReady(device.state, task)).isFalse();
    }

    private static ModuleState module(String version) {
        ModuleState module = new ModuleState(DeviceStory.MODULE, true);
        module.version = version;
        return module;
    }

    @Test
    void whereFirstPushesAreCountedEachIsDecidedAlone() {
        assertThat(rules.isReady(device.state, device.assign(batch(1, "2.0.0", COUNTS)))).isFalse();
    }

    @Test
    void aTaskThatHasBeenPushedOrBegunAnewOrIsDueOrRestsIsNotReady() {
        Task task = device.assign(batch(1, "2.0.0", WAITS));
        task.dueAt = device.now();
        assertThat(rules.isReady(device.state, task)).isFalse();
        task.dueAt = null;
        task.notBefore = device.now();
        assertThat(rules.isReady(device.state, task)).isFalse();
        task.notBefore = null;
        assertThat(rules.isReady(device.state, task)).isTrue();

        device.pushed(device.letGo(task, 0));
        assertThat(rules.isReady(device.state, task)).isFalse();
        device.progress(-1);
        device.retry(task);
        assertThat(task.waiting).isEqualTo(Task.Waiting.UNASKED);
        assertThat(rules.isReady(device.state, task)).as("its first message ID has been given").isFalse();
    }

    @Test
    void anIntegratorsVersionOrderMayBeAnotherAfterTheNextStart() {
        assertThat(rules.areLasting()).isTrue();
        assertThat(new TaskRules((a, b) -> OptionalInt.empty(), () -> false).areLasting()).isFalse();
    }
}
