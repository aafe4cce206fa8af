package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.plan;
import static dev.otaroutes.rollout.DeviceStory.sinceStart;
import static dev.otaroutes.rollout.TaskRules.NO_MATCHING_SUBSCRIBERS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** First pushes of a plan that counts none: each goes while its row still says that it waits, and is written when the broker has answered. */
class UncountedPushTest {
    private static final RolloutPlan AT_EIGHT = plan("startAt", "2026-11-23T08:00:00Z");
    private static final int QUOTA_EXCEEDED = 0x97;

    private final DeviceStory device = new DeviceStory();
    private Task task;

    @BeforeEach
    void aTaskThatWaits() {
        device.inform("1.0.0");
        task = device.assign(batch(1, "2.0.0", AT_EIGHT));
        device.after(60);
        task.stored(101);
    }

    @Test
    void isWrittenWhenTheBrokerHasAnsweredAndNotBefore() {
        PushOrder order = device.letGo(task, 0);

        assertThat(order.taskId()).isEqualTo(task.id);
        assertThat(task.changed()).isFalse();
        assertThat(task.waiting).isEqualTo(Task.Waiting.UNASKED);
        device.pushed(order);
        assertThat(task.changed()).isTrue();
        assertThat(task.waiting).isEqualTo(Task.Waiting.NO);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(device.letGo(task, 0)).isNull();
    }

    @Test
    void goesOnceInOneProcessAndWithTheSameIdAfterAKill() {
        PushOrder order = device.letGo(task, 0);
        assertThat(device.letGo(task, 0)).isNull();
        assertThat(task.changed()).isFalse();

        device.processKilled();

        assertThat(device.letGo(task, 0)).isEqualTo(order);
    }

    @Test
    void answersAnInformThatComesMeanwhile() {
        PushOrder order = device.letGo(task, 0);
        assertThat(device.after(1).inform("1.0.0")).isNull();
        assertThat(device.lastHistory().type()).isEqualTo("inform-deferred");

        device.pushed(order);

        assertThat(task.pushes).isEqualTo(1);
        assertThat(Duration.between(device.now(), task.dueAt)).isEqualTo(Duration.ofSeconds(AT_EIGHT.quietSeconds()));
    }

    @Test
    void goesAgainAtOnceToADeviceThatCameWhileTheBrokerSaidThatItWasNotThere() {
        PushOrder order = device.letGo(task, 0);
        device.after(1).inform("1.0.0");

        device.pushed(order, NO_MATCHING_SUBSCRIBERS);

        assertThat(task.dueAt).isEqualTo(device.now());
        assertThat(device.due(task)).isEqualTo(order);
    }

    @Test
    void goesAgainToADeviceWhoseInformAnotherInstanceHeldBackMeanwhile() {
        PushOrder order = device.letGo(task, 0);
        assertThat(device.after(1).informElsewhere("1.0.0")).as("for that instance the plan still holds it").isNull();

        device.pushed(order, NO_MATCHING_SUBSCRIBERS);

        assertThat(Duration.between(device.now(), task.dueAt)).isEqualTo(Duration.ofSeconds(2));
        assertThat(device.after(2).due(task)).isEqualTo(order);
    }

    @Test
    void waitsForTheInformOfADeviceThatIsNotThereAndAnswersIt() {
        device.pushed(device.letGo(task, 0), NO_MATCHING_SUBSCRIBERS);

        assertThat(task.waiting).isEqualTo(Task.Waiting.NO);
        assertThat(task.dueAt).isNull();
        assertThat(device.after(500).inform("1.0.0")).isNotNull();
    }

    @Test
    void isHeldByAPauseThatCameMeanwhileIfTheDeviceHasToBePushedToAgain() {
        PushOrder order = device.letGo(task, 0);
        device.state.hold(1, true);
        device.after(1).inform("1.0.0");

        device.pushed(order, NO_MATCHING_SUBSCRIBERS);
        assertThat(device.due(task)).isNull();

        assertThat(task.waiting).as("goes when the batch goes on").isEqualTo(Task.Waiting.UNASKED);
    }

    @Test
    void isRepeatedAfterAWhileWhenTheBrokerHasRefusedIt() {
        PushOrder order = device.letGo(task, 0);
        device.refused(order, QUOTA_EXCEEDED);

        assertThat(task.waiting).isEqualTo(Task.Waiting.NO);
        assertThat(Duration.between(device.now(), task.dueAt)).isEqualTo(Duration.ofSeconds(5));
        assertThat(device.after(5).due(task)).isEqualTo(order);
    }

    @Test
    void answersADeviceThatAsks() {
        PushOrder order = device.letGo(task, 0);

        assertThat(device.after(1).ask()).isEqualTo(order);
    }

    @Test
    void takesItsTurnWhenTheTaskBeforeItHasEnded() {
        device.pushed(device.letGo(task, 0));
        Task second = device.assign(batch(2, "3.0.0", AT_EIGHT));
        assertThat(device.letGo(second, 0)).isNull();
        assertThat(second.waiting).as("its plan does not hold it any more").isEqualTo(Task.Waiting.NO);

        assertThat(device.after(60).inform("2.0.0").taskId()).isEqualTo(second.id);
    }

    @Test
    void doesNotWaitAgainWhenItIsNotPushedAfterAll() {
        Task windowed = device.assign(batch(2, "0.9.0", plan("startAt", "2026-11-23T08:00:00Z", "window",
                Map.of("from", "20:00", "to", "21:00", "zone", "UTC"), "overwrite", true, "allowDowngrade", true)));

        assertThat(device.letGo(windowed, 0)).as("its window is closed").isNull();

        assertThat(windowed.waiting).isEqualTo(Task.Waiting.NO);
        assertThat(sinceStart(windowed.dueAt)).isEqualTo(Duration.ofHours(12));
    }
}
