package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.plan;
import static dev.otaroutes.rollout.DeviceStory.sinceStart;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What holds a first push, and what lets it go (domain.md, Rollout plan of a batch). The story begins at 08:00 UTC. */
class HeldPushTest {
    private static final RolloutPlan RATE = plan("pushPerMinute", 10);

    private final DeviceStory device = new DeviceStory();

    @Test
    void aPlannedTaskGoesWhenThePlanLetsItGoNotWhenTheDeviceInforms() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", RATE));
        assertThat(task.dueAt).isNull();
        assertThat(device.inform("1.0.0")).isNull();
        assertThat(device.due(task)).isNull();

        PushOrder order = device.letGo(task, 0);

        assertThat(order.taskId()).isEqualTo(task.id);
        assertThat(device.letGo(task, 0)).as("once").isNull();
        device.pushed(order);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
    }

    @Test
    void aTaskCountsInTheStageThatLetItGoUntilItsEnd() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("stages", List.of(Map.of("percent", 10), Map.of("percent", 100)))));
        assertThat(device.count(1, "pending", 0)).isEqualTo(1);

        device.pushed(device.letGo(task, 2));
        assertThat(device.count(1, "pending", 0)).isZero();
        assertThat(device.count(1, "pushed", 2)).isEqualTo(1);

        device.after(60).inform("2.0.0");
        assertThat(device.count(1, "pushed", 2)).isZero();
        assertThat(device.count(1, "succeeded", 2)).isEqualTo(1);
    }

    @Test
    void aDeviceThatRunsTheTargetNeedsNoLettingGo() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", RATE));
        device.after(60).inform("2.0.0");
        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(device.letGo(task, 0)).isNull();
    }

    @Test
    void aTaskBehindAnotherIsLetGoWhenItsTurnHasCome() {
        device.inform("1.0.0");
        Task first = device.assign(batch(1, "2.0.0"));
        device.pushed(device.due(first));
        Task second = device.assign(batch(2, "3.0.0", plan("stages", List.of(Map.of("percent", 10), Map.of("percent", 100)))));

        assertThat(device.letGo(second, 1)).isNull();
        assertThat(second.waiting).isEqualTo(Task.Waiting.BEHIND);
        assertThat(device.count(2, "pending", 1)).as("takes no place in the stage").isZero();
        assertThat(device.due(second)).isNull();

        device.after(60).inform("2.0.0");
        assertThat(first.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(second.waiting).isEqualTo(Task.Waiting.UNASKED);
        assertThat(second.dueAt).isNull();
        device.pushed(device.letGo(second, 2));
        assertThat(second.status).isEqualTo(TaskStatus.PUSHED);
    }

    @Test
    void aTaskBehindOneThatIsCanceledWaitsForItsOwnPlan() {
        device.inform("1.0.0");
        Task first = device.assign(batch(1, "2.0.0"));
        device.pushed(device.due(first));
        Task second = device.assign(batch(2, "3.0.0", RATE));
        Task asking = device.assign(new Batch(3, 10, "pk", DeviceStory.MODULE, "4.0.0", false, RATE));
        device.letGo(second, 0);
        device.letGo(asking, 0);

        device.cancel(first, true);
        assertThat(second.waiting).isEqualTo(Task.Waiting.UNASKED);
        assertThat(second.dueAt).isNull();
        assertThat(asking.waiting).isEqualTo(Task.Waiting.BEHIND);

        device.cancel(second, true);
        assertThat(asking.waiting).as("it had asked").isEqualTo(Task.Waiting.ASKED);
    }

    @Test
    void aPausedBatchHoldsWhatWasDueAndGoesOnWhenItIsLetGo() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0"));
        device.state.hold(1, true);
        assertThat(device.due(task)).isNull();
        assertThat(task.dueAt).isNull();
        assertThat(device.inform("1.0.0")).isNull();
        assertThat(task.waiting).isEqualTo(Task.Waiting.UNASKED);
        assertThat(device.letGo(task, 0)).as("still paused").isNull();
    }

    @Test
    void whatIsInProgressGoesOnWhileTheBatchIsPaused() {
        Task task = device.pushedTask();
        device.state.hold(1, true);
        assertThat(device.after(200).inform("1.0.0")).as("pushed again").isNotNull();
        device.progress(50);
        device.after(60).inform("2.0.0");
        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
    }

    @Test
    void aBatchThatDoesNotPushLetsOnlyThoseGoThatHaveAsked() {
        device.inform("1.0.0");
        Task task = device.assign(new Batch(1, 10, "pk", DeviceStory.MODULE, "2.0.0", false, RATE));
        assertThat(task.waiting).isEqualTo(Task.Waiting.UNASKED);
        assertThat(device.inform("1.0.0")).isNull();
        assertThat(task.waiting).isEqualTo(Task.Waiting.ASKED);
        assertThat(device.letGo(task, 0)).isNotNull();
    }

    @Test
    void aDeviceThatIsNotThereTakesNoPlaceInAStageUntilItInforms() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("stages", List.of(Map.of("percent", 10), Map.of("percent", 100)))));
        device.pushed(device.letGo(task, 1), 0x10);
        assertThat(task.waiting).isEqualTo(Task.Waiting.ABSENT);
        assertThat(device.count(1, "pending", 1)).isZero();
        assertThat(device.count(1, "pending", 0)).isEqualTo(1);

        assertThat(device.inform("1.0.0")).isNull();
        assertThat(task.waiting).isEqualTo(Task.Waiting.UNASKED);
        device.pushed(device.letGo(task, 2));
        assertThat(device.count(1, "pushed", 2)).isEqualTo(1);
    }

    @Test
    void aDeviceThatIsNotThereForItsNextAttemptGivesItsPlaceInTheStageBack() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("retryMinutes", 10, "stages", List.of(Map.of("percent", 10), Map.of("percent", 100)))));
        device.pushed(device.letGo(task, 1));
        device.progress(-1);
        assertThat(device.count(1, "pending", 1)).isEqualTo(1);

        device.pushed(device.after(600).due(task), 0x10);

        assertThat(task.waiting).isEqualTo(Task.Waiting.ABSENT);
        assertThat(device.count(1, "pending", 1)).isZero();
        assertThat(device.count(1, "pending", 0)).isEqualTo(1);
        assertThat(device.inform("1.0.0")).as("first there must be a place").isNull();
        assertThat(task.waiting).isEqualTo(Task.Waiting.UNASKED);
        device.pushed(device.letGo(task, 2));
        assertThat(task.attempt).isEqualTo(2);
        assertThat(device.count(1, "pushed", 2)).isEqualTo(1);
    }

    @Test
    void anAbsentDevicesNextAttemptIsHeldByAPauseLikeAFirstPush() {
        Task task = absentAtItsNextAttempt(plan("retryMinutes", 10, "stages", List.of(Map.of("percent", 100))), 1);
        device.inform("1.0.0");

        device.state.hold(1, true);

        assertThat(device.letGo(task, 1)).isNull();
        assertThat(device.count(1, "pending", 1)).isZero();
    }

    @Test
    void anOperatorMayPushAnAbsentDevicesNextAttemptByHandSinceItsStageHasCome() {
        Task task = absentAtItsNextAttempt(plan("retryMinutes", 10, "stages", List.of(Map.of("percent", 100))), 1);

        device.pushed(device.pushByHand(task));

        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(task.attempt).isEqualTo(2);
    }

    @Test
    void aNextAttemptOfAPlanWithoutStagesWaitsForItsDeviceAlone() {
        absentAtItsNextAttempt(plan("retryMinutes", 10, "pushPerMinute", 10), 0);

        assertThat(device.inform("1.0.0")).as("the rate is that of first pushes").isNotNull();
    }

    @Test
    void aDeviceThatAsksByItselfKeepsItsPlaceThoughNobodyListens() {
        Task task = pulledTask();
        assertThat(device.inform("1.0.0")).as("held by the plan, whatever it sends").isNull();

        device.pushed(device.letGo(task, 1), 0x10);

        assertThat(device.count(1, "pending", 1)).isEqualTo(1);
        PushOrder answer = device.after(600).ask();
        assertThat(answer).isNotNull();
        device.pushed(answer);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(device.count(1, "pushed", 1)).isEqualTo(1);
    }

    @Test
    void aDeviceThatHasAskedByItselfAndNeverDoesAgainGivesItsPlaceBack() {
        Task task = pulledTask();
        device.pushed(device.letGo(task, 1), 0x10);
        assertThat(task.dueAt).isEqualTo(device.now().plusSeconds(600));

        device.pushed(device.after(600).due(task), 0x10);

        assertThat(task.waiting).isEqualTo(Task.Waiting.ABSENT);
        assertThat(device.count(1, "pending", 1)).isZero();
        assertThat(device.count(1, "pending", 0)).isEqualTo(1);
    }

    private Task absentAtItsNextAttempt(RolloutPlan plan, int stage) {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan));
        device.pushed(device.letGo(task, stage));
        device.progress(-1);
        device.pushed(device.after(600).due(task), 0x10);
        return task;
    }

    private Task pulledTask() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("timeoutMinutes", 10, "stages", List.of(Map.of("percent", 10), Map.of("percent", 100)))));
        assertThat(device.ask()).isNull();
        assertThat(task.waiting).isEqualTo(Task.Waiting.PULLED);
        return task;
    }

    @Test
    void aProgressThatNamesNoBatchIsNotOfATaskThatItsPlanHasNotLetGo() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("stages", List.of(Map.of("percent", 10), Map.of("percent", 100)))));

        device.progress(50);
        device.progress(-1);
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(task.waiting).isEqualTo(Task.Waiting.UNASKED);
        assertThat(device.state.outcomes()).containsExactly("progress-waiting-task", "progress-waiting-task");

        device.letGo(task, 1);
        device.progress(60);
        assertThat(task.status).as("a device may answer before the broker").isEqualTo(TaskStatus.UPGRADING);
        assertThat(device.count(1, "upgrading", 1)).isEqualTo(1);
    }

    @Test
    void aTaskThatIsHeldAgainGivesItsPlaceInTheStageBack() {
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan("attempts", 1, "stages", List.of(Map.of("percent", 10), Map.of("percent", 100)))));
        PushOrder order = device.letGo(task, 1);
        device.state.hold(1, true);
        device.inform("1.0.0");
        assertThat(device.count(1, "pending", 0)).isEqualTo(1);

        device.pushed(order);
        assertThat(task.waiting).as("the broker had taken it after all").isEqualTo(Task.Waiting.NO);
        device.progress(-1);
        device.retry(task);
        assertThat(task.stage).isZero();
        assertThat(device.count(1, "pending", 0)).isEqualTo(1);
        assertThat(device.count(1, "pending")).isEqualTo(1);
    }

    @Test
    void aClosedWindowHoldsAFirstPushUntilItOpensAndNoOther() {
        RolloutPlan plan = plan("window", Map.of("from", "09:00", "to", "10:00", "zone", "UTC"));
        device.inform("1.0.0");
        Task task = device.assign(batch(1, "2.0.0", plan));
        assertThat(device.letGo(task, 0)).as("at 08:00").isNull();
        assertThat(sinceStart(task.dueAt)).isEqualTo(Duration.ofHours(1));
        PushOrder order = device.at(3_600).due(task);
        device.pushed(order);

        assertThat(device.at(3 * 3_600).inform("1.0.0")).as("again, at 11:00").isNotNull();
    }
}
