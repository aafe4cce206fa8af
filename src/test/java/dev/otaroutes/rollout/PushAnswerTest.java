package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.sinceStart;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** domain.md, Task states: pushed; What an inform does, 4: a push that is repeated. */
class PushAnswerTest {
    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;
    private static final int QUOTA_EXCEEDED = 0x97;

    private final DeviceStory device = new DeviceStory();
    private Task task;

    @BeforeEach
    void aDeviceWithATask() {
        device.inform("1.0.0");
        task = device.assign(batch(1, "2.0.0"));
        device.heard();
        task.stored(task.id);
    }

    @Test
    void aTaskIsPushedWhenTheBrokerHasTakenIt() {
        PushOrder order = device.after(1).due(task);
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);

        device.after(1).pushed(order);

        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(sinceStart(task.pushedAt)).hasSeconds(2);
        assertThat(sinceStart(task.firstPushedAt)).hasSeconds(2);
        assertThat(task.dueAt).isNull();
        assertThat(device.heard()).containsExactly("task.pushed");
        assertThat(device.count(1, "pending")).isZero();
        assertThat(device.count(1, "pushed")).isEqualTo(1);
    }

    /** Such a task is written by a statement of its own, which knows nothing of the others. */
    @Test
    void aTaskIsJustPushedThatHasItsFirstPushAndNothingElse() {
        PushOrder order = device.due(task);
        task.read();
        assertThat(task.isJustPushed()).isFalse();
        device.pushed(order);
        assertThat(task.isJustPushed()).isTrue();

        task.read();
        assertThat(task.isJustPushed()).as("that is on record").isFalse();
        device.pushed(device.after(121).inform("1.0.0"));
        assertThat(task.pushes).isEqualTo(2);
        assertThat(task.isJustPushed()).as("the second push").isFalse();
    }

    @Test
    void aTaskToWhichMoreHasHappenedIsNotJustPushed() {
        PushOrder order = device.due(task);
        task.read();
        device.pushed(order);
        assertThat(task.isJustPushed()).isTrue();

        task.dueAt = device.now();
        assertThat(task.isJustPushed()).isFalse();
        task.dueAt = null;

        task.fromVersion = "0.9.0";
        assertThat(task.isJustPushed()).isFalse();
        task.fromVersion = "1.0.0";
        task.stage = 1;
        assertThat(task.isJustPushed()).isFalse();
        task.stage = 0;
        task.historyCount++;
        assertThat(task.isJustPushed()).isFalse();
        task.historyCount--;
        assertThat(task.isJustPushed()).isTrue();
        device.progress(10);
        assertThat(task.isJustPushed()).isFalse();
    }

    @Test
    void aTaskThatHasJustBeenMadeOrBegunAnewIsNotJustPushed() {
        PushOrder order = device.due(task);
        device.pushed(order);
        assertThat(task.isNew()).isTrue();
        assertThat(task.isJustPushed()).isFalse();

        task.read();
        device.progress(-1);
        device.retry(task);
        task.read();
        device.pushed(device.due(task));
        assertThat(task.pushes).isEqualTo(1);
        assertThat(task.isJustPushed()).as("its push has another number").isFalse();
    }

    @Test
    void theOrderNamesTaskBatchAndPackage() {
        assertThat(device.due(task)).isEqualTo(new PushOrder(device.state.id(), "default", 101, 1, 1, 10));
    }

    @Test
    void aPushOfWhichNothingIsHeardIsRepeatedWithTheSameId() {
        PushOrder first = device.due(task);
        assertThat(sinceStart(task.dueAt)).hasSeconds(60);

        device.processKilled();
        PushOrder repeated = device.at(60).due(task);

        assertThat(repeated.messageId()).isEqualTo(first.messageId()).isEqualTo(101_001);
    }

    @Test
    void whatTheBrokerWouldSendAgainNeedsNoDueTime() {
        task.dueAt = null;
        assertThat(device.informMaybeRepeated("7", "1.0.0")).isNotNull();
        assertThat(task.dueAt).isNull();
        assertThat(task.changed()).isFalse();
    }

    @Test
    void whatNobodyWouldSendAgainGetsADueTime() {
        task.dueAt = null;
        assertThat(device.inform("1.0.0")).isNotNull();
        assertThat(sinceStart(task.dueAt)).hasSeconds(60);
    }

    @Test
    void aTaskThatIsDueIsTakenFromTheSchedulerByAnInform() {
        task.dueAt = device.now();
        assertThat(device.informMaybeRepeated("7", "1.0.0")).isNotNull();
        assertThat(sinceStart(task.dueAt)).hasSeconds(60);
    }

    @ParameterizedTest
    @CsvSource({"60, 60", "31, 31", "30, 60", "1, 60", "61, 60"})
    void aLeaseThatHasJustBeenTakenIsLeftAsItIs(long before, long after) {
        task.dueAt = device.now().plusSeconds(before);
        assertThat(device.due(task)).isNotNull();
        assertThat(sinceStart(task.dueAt)).hasSeconds(after);
    }

    @Test
    void theVersionThatIsPushedToIsKeptAlsoWhereTheLeaseIsLeft() {
        task.fromVersion = null;
        device.informMaybeRepeated("7", "1.0.0");
        assertThat(task.fromVersion).isEqualTo("1.0.0");
        assertThat(task.changed()).isTrue();
    }

    @Test
    void anInformThatIsDeliveredAgainAfterACrashRepeatsThePushWithTheSameId() {
        PushOrder first = device.inform("1.0.0");
        device.processKilled();
        PushOrder repeated = device.after(5).inform("1.0.0");

        assertThat(repeated).isEqualTo(first);
    }

    @Test
    void anInformIsAnsweredByThePushThatIsOnItsWayAlready() {
        PushOrder order = device.due(task);
        assertThat(device.at(2).inform("1.0.0")).isNull();
        assertThat(device.lastHistory().type()).isEqualTo("inform-deferred");

        device.at(3).pushed(order);

        assertThat(task.pushes).isEqualTo(1);
        assertThat(sinceStart(task.dueAt)).as("it may have gone to the session before").hasSeconds(3 + 120);
        assertThat(device.at(123).due(task).pushNumber()).isEqualTo(2);
    }

    @Test
    void whatIsAnsweredByAPushOnItsWayIsNotForgottenInACrash() {
        task.dueAt = null;
        device.informMaybeRepeated("7", "1.0.0");
        device.at(2).informMaybeRepeated("8", "1.0.0");

        assertThat(sinceStart(task.dueAt)).hasSeconds(62);
    }

    @Test
    void aPushThatIsOnItsWayForLongIsNotRepeatedByTheScheduler() {
        device.due(task);

        assertThat(device.at(60).due(task)).isNull();
        assertThat(sinceStart(task.dueAt)).hasSeconds(120);
    }

    @Test
    void aDeviceThatInformedBeforeTheBrokerSaidThatItIsNotThereIsPushedToAgain() {
        PushOrder order = device.due(task);
        device.at(2).inform("1.0.0");

        device.at(3).pushed(order, NO_MATCHING_SUBSCRIBERS);

        assertThat(task.dueAt).isEqualTo(device.now());
        assertThat(device.due(task)).isEqualTo(order);
    }

    @Test
    void suchADeviceKeepsItsPlaceInTheStage() {
        Task staged = device.assign(batch(2, "3.0.0", DeviceStory.plan("pushPerMinute", 60, "overwrite", true)));
        PushOrder order = device.letGo(staged, 1);
        device.at(2).inform("1.0.0");

        device.at(3).pushed(order, NO_MATCHING_SUBSCRIBERS);

        assertThat(staged.waiting).isEqualTo(Task.Waiting.NO);
        assertThat(staged.stage).isEqualTo(1);
        assertThat(device.due(staged)).isEqualTo(order);
    }

    @Test
    void whenTheBrokerHasRefusedAPushTheNextInformIsAnsweredAgain() {
        PushOrder order = device.due(task);
        device.at(2).inform("1.0.0");
        device.at(3).refused(order, QUOTA_EXCEEDED);

        assertThat(device.at(4).inform("1.0.0")).isEqualTo(order);
    }

    @Test
    void aDeviceThatAsksIsAnsweredWhateverIsOnItsWay() {
        PushOrder order = device.due(task);

        assertThat(device.at(2).ask()).isEqualTo(order);
    }

    @Test
    void thePushOfAnEndedAttemptDoesNotHoldUpTheNext() {
        PushOrder first = device.due(task);
        device.at(1).progress(100);

        PushOrder second = device.at(2).inform("1.0.0");

        assertThat(task.attempt).isEqualTo(2);
        assertThat(second.pushNumber()).isGreaterThan(first.pushNumber());
    }

    @Test
    void aPushThatWentTwiceCountsOnce() {
        PushOrder order = device.due(task);
        device.pushed(order);
        device.after(1).pushed(order);

        assertThat(task.pushes).isEqualTo(1);
        assertThat(device.heard()).containsExactly("task.pushed");
        assertThat(device.state.outcomes()).containsExactly("pushed-late");
    }

    @Test
    void withoutASubscriberTheTaskStaysPendingUntilTheDeviceInforms() {
        PushOrder order = device.due(task);
        device.pushed(order, NO_MATCHING_SUBSCRIBERS);

        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(task.dueAt).as("nobody tries again by himself").isNull();
        assertThat(task.pushes).isZero();
        assertThat(task.firstPushedAt).isNull();
        assertThat(device.heard()).isEmpty();
        assertThat(device.lastHistory().type()).isEqualTo("push-unheard");

        assertThat(device.after(86_400).inform("1.0.0")).isEqualTo(order);
    }

    @Test
    void aLatePushedNeverLowersAState() {
        PushOrder order = device.due(task);
        device.progress(30);
        device.pushed(order);

        assertThat(task.status).isEqualTo(TaskStatus.UPGRADING);
        assertThat(task.pushes).as("it went all the same").isEqualTo(1);
        assertThat(task.step).isEqualTo(30);
    }

    @Test
    void aPushedAfterTheSuccessChangesNothing() {
        PushOrder order = device.due(task);
        device.inform("2.0.0");
        device.heard();

        device.pushed(order);

        assertThat(task.status).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(device.heard()).isEmpty();
    }

    @Test
    void refusedThreeTimesOverIsPushFailed() {
        device.refused(device.due(task), QUOTA_EXCEEDED);
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(sinceStart(task.dueAt)).hasSeconds(5);
        device.refused(device.at(5).due(task), QUOTA_EXCEEDED);
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(device.lastHistory().detail()).isEqualTo("reason code 0x97");
        device.heard();

        device.refused(device.at(10).due(task), QUOTA_EXCEEDED);

        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
        assertThat(task.reason).isEqualTo("push-failed");
        assertThat(task.dueAt).isNull();
        assertThat(device.heard()).containsExactly("task.failed");
    }

    @Test
    void aPushThatIsTakenForgetsTheRefusals() {
        device.refused(device.due(task), QUOTA_EXCEEDED);
        device.refused(device.at(5).due(task), QUOTA_EXCEEDED);
        device.pushed(device.at(10).due(task));
        device.refused(device.at(200).inform("1.0.0"), QUOTA_EXCEEDED);

        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(task.refusals).isEqualTo(1);
    }

    @Test
    void aRefusalOfAPushThatWentMeanwhileChangesNothing() {
        PushOrder order = device.due(task);
        device.pushed(order);
        device.heard();

        device.refused(order, QUOTA_EXCEEDED);

        assertThat(task.refusals).isZero();
        assertThat(device.heard()).isEmpty();
    }
}
