package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.attempts;
import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.quietSeconds;
import static dev.otaroutes.rollout.DeviceStory.sinceStart;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** domain.md, Task states: push again, and the end of an attempt. The first push is at second 0. */
class PushAgainTest {
    private final DeviceStory device = new DeviceStory();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 119, 120})
    void anInformWithinQuietSecondsOfThePushIsNotActedOnButGetsADueTime(long second) {
        Task task = device.pushedTask();

        assertThat(device.at(second).inform("1.0.0")).isNull();

        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(sinceStart(task.dueAt)).hasSeconds(second + 120);
        assertThat(device.heard()).isEmpty();
        assertThat(device.lastHistory().type()).isEqualTo("inform-deferred");
    }

    @Test
    void anInformAfterQuietSecondsPushesAgainInTheSameAttempt() {
        Task task = device.pushedTask();

        PushOrder again = device.at(121).inform("1.0.0");

        assertThat(again.pushNumber()).isEqualTo(2);
        device.pushed(again);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(task.attempt).isEqualTo(1);
        assertThat(task.pushes).isEqualTo(2);
        assertThat(device.heard()).containsExactly("task.pushed");
    }

    @Test
    void quietSecondsAreTheBatchesOwn() {
        device.pushedTask(quietSeconds(10));

        assertThat(device.at(10).inform("1.0.0")).isNull();
        assertThat(device.at(11).inform("1.0.0")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {200, 320})
    void anInformWithinQuietSecondsOfAProgressBelow100IsNotActedOnEither(long second) {
        Task task = device.pushedTask();
        device.at(200).progress(99);

        assertThat(device.at(second).inform("1.0.0")).isNull();
        assertThat(sinceStart(task.dueAt)).hasSeconds(second + 120);
        assertThat(task.status).isEqualTo(TaskStatus.UPGRADING);
    }

    @Test
    void anInformAfterTheProgressHasBecomeOldPushesAgainAndTheTaskStaysUpgrading() {
        Task task = device.pushedTask();
        device.at(200).progress(99);

        device.pushed(device.at(321).inform("1.0.0"));

        assertThat(task.pushes).isEqualTo(2);
        assertThat(task.status).isEqualTo(TaskStatus.UPGRADING);
    }

    @Test
    void aDeviceThatInformsOnlyAtBootIsNotForgotten() {
        Task task = device.pushedTask();
        device.at(30).inform("1.0.0");

        PushOrder order = device.at(150).due(task);

        assertThat(order.pushNumber()).isEqualTo(2);
    }

    @Test
    void otherNewsEndTheWaiting() {
        Task task = device.pushedTask();
        device.at(30).inform("1.0.0");

        device.at(60).progress(5);

        assertThat(task.dueAt).isNull();
        assertThat(device.at(150).due(task)).isNull();
    }

    @Test
    void anInformThatIsHandledJustBeforeTheProgressOf100ThatItFollowedIsAMismatchIfNothingElseComes() {
        Task task = device.pushedTask();
        device.at(30).inform("1.0.0");
        device.at(31).progress(100);

        PushOrder order = device.at(151).due(task);

        assertThat(task.attempt).isEqualTo(2);
        assertThat(order.pushNumber()).isEqualTo(3);
    }

    @Test
    void anInformThatOvertakesAllThatItFollowedIsAMismatchIfNothingElseComes() {
        Task task = device.pushedTask();
        device.at(30).inform("1.0.0");
        device.at(31).progress(50);
        device.at(32).progress(100);

        PushOrder order = device.at(152).due(task);

        assertThat(task.attempt).isEqualTo(2);
        assertThat(order.pushNumber()).isEqualTo(3);
    }

    @Test
    void anInformJustBeforeAProgressBelow100IsNotActedOn() {
        Task task = device.pushedTask();
        device.at(30).inform("1.0.0");
        device.at(33).progress(50);

        assertThat(device.at(150).due(task)).isNull();

        assertThat(task.dueAt).isNull();
        assertThat(task.pushes).isEqualTo(1);
    }

    @Test
    void noProgressAfterThatKeepsTheInformWaitingLonger() {
        Task task = device.pushedTask();
        device.at(30).inform("1.0.0");
        device.at(33).progress(50);
        device.at(36).progress(75);

        assertThat(task.dueAt).isNull();
        device.at(37).progress(100);
        assertThat(task.dueAt).isNull();
    }

    @Test
    void anInformIsNotForgottenWhereThePushIsRecordedAfterIt() {
        device.inform("1.0.0");
        Task task = device.assign(DeviceStory.batch(1, "2.0.0", quietSeconds(60)));
        PushOrder order = device.due(task);
        device.progress(50);
        device.inform("1.0.0");

        device.pushed(order);
        assertThat(sinceStart(task.dueAt)).hasSeconds(60);
        device.after(1).progress(100);

        assertThat(device.at(61).due(task).pushNumber()).isEqualTo(3);
        assertThat(task.attempt).isEqualTo(2);
    }

    @Test
    void aPushThatIsRecordedAfterItsAttemptHasEndedIsNotTheNextOnes() {
        Task task = device.pushedTask();
        device.progress(100);
        PushOrder second = device.after(1).inform("1.0.0");
        device.progress(50);
        device.progress(100);
        PushOrder third = device.inform("1.0.0");
        assertThat(third.messageId()).isNotEqualTo(second.messageId());

        device.pushed(second);
        assertThat(task.status).as("its own push is still to come").isEqualTo(TaskStatus.PENDING);
        device.pushed(third);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(task.attempt).isEqualTo(3);
    }

    @Test
    void anInformThatWasHandledLongBeforeTheProgressOf100IsNoMismatch() {
        Task task = device.pushedTask();
        device.at(30).inform("1.0.0");
        device.at(36).progress(100);

        assertThat(task.dueAt).isNull();
    }

    @Test
    void aPushThatIsOnlyBeingRecordedIsNoInformBeforeTheProgressOf100() {
        device.inform("1.0.0");
        Task task = device.assign(DeviceStory.batch(1, "2.0.0", quietSeconds(60)));
        PushOrder order = device.due(task);
        assertThat(task.dueAt).as("leased").isNotNull();

        device.progress(100);

        assertThat(task.dueAt).isNull();
        device.pushed(order);
        assertThat(task.dueAt).isNull();
    }

    @Test
    void anotherInformWithinQuietSecondsStartsTheWaitingAnew() {
        Task task = device.pushedTask();
        device.at(30).inform("1.0.0");
        device.at(60).inform("1.0.0");

        assertThat(sinceStart(task.dueAt)).hasSeconds(180);
    }

    @Test
    void gapsDoubleFromQuietSecondsToAnHour() {
        Task task = device.pushedTask();
        List<Long> pushes = new ArrayList<>(List.of(0L));

        for (long second = 1; task.pushes < 10; second++) {
            device.at(second);
            if (task.dueAt != null && !task.dueAt.isAfter(device.now())) {
                PushOrder order = device.due(task);
                if (order != null) {
                    device.pushed(order);
                    pushes.add(second);
                }
            }
            if (second % 7 == 0 && task.pushes < 10) {
                PushOrder order = device.inform("1.0.0");
                if (order != null) {
                    device.pushed(order);
                    pushes.add(second);
                }
            }
        }

        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < pushes.size(); i++) {
            gaps.add(pushes.get(i) - pushes.get(i - 1));
        }
        // The first inform after 120 s of silence is at second 126; the others go when their gap is over.
        assertThat(gaps).containsExactly(126L, 240L, 480L, 960L, 1920L, 3600L, 3600L, 3600L, 3600L);
    }

    @Test
    void anInformBeforeTheGapIsOverWaitsForItsEnd() {
        Task task = device.pushedTask();
        device.pushed(device.at(121).inform("1.0.0"));

        assertThat(device.at(121 + 121).inform("1.0.0")).isNull();
        assertThat(sinceStart(task.dueAt)).hasSeconds(121 + 240);

        assertThat(device.at(121 + 240).due(task).pushNumber()).isEqualTo(3);
    }

    @Test
    void aGapIsNeverShorterThanQuietSeconds() {
        Task task = device.pushedTask(quietSeconds(7_200));
        device.pushed(device.at(7_201).inform("1.0.0"));

        device.at(7_201 + 7_201);
        assertThat(device.inform("1.0.0").pushNumber()).isEqualTo(3);
        assertThat(task.pushes).isEqualTo(2);
    }

    @Test
    void anAttemptHasTenPushesAndEndsInsteadOfTheEleventh() {
        Task task = device.pushedTask();
        for (int push = 2; push <= 10; push++) {
            PushOrder order = device.after(3_601).inform("1.0.0");
            assertThat(order.pushNumber()).isEqualTo(push);
            device.pushed(order);
        }
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        device.heard();

        assertThat(device.after(3_601).inform("1.0.0")).isNull();

        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
        assertThat(task.reason).isEqualTo("timeout");
        assertThat(task.attempt).as("no attempt follows a time-out by itself").isEqualTo(1);
        assertThat(task.dueAt).isNull();
        assertThat(device.heard()).containsExactly("task.failed");
    }

    @Test
    void theOldVersionAfterAProgressOf100EndsTheAttemptAtOnceAndTheNextBegins() {
        Task task = device.pushedTask();
        device.at(10).progress(100);
        device.heard();

        PushOrder order = device.at(11).inform("1.0.0");

        assertThat(order.messageId()).as("another push, another ID").isEqualTo(101_003);
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(task.attempt).isEqualTo(2);
        assertThat(task.pushes).isZero();
        assertThat(task.step).isNull();
        assertThat(device.heard()).containsExactly("task.retry");
        assertThat(device.lastEvent().data()).containsEntry("reason", "version-mismatch").containsEntry("attempt", 2)
                .containsEntry("status", "pending").containsEntry("step", null);
        device.pushed(order);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(task.pushes).isEqualTo(1);
        assertThat(task.pushNumber).isEqualTo(3);
    }

    @Test
    void theLastInformDeliveredAgainAfterAProgressOf100IsAMismatchOnlyIfNothingElseComes() {
        Task task = device.pushedTask();
        device.at(10).progress(100);

        assertThat(device.at(11).informMaybeRepeated("7", "1.0.0")).isNull();

        assertThat(task.attempt).isEqualTo(1);
        assertThat(sinceStart(task.dueAt)).hasSeconds(131);
        assertThat(device.lastHistory().type()).isEqualTo("inform-deferred");
        assertThat(device.at(131).due(task).pushNumber()).isEqualTo(3);
        assertThat(task.attempt).isEqualTo(2);
    }

    @Test
    void afterQuietSecondsWhatMayBeDeliveredAgainIsAMismatchToo() {
        Task task = device.pushedTask();
        device.at(10).progress(100);

        assertThat(device.at(131).informMaybeRepeated("7", "1.0.0")).isNotNull();
        assertThat(task.attempt).isEqualTo(2);
    }

    @Test
    void anotherInformAfterAReconnectIsNoRepetition() {
        Task task = device.pushedTask();
        device.at(10).progress(100);

        assertThat(device.at(11).informMaybeRepeated("8", "1.0.0")).isNotNull();
        assertThat(task.attempt).isEqualTo(2);
    }

    @Test
    void anyOtherVersionThanTheTargetIsAMismatch() {
        Task task = device.pushedTask();
        device.at(10).progress(100);

        device.at(11).inform("1.5.0");

        assertThat(task.attempt).isEqualTo(2);
    }

    @Test
    void aStepBelow100After100MeansARestartedDownloadAndNoEndOfTheAttempt() {
        Task task = device.pushedTask();
        device.at(10).progress(100);
        device.at(11).progress(1);

        assertThat(device.at(12).inform("1.0.0")).isNull();
        assertThat(task.attempt).isEqualTo(1);
        assertThat(task.step).isEqualTo(1);
    }

    @Test
    void aMismatchInTheLastAttemptIsAFailure() {
        Task task = device.pushedTask(attempts(2));
        device.at(10).progress(100);
        device.pushed(device.at(11).inform("1.0.0"));
        device.at(20).progress("2", 100, null, null);
        device.heard();

        assertThat(device.at(21).inform("1.0.0")).isNull();

        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
        assertThat(task.reason).isEqualTo("version-mismatch");
        assertThat(task.attempt).isEqualTo(2);
        assertThat(device.heard()).containsExactly("task.failed");
    }

    @Test
    void withOneAttemptAMismatchIsAFailureAtOnce() {
        Task task = device.pushedTask(attempts(1));
        device.at(10).progress(100);

        assertThat(device.at(11).inform("1.0.0")).isNull();
        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void whatIsDeliveredTwiceDoesNotCostAnAttempt() {
        Task task = device.pushedTask();
        device.at(10).progress("55", 100, "done", null);
        device.pushed(device.at(11).inform("1.0.0"));

        // after a reconnect the broker delivers both again
        device.at(12).progress("55", 100, "done", null);
        assertThat(device.inform("1.0.0")).isNull();

        assertThat(task.attempt).isEqualTo(2);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(task.step).isNull();
    }

    @Test
    void gapsStartAgainInTheNextAttempt() {
        Task task = device.pushedTask();
        device.pushed(device.at(200).inform("1.0.0"));
        device.pushed(device.at(500).inform("1.0.0"));
        device.at(510).progress(100);
        device.pushed(device.at(511).inform("1.0.0"));

        PushOrder order = device.at(511 + 121).inform("1.0.0");

        assertThat(order.pushNumber()).isEqualTo(6);
        assertThat(task.attempt).isEqualTo(2);
    }

    @Test
    void aTaskWithNoMoreRoomForMessageIdsFails() {
        Task task = device.pushedTask();
        task.pushNumber = 999;
        task.pushes = 1;

        assertThat(device.at(4_000).inform("1.0.0")).isNull();

        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
        assertThat(task.reason).isEqualTo("push-failed");
    }

    @Test
    void aDueTimeOfATaskThatHasNoneOrIsFinishedDoesNothing() {
        Task task = device.pushedTask();
        assertThat(device.due(task)).isNull();
        device.inform("2.0.0");
        assertThat(device.due(task)).isNull();
        Task unknown = new Task(batch(9, "9.0"), DeviceStory.START);
        unknown.id = 999;
        assertThat(device.due(unknown)).isNull();
    }
}
