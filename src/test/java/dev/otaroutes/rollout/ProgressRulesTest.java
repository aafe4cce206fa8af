package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.sinceStart;
import static dev.otaroutes.rollout.DeviceStory.successOnProgress100;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** domain.md, Task states: upgrading, failed, and stale and repeated messages. */
class ProgressRulesTest {
    private final DeviceStory device = new DeviceStory();

    @Test
    void theFirstProgressMakesAPushedTaskUpgrading() {
        Task task = device.pushedTask();

        device.at(10).progress("1", 30, "downloading", null);

        assertThat(task.status).isEqualTo(TaskStatus.UPGRADING);
        assertThat(task.step).isEqualTo(30);
        assertThat(task.deviceDesc).isEqualTo("downloading");
        assertThat(sinceStart(task.progressAt)).hasSeconds(10);
        assertThat(device.heard()).containsExactly("task.progress");
        assertThat(device.lastEvent().data()).containsEntry("status", "upgrading").containsEntry("step", 30)
                .containsEntry("desc", "downloading").containsEntry("fromVersion", "1.0.0").containsEntry("toVersion", "2.0.0")
                .containsEntry("attempt", 1);
    }

    @Test
    void aPendingTaskIsUpgradingTooForADeviceMayAnswerBeforeOurSecondCommit() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0"));
        device.due(task);

        device.progress(1);

        assertThat(task.status).isEqualTo(TaskStatus.UPGRADING);
        assertThat(device.count(1, "pending")).isZero();
        assertThat(device.count(1, "upgrading")).isEqualTo(1);
    }

    @Test
    void aLowerStepIsARestartedDownloadAndShownAsItIs() {
        Task task = device.pushedTask();
        device.at(10).progress(80);
        device.at(11).progress(1);

        assertThat(task.step).isEqualTo(1);
        assertThat(device.heard()).containsExactly("task.progress", "task.progress");
    }

    @ParameterizedTest
    @CsvSource({"-1, upgrade-failed", "-2, download-failed", "-3, verification-failed", "-4, flash-failed"})
    void aNegativeStepIsAFailureWithItsReasonAndNoProgress(int step, String reason) {
        Task task = device.pushedTask();

        device.at(10).progress("1", step, "no room left", null);

        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
        assertThat(task.reason).isEqualTo(reason);
        assertThat(task.deviceDesc).isEqualTo("no room left");
        assertThat(task.attempt).as("no attempt follows a reported failure by itself").isEqualTo(1);
        assertThat(device.heard()).containsExactly("task.failed");
        assertThat(device.lastEvent().data()).containsEntry("status", "failed").containsEntry("reason", reason)
                .containsEntry("step", step).containsEntry("desc", "no room left");
        assertThat(device.count(1, "failed")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"11, true", "130, true", "131, false"})
    void aProgressEqualToItsPredecessorIsHistoryOnlyWithinQuietSeconds(long second, boolean repeated) {
        Task task = device.pushedTask();
        device.at(10).progress("5", 30, "x", null);
        device.heard();

        device.at(second).progress("5", 30, "x", null);

        assertThat(device.heard()).hasSize(repeated ? 0 : 1);
        assertThat(device.state.outcomes()).hasSize(repeated ? 1 : 0);
        assertThat(sinceStart(task.progressAt)).hasSeconds(repeated ? 10 : second);
        assertThat(device.lastHistory().type()).isEqualTo(repeated ? "progress-repeated" : "progress");
    }

    @ParameterizedTest
    @CsvSource({"6, 30, x", "5, 31, x", "5, 30, y", "5, 30, "})
    void aProgressThatDiffersInIdStepOrDescIsNews(String id, int step, String desc) {
        device.pushedTask();
        device.at(10).progress("5", 30, "x", null);
        device.heard();

        device.at(11).progress(id, step, desc, null);

        assertThat(device.heard()).containsExactly("task.progress");
    }

    @Test
    void aProgressWithoutAnIdIsComparedLikeAnyOther() {
        device.pushedTask();
        device.at(10).progress(null, 30, null, null);
        device.heard();

        device.at(11).progress(null, 30, null, null);

        assertThat(device.heard()).isEmpty();
    }

    @Test
    void aProgressForAFinishedTaskIsHistoryOfThatTaskAndCounted() {
        Task task = device.pushedTask();
        device.at(10).inform("2.0.0");
        device.heard();

        device.at(11).progress(100);

        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(task.step).isNull();
        assertThat(device.heard()).isEmpty();
        assertThat(device.state.outcomes()).containsExactly("progress-finished-task");
        assertThat(device.lastHistory().task()).isSameAs(task);
    }

    @Test
    void aFailureAfterTheSuccessDoesNotUndoIt() {
        Task task = device.pushedTask();
        device.at(10).inform("2.0.0");
        device.at(11).progress(-4);

        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(task.reason).isNull();
    }

    @Test
    void aProgressForNoTaskIsHistoryOfTheDeviceAndCounted() {
        device.inform("1.0.0");
        device.progress(10);

        assertThat(device.state.outcomes()).containsExactly("progress-no-task");
        assertThat(device.lastHistory().task()).isNull();
        assertThat(device.lastHistory().step()).isEqualTo(10);
        assertThat(device.heard()).containsExactly("version.changed");
    }

    @Test
    void aStrategyThatIsNotTheDevicesIsHistoryAndCounted() {
        Task task = device.pushedTask();

        device.at(10).progress("1", 10, null, "77");
        device.at(10).progress("1", 10, null, "no number");

        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(device.state.outcomes()).containsExactly("progress-unknown-strategy", "progress-unknown-strategy");
        assertThat(device.heard()).isEmpty();
    }

    @Test
    void strategyDecidesOverModule() {
        Task task = device.pushedTask();

        device.at(10).progressOf("MCU", 10, "1");

        assertThat(task.step).isEqualTo(10);
    }

    @Test
    void withoutAStrategyTheModulesOneUnfinishedTaskIsMeant() {
        Task task = device.pushedTask();

        device.at(10).progressOf("MCU", 10, null);
        assertThat(task.step).isNull();
        device.at(10).progressOf("default", 10, null);
        assertThat(task.step).isEqualTo(10);
    }

    @Test
    void aStrategyOfATaskThatStillWaitsIsHistoryAndCounted() {
        device.pushedTask();
        Task waiting = device.assign(batch(2, "3.0.0"));

        device.progress("1", 10, null, "2");

        assertThat(waiting.status).isEqualTo(TaskStatus.PENDING);
        assertThat(device.state.outcomes()).containsExactly("progress-waiting-task");
    }

    @Test
    void aBatchMaySayThatAProgressOf100IsTheSuccess() {
        Task task = device.pushedTask(successOnProgress100());
        device.at(10).progress(99);
        assertThat(task.status).isEqualTo(TaskStatus.UPGRADING);
        device.heard();

        device.at(20).progress(100);

        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(task.step).isEqualTo(100);
        assertThat(device.heard()).containsExactly("task.progress", "task.succeeded");
    }

    @Test
    void suchABatchSucceedsByAReportOfTheTargetToo() {
        Task task = device.pushedTask(successOnProgress100());
        device.at(20).inform("2.0.0");

        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
    }

    @Test
    void afterASuccessBy100TheOldVersionIsLateThenARollback() {
        device.pushedTask(successOnProgress100());
        device.at(20).progress(100);
        device.heard();

        device.at(140).inform("1.0.0");
        assertThat(device.heard()).isEmpty();
        device.at(141).inform("1.0.0");
        assertThat(device.heard()).containsExactly("task.rolled-back");
    }
}
