package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.message.Inform;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** domain.md: what an inform does, tasks that a batch gives, events and history. */
class TaskRulesTest {
    private final DeviceStory device = new DeviceStory();

    @Test
    void anInformStoresVersionAndTime() {
        device.at(5).inform("1.0.0");

        assertThat(device.module().version).isEqualTo("1.0.0");
        assertThat(device.module().reportedAt).isEqualTo(device.now());
        assertThat(device.module().changed()).isTrue();
    }

    @Test
    void aVersionThatDiffersFromTheOneBeforeIsAnEvent() {
        device.inform("1.0.0");
        assertThat(device.heard()).containsExactly("version.changed");
        assertThat(device.lastEvent().data()).containsEntry("fromVersion", null).containsEntry("toVersion", "1.0.0");

        device.at(1).inform("1.0.0");
        assertThat(device.heard()).isEmpty();

        device.at(2).inform("1.1.0");
        assertThat(device.heard()).containsExactly("version.changed");
        assertThat(device.lastEvent().data()).containsEntry("fromVersion", "1.0.0").containsEntry("toVersion", "1.1.0");
    }

    @Test
    void informsAreEventsOnlyWhileSomebodyAsksForThem() {
        DeviceStory watched = new DeviceStory(true);
        watched.inform("1.0.0");
        watched.inform("1.0.0");

        assertThat(watched.heard()).containsExactly("inform", "version.changed", "inform");
        device.inform("1.0.0");
        assertThat(device.heard()).containsExactly("version.changed");
    }

    @Test
    void withNothingToInstallThereIsSilence() {
        assertThat(device.inform("1.0.0")).isNull();
    }

    @Test
    void aTaskOfABatchThatPushesIsDueAtOnce() {
        device.inform("1.0.0");

        Task task = device.at(3).assign(batch(1, "2.0.0"));

        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(task.fromVersion).isEqualTo("1.0.0");
        assertThat(task.dueAt).isEqualTo(device.now());
        assertThat(device.count(1, "pending")).isEqualTo(1);
        device.heard();
        assertThat(device.due(task).messageId()).isEqualTo(101_001);
    }

    @Test
    void withActivePushOffATaskWaitsForTheInform() {
        device.inform("1.0.0");
        Task task = device.assign(new Batch(1, 10, "pk", "default", "2.0.0", false, RolloutPlan.DEFAULT));

        assertThat(task.dueAt).isNull();
        assertThat(device.inform("1.0.0").taskId()).isEqualTo(task.id);
    }

    @Test
    void aDeviceThatNeverInformedGetsATaskWithNoSourceVersionThatItsFirstInformNames() {
        Task task = device.assign(batch(1, "2.0.0"));
        assertThat(task.fromVersion).isNull();
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);

        device.inform("1.0.0");

        assertThat(task.fromVersion).isEqualTo("1.0.0");
    }

    @Test
    void aDeviceThatReportsTheTargetAlreadyGetsNoTask() {
        device.inform("2.0.0");

        assertThat(device.assign(batch(1, "2.0.0"))).isNull();
    }

    @Test
    void aBatchGivesADeviceOneTaskHoweverOftenItIsAsked() {
        device.inform("1.0.0");
        device.assign(batch(1, "2.0.0"));
        device.assign(batch(1, "2.0.0"));

        assertThat(device.state.tasks()).hasSize(1);
        assertThat(device.count(1, "pending")).isEqualTo(1);
    }

    @Test
    void aFinishedTaskIsNotGivenAgain() {
        Task task = device.pushedTask();
        device.progress(-1);
        device.assign(batch(1, "2.0.0"));

        assertThat(device.state.tasks()).containsExactly(task);
        assertThat(device.at(500).inform("1.0.0")).isNull();
    }

    @Test
    void aRemovedDevicesTasksAreCanceled() {
        Task first = device.pushedTask();
        Task second = device.assign(batch(2, "3.0.0"));
        device.heard();

        device.remove();

        assertThat(first.status).isEqualTo(TaskStatus.CANCELED);
        assertThat(first.reason).isEqualTo("device-removed");
        assertThat(second.reason).isEqualTo("device-removed");
        assertThat(second.dueAt).isNull();
        assertThat(device.state.removed()).isTrue();
        assertThat(device.heard()).containsExactly("task.canceled", "task.canceled");
    }

    @Test
    void sequencesCountTheDevicesEventsWithoutGaps() {
        device.pushedTask();
        device.at(10).progress(50);
        device.at(11).progress(50);
        device.at(20).inform("2.0.0");
        device.at(30).inform("1.0.0");

        assertThat(device.state.events()).extracting(Event::sequence)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 6).boxed().toList());
        assertThat(device.state.events()).extracting(Event::type).containsExactly(
                "version.changed", "task.created", "task.pushed", "task.progress", "version.changed", "task.succeeded");
        assertThat(device.state.sequence()).isEqualTo(6);
    }

    @Test
    void historyGoesRoundIn200Slots() {
        Task task = device.pushedTask();
        long before = task.historyCount;
        for (int i = 0; i < 200; i++) {
            device.progress(String.valueOf(i), 50, null, null);
        }

        assertThat(task.historyCount).isEqualTo(before + 200);
        HistoryEntry last = device.lastHistory();
        assertThat(last.number()).isEqualTo(before + 199);
        assertThat(last.slot()).isEqualTo((int) (before + 199) % 200);
        assertThat(device.state.history()).allSatisfy(entry -> assertThat(entry.slot()).isBetween(0, 199));
    }

    @Test
    void everyTypeOfHistoryFitsItsColumn() {
        device.pushedTask();
        device.progress("1", 10, null, "77");
        device.progress("1", 10, null, null);
        device.progress("1", 10, null, null);
        device.inform("2.0.0");
        device.progress(10);
        device.inform("1.0.0");

        assertThat(device.state.history()).allSatisfy(entry -> assertThat(entry.type()).hasSizeLessThanOrEqualTo(32));
    }

    @Test
    void aModuleIsWhateverTheDeviceNames() {
        new TaskRules(VersionOrder.numbers(), () -> false).inform(device.state, new Inform("1", "9", "MCU"), device.now());

        assertThat(device.state.modules()).containsOnlyKeys("MCU");
    }
}
