package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.allowDowngrade;
import static dev.otaroutes.rollout.DeviceStory.batch;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** domain.md, Task states: succeeded, rolled back, and what comes late after a success. */
class SuccessTest {
    private final DeviceStory device = new DeviceStory();

    @Test
    void aPushedTaskSucceedsWhenTheDeviceReportsTheTarget() {
        Task task = device.pushedTask();

        assertThat(device.at(30).inform("2.0.0")).isNull();

        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(task.reason).isNull();
        assertThat(task.dueAt).isNull();
        assertThat(device.heard()).containsExactly("version.changed", "task.succeeded");
        assertThat(device.count(1, "succeeded")).isEqualTo(1);
        assertThat(device.state.counts().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(1);
    }

    @Test
    void theTimeFromTheFirstPushToTheSuccessIsCounted() {
        device.pushedTask();
        device.at(30).inform("2.0.0");

        assertThat(device.state.successes())
                .isEqualTo(Map.of(new DeviceState.Success(1, DurationBuckets.ofMillis(30_000)), 1L));
    }

    @Test
    void anUpgradingTaskSucceedsToo() {
        Task task = device.pushedTask();
        device.at(10).progress(60);
        device.at(30).inform("2.0.0");

        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
    }

    @Test
    void aPendingTaskSucceedsWithoutAPush() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0"));

        assertThat(device.inform("2.0.0")).isNull();

        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(task.firstPushedAt).isNull();
        assertThat(device.state.successes()).as("no push, no time since it").isEmpty();
    }

    @Test
    void aReportOf100IsNoSuccess() {
        Task task = device.pushedTask();
        device.at(10).progress(100);

        assertThat(task.status).isEqualTo(TaskStatus.UPGRADING);
    }

    @Test
    void afterASuccessByA100ThePackagesThatFitAreThoseForTheTarget() {
        device.pushedTask(DeviceStory.successOnProgress100());
        device.after(10).progress(100);

        Task ofTheOld = device.assign(patch(2, "1.0.0"));
        assertThat(device.due(ofTheOld)).isNull();
        assertThat(ofTheOld.reason).isEqualTo("version-mismatch");
        assertThat(device.assign(DeviceStory.batch(3, "1.5.0")).reason).isEqualTo("downgrade");
        assertThat(device.due(device.assign(patch(4, "2.0.0")))).isNotNull();
    }

    @Test
    void afterASuccessByA100ALaterReportDecidesAgain() {
        device.pushedTask(DeviceStory.successOnProgress100());
        device.after(10).progress(100);
        device.after(300).inform("1.0.0");

        assertThat(device.due(device.assign(patch(2, "1.0.0")))).isNotNull();
    }

    private static Batch patch(long id, String source) {
        return new Batch(id, id * 10, "pk", DeviceStory.MODULE, "3.0.0", true, RolloutPlan.DEFAULT, Set.of(source));
    }

    @Test
    void theTargetReportedTwiceIsOneSuccess() {
        device.pushedTask();
        device.at(30).inform("2.0.0");
        device.heard();

        device.at(31).inform("2.0.0");

        assertThat(device.heard()).isEmpty();
        assertThat(device.count(1, "succeeded")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {30, 149, 150})
    void withinQuietSecondsAfterASuccessAnotherVersionIsHistoryOnly(long second) {
        device.pushedTask();
        device.at(30).inform("2.0.0");
        device.heard();

        assertThat(device.at(second).inform("1.0.0")).isNull();

        assertThat(device.module().version).isEqualTo("2.0.0");
        assertThat(device.heard()).isEmpty();
        assertThat(device.lastHistory().type()).isEqualTo("inform-late");
        assertThat(device.lastHistory().task()).isSameAs(device.task(1));
        assertThat(device.state.outcomes()).containsExactly("inform-late");
    }

    @Test
    void moreThanQuietSecondsAfterASuccessTheVersionBeforeIsARollback() {
        Task task = device.pushedTask();
        device.at(30).inform("2.0.0");
        device.heard();

        assertThat(device.at(151).inform("1.0.0")).as("offered again only by another batch").isNull();

        assertThat(device.heard()).containsExactly("version.changed", "task.rolled-back");
        assertThat(device.lastEvent().task()).isSameAs(task);
        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(device.count(1, "rolled-back")).isEqualTo(1);
        assertThat(device.module().version).isEqualTo("1.0.0");
    }

    @Test
    void aRollbackIsToldOnce() {
        device.pushedTask();
        device.at(30).inform("2.0.0");
        device.at(151).inform("1.0.0");
        device.heard();

        device.at(200).inform("1.0.0");
        device.at(300).inform("2.0.0");
        device.at(600).inform("1.0.0");

        assertThat(device.heard()).containsExactly("version.changed", "version.changed");
        assertThat(device.count(1, "rolled-back")).isEqualTo(1);
    }

    @Test
    void aThirdVersionIsNoRollback() {
        device.pushedTask();
        device.at(30).inform("2.0.0");
        device.heard();

        device.at(151).inform("3.0.0");

        assertThat(device.heard()).containsExactly("version.changed");
    }

    @Test
    void whatADeviceHadBeforeIsWhatItReportedLastBeforeTheSuccess() {
        device.inform("1.0.0");
        device.pushed(device.due(device.assign(batch(1, "2.0.0"))));
        device.assign(batch(2, "3.0.0"));
        device.pushed(device.at(30).inform("2.0.0"));
        device.at(400).inform("3.0.0");
        device.heard();

        device.at(600).inform("2.0.0");

        assertThat(device.heard()).containsExactly("version.changed", "task.rolled-back");
        assertThat(device.lastEvent().task()).isSameAs(device.task(2));
        assertThat(device.lastEvent().data()).containsEntry("fromVersion", "2.0.0");
    }

    @Test
    void aDowngradeThatABatchAskedForIsNoRollback() {
        device.pushedTask();
        device.at(30).inform("2.0.0");
        Task back = device.at(200).assign(batch(2, "1.0.0", allowDowngrade()));
        device.pushed(device.due(back));
        device.heard();

        device.at(400).inform("1.0.0");

        assertThat(device.heard()).containsExactly("version.changed", "task.succeeded");
        assertThat(back.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(device.count(1, "rolled-back")).isZero();
    }

    @Test
    void anotherTasksTargetIsASuccessEvenShortlyAfterOne() {
        device.inform("1.0.0");
        device.pushed(device.due(device.assign(batch(1, "2.0.0"))));
        Task next = device.assign(batch(2, "3.0.0"));
        device.pushed(device.at(30).inform("2.0.0"));

        device.at(60).inform("3.0.0");

        assertThat(next.status).isEqualTo(TaskStatus.SUCCEEDED);
    }
}
