package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.allowDowngrade;
import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.overwrite;
import static dev.otaroutes.rollout.DeviceStory.sinceStart;
import static dev.otaroutes.rollout.DeviceStory.successOnProgress100;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** domain.md, Task states: one at a time, overwrite, downgrade. */
class WaitingTasksTest {
    private final DeviceStory device = new DeviceStory();

    @Test
    void aLaterBatchesTaskWaitsBehindTheOneInProgress() {
        Task first = device.pushedTask();
        Task second = device.assign(batch(2, "3.0.0"));

        assertThat(second.status).isEqualTo(TaskStatus.PENDING);
        assertThat(second.dueAt).isNull();
        assertThat(device.heard()).containsExactly("task.created");

        assertThat(device.at(200).inform("1.0.0").taskId()).as("the first's turn still").isEqualTo(first.id);
    }

    @Test
    void itWaitsBehindAPendingOneToo() {
        device.inform("1.0.0");
        Task first = device.assign(batch(1, "2.0.0"));
        Task second = device.assign(batch(2, "3.0.0"));

        assertThat(sinceStart(first.dueAt)).hasSeconds(0);
        assertThat(second.dueAt).isNull();
        assertThat(device.inform("1.0.0").taskId()).isEqualTo(first.id);
    }

    @Test
    void itGoesInAnswerToTheReportThatEndsTheEarlierOne() {
        device.pushedTask();
        Task second = device.assign(batch(2, "3.0.0"));

        PushOrder order = device.at(30).inform("2.0.0");

        assertThat(order.taskId()).isEqualTo(second.id);
        assertThat(second.fromVersion).as("what it upgrades from").isEqualTo("2.0.0");
    }

    @Test
    void itIsDueWhenTheEarlierOneHasFailed() {
        device.pushedTask();
        Task second = device.assign(batch(2, "3.0.0"));

        device.at(30).progress(-1);

        assertThat(sinceStart(second.dueAt)).hasSeconds(30);
        assertThat(device.due(second).taskId()).isEqualTo(second.id);
    }

    @Test
    void itIsDueWhenTheEarlierOneHasSucceededBy100() {
        device.pushedTask(successOnProgress100());
        Task second = device.assign(batch(2, "3.0.0"));

        device.at(30).progress(100);

        assertThat(sinceStart(second.dueAt)).hasSeconds(30);
    }

    @Test
    void withActivePushOffItGoesOnlyWhenTheDeviceInforms() {
        device.pushedTask();
        Task second = device.assign(new Batch(2, 20, "pk", "default", "3.0.0", false, RolloutPlan.DEFAULT));

        device.at(30).progress(-1);
        assertThat(second.dueAt).isNull();

        assertThat(device.at(40).inform("1.0.0").taskId()).isEqualTo(second.id);
    }

    @Test
    void waitingTasksGoInTheOrderOfTheirBatches() {
        device.pushedTask();
        device.assign(batch(3, "4.0.0"));
        Task second = device.assign(batch(2, "3.0.0"));

        assertThat(device.at(30).inform("2.0.0").taskId()).isEqualTo(second.id);
    }

    @Test
    void aWaitingTaskWhoseTargetIsReportedSucceedsWithoutAPush() {
        device.pushedTask();
        Task second = device.assign(batch(2, "3.0.0"));
        device.heard();

        device.at(30).inform("3.0.0");

        assertThat(second.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(second.pushNumber).isZero();
        assertThat(device.heard()).contains("task.succeeded");
    }

    @Test
    void allTasksWithTheReportedTargetSucceed() {
        Task first = device.pushedTask();
        Task second = device.assign(batch(2, "2.0.0"));

        assertThat(device.at(30).inform("2.0.0")).isNull();

        assertThat(first.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(second.status).isEqualTo(TaskStatus.SUCCEEDED);
    }

    @Test
    void aWaitingTaskIsNotPushedBeforeItsTurn() {
        device.pushedTask();
        Task second = device.assign(batch(2, "3.0.0"));
        second.dueAt = device.now();

        assertThat(device.due(second)).isNull();
        assertThat(second.dueAt).isNull();
    }

    @Test
    void modulesDoNotWaitForEachOther() {
        device.pushedTask();
        Task mcu = device.assign(new Batch(2, 20, "pk", "MCU", "3.0.0", true, RolloutPlan.DEFAULT));

        assertThat(device.due(mcu).module()).isEqualTo("MCU");
    }

    @Test
    void withOverwriteTheEarlierOnesAreOvertaken() {
        Task first = device.pushedTask();
        Task second = device.assign(batch(2, "3.0.0"));
        device.heard();

        Task third = device.assign(batch(3, "4.0.0", overwrite()));

        assertThat(first.status).isEqualTo(TaskStatus.CANCELED);
        assertThat(first.reason).isEqualTo("overtaken");
        assertThat(second.status).isEqualTo(TaskStatus.CANCELED);
        assertThat(third.dueAt).isEqualTo(device.now());
        assertThat(device.heard()).containsExactly("task.created", "task.canceled", "task.canceled");
        assertThat(device.count(1, "canceled")).isEqualTo(1);
        assertThat(second.dueAt).isNull();
    }

    @Test
    void aTaskThatIsWrittenAfterTheOneThatOvertakesItIsOvertakenTooThoughItsBatchIsOlder() {
        device.inform("1.0.0");
        Task later = device.assign(batch(2, "3.0.0", overwrite()));

        Task earlier = device.assign(batch(1, "2.0.0"));

        assertThat(earlier.status).isEqualTo(TaskStatus.CANCELED);
        assertThat(earlier.reason).isEqualTo("overtaken");
        assertThat(device.inform("1.0.0").taskId()).isEqualTo(later.id);
    }

    @Test
    void whatAnOvertakenDeviceStillReportsIsHistory() {
        Task first = device.pushedTask();
        device.assign(batch(2, "3.0.0", overwrite()));

        device.at(10).progress("1", 50, null, "1");

        assertThat(first.status).isEqualTo(TaskStatus.CANCELED);
        assertThat(device.state.outcomes()).containsExactly("progress-finished-task");
    }

    @Test
    void aTargetOrderedBeforeWhatTheDeviceRunsIsCanceledAsADowngrade() {
        device.inform("2.0.0");

        Task task = device.assign(batch(1, "1.9.9"));

        assertThat(task.status).isEqualTo(TaskStatus.CANCELED);
        assertThat(task.reason).isEqualTo("downgrade");
    }

    @Test
    void aDowngradeIsCanceledWhenTheDeviceReportsTheHigherVersionLater() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0"));

        assertThat(device.inform("2.1.0")).isNull();

        assertThat(task.reason).isEqualTo("downgrade");
    }

    @Test
    void aPushedTaskIsCanceledAsADowngradeWhenTheInformIsHandled() {
        Task task = device.pushedTask();
        device.at(60).inform("2.1.0");
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);

        assertThat(device.at(180).due(task)).isNull();

        assertThat(task.status).isEqualTo(TaskStatus.CANCELED);
        assertThat(task.reason).isEqualTo("downgrade");
    }

    @Test
    void aBatchMayAllowDowngrades() {
        device.inform("2.0.0");
        Task task = device.assign(batch(1, "1.0.0", allowDowngrade()));

        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(device.inform("2.0.0").taskId()).isEqualTo(task.id);
    }

    @Test
    void versionsThatCannotBeOrderedAreNoDowngrade() {
        device.inform("232131");
        Task task = device.assign(batch(1, "1.0.0"));

        assertThat(device.inform("232131").taskId()).isEqualTo(task.id);
    }

    @Test
    void theNextOneGoesWhenADowngradeIsCanceled() {
        device.inform("1.0.0");
        device.assign(batch(1, "2.0.0"));
        Task second = device.assign(batch(2, "3.0.0"));

        assertThat(device.inform("2.5.0").taskId()).isEqualTo(second.id);
    }
}
