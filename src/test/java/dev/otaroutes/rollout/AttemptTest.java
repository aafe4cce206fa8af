package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.plan;
import static dev.otaroutes.rollout.DeviceStory.sinceStart;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How attempts end and begin (domain.md, Task states). */
class AttemptTest {
    private static final long MINUTE = 60;

    private final DeviceStory device = new DeviceStory();

    @Test
    void aDeviceThatNeverAnswersTimesOutAfterItsFirstPushHoweverOftenItIsPushedAgain() {
        Task task = device.pushedTask(plan("timeoutMinutes", 30));
        device.pushed(device.at(20 * MINUTE).inform("1.0.0"));
        device.at(30 * MINUTE - 1).timeOut(task);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);

        device.at(30 * MINUTE).timeOut(task);

        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
        assertThat(task.reason).isEqualTo("timeout");
    }

    @Test
    void progressPutsTheTimeOutOff() {
        Task task = device.pushedTask(plan("timeoutMinutes", 30));
        device.at(29 * MINUTE).progress(10);
        device.at(30 * MINUTE).timeOut(task);
        assertThat(task.status).isEqualTo(TaskStatus.UPGRADING);
        device.at(59 * MINUTE).timeOut(task);
        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void aReportedFailureIsTheEndUnlessThePlanRetries() {
        Task task = device.pushedTask();
        device.progress(-2);
        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
        assertThat(task.reason).isEqualTo("download-failed");
    }

    @Test
    void noAttemptBeginsAfterTheEndOfTheBatch() {
        Task task = device.pushedTask(plan("retryMinutes", 10, "attempts", 3, "endAt", DeviceStory.START.plusSeconds(5 * MINUTE).toString()));
        device.at(5 * MINUTE - 1).progress(-1);
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);

        device.pushed(device.at(20 * MINUTE).due(task));
        device.at(21 * MINUTE).progress(-1);
        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
        assertThat(task.reason).isEqualTo("upgrade-failed");
    }

    @Test
    void afterAReportedFailureTheNextAttemptWaits() {
        Task task = device.pushedTask(plan("retryMinutes", 10, "attempts", 2));
        device.at(MINUTE).progress("1", -2, "no space", null);

        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(task.attempt).isEqualTo(2);
        assertThat(device.heard()).containsExactly("task.retry");
        assertThat(device.lastEvent().data()).containsEntry("reason", "download-failed");
        assertThat(sinceStart(task.dueAt)).isEqualTo(Duration.ofMinutes(11));
        assertThat(device.at(5 * MINUTE).inform("1.0.0")).as("the device informs meanwhile").isNull();
        assertThat(sinceStart(task.dueAt)).isEqualTo(Duration.ofMinutes(11));

        PushOrder second = device.at(11 * MINUTE).due(task);
        device.pushed(second);
        device.at(12 * MINUTE).progress("2", -2, "no space", null);
        assertThat(task.status).as("the last attempt").isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void aFailureThatComesBetweenAttemptsIsOfTheOneThatHasEnded() {
        Task task = device.pushedTask(plan("retryMinutes", 10, "attempts", 3));
        device.at(MINUTE).progress("1", -2, "no space", null);
        device.after(2).progress("2", -1, "given up", null);

        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(task.attempt).isEqualTo(2);
        assertThat(device.state.outcomes()).containsExactly("progress-between-attempts");
    }

    @Test
    void theTimeOutOfAnAttemptCountsFromItsOwnFirstPush() {
        Task task = device.pushedTask(plan("retryMinutes", 10, "attempts", 2, "timeoutMinutes", 30));
        device.at(30 * MINUTE).timeOut(task);
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        device.pushed(device.at(40 * MINUTE).due(task));

        device.at(69 * MINUTE).timeOut(task);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        device.at(70 * MINUTE).timeOut(task);
        assertThat(task.status).isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void aDeviceThatTriesAgainByItselfIsNotMadeToWait() {
        Task task = device.pushedTask(plan("retryMinutes", 10));
        device.at(MINUTE).progress("1", -2, null, null);
        device.at(3 * MINUTE).progress("2", 20, null, null);
        assertThat(task.status).isEqualTo(TaskStatus.UPGRADING);
        assertThat(task.notBefore).isNull();
        assertThat(task.dueAt).isNull();
    }

    @Test
    void anotherVersionAfter100IsTriedAtOnceWhateverRetryMinutesSay() {
        Task task = device.pushedTask(plan("retryMinutes", 10));
        device.progress(100);
        assertThat(device.after(30).inform("1.0.0")).isNotNull();
        assertThat(task.attempt).isEqualTo(2);
    }
}
