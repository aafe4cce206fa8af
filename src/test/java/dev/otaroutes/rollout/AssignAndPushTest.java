package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static dev.otaroutes.rollout.DeviceStory.plan;
import static dev.otaroutes.rollout.DeviceStory.sinceStart;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A task that goes when it is made: one write before its push, as one that is due has two. */
class AssignAndPushTest {
    private final DeviceStory device = new DeviceStory();

    @BeforeEach
    void aDeviceThatHasReported() {
        device.inform("1.0.0");
    }

    @Test
    void goesWithALeaseInItsRow() {
        PushOrder order = device.assignAndPush(batch(1, "2.0.0"));

        Task task = device.task(1);
        assertThat(order.taskId()).isEqualTo(task.id);
        assertThat(order.pushNumber()).isEqualTo(1);
        assertThat(task.status).isEqualTo(TaskStatus.PENDING);
        assertThat(sinceStart(task.dueAt)).isEqualTo(Duration.ofSeconds(60));
        device.pushed(order);
        assertThat(task.status).isEqualTo(TaskStatus.PUSHED);
        assertThat(task.dueAt).isNull();
    }

    @Test
    void goesAgainWithTheSameIdAfterAKill() {
        PushOrder order = device.assignAndPush(batch(1, "2.0.0"));
        device.processKilled();

        assertThat(device.after(60).due(device.task(1))).isEqualTo(order);
    }

    @Test
    void answersAnInformThatComesMeanwhile() {
        device.assignAndPush(batch(1, "2.0.0"));

        assertThat(device.after(1).inform("1.0.0")).isNull();
        assertThat(device.lastHistory().type()).isEqualTo("inform-deferred");
    }

    @Test
    void staysWhereItsBatchIsPaused() {
        device.state.hold(1, true);

        assertThat(device.assignAndPush(batch(1, "2.0.0"))).isNull();
        assertThat(device.task(1).waiting).isEqualTo(Task.Waiting.UNASKED);
        assertThat(device.task(1).dueAt).isNull();
    }

    @Test
    void staysWhereThePlanHoldsIt() {
        assertThat(device.assignAndPush(batch(1, "2.0.0", plan("startAt", "2026-11-23T08:00:00Z")))).isNull();
        assertThat(device.assignAndPush(batch(2, "2.0.0", plan("stages", List.of(Map.of("percent", 100)))))).isNull();
        assertThat(device.task(1).waiting).isEqualTo(Task.Waiting.UNASKED);
    }

    @Test
    void staysBehindAnEarlierTask() {
        Task earlier = device.assign(batch(1, "2.0.0"));

        assertThat(device.assignAndPush(batch(2, "3.0.0"))).isNull();
        assertThat(device.assignAndPush(batch(1, "2.0.0"))).as("it has that one already").isNull();
        assertThat(device.due(earlier)).isNotNull();
    }

    @Test
    void goesInPlaceOfTheOneThatItOvertakes() {
        device.assign(batch(1, "2.0.0"));

        assertThat(device.assignAndPush(batch(2, "3.0.0", plan("overwrite", true))).batchId()).isEqualTo(2);
        assertThat(device.task(1).reason).isEqualTo("overtaken");
    }

    @Test
    void isNotMadeForADeviceThatRunsTheTarget() {
        assertThat(device.assignAndPush(batch(1, "1.0.0"))).isNull();
        assertThat(device.task(1)).isNull();
    }

    @Test
    void isNoDowngrade() {
        assertThat(device.assignAndPush(batch(1, "0.9.0"))).isNull();
        assertThat(device.task(1).reason).isEqualTo("downgrade");
    }

    @Test
    void waitsForADeviceThatAsksOrTellsWhatItRuns() {
        assertThat(device.assignAndPush(new Batch(1, 10, "pk", DeviceStory.MODULE, "2.0.0", false, RolloutPlan.DEFAULT))).isNull();
        DeviceStory unheard = new DeviceStory();
        assertThat(unheard.assignAndPush(new Batch(1, 10, "pk", DeviceStory.MODULE, "2.0.0", true, RolloutPlan.DEFAULT, Set.of("1.0.0")))).isNull();
        assertThat(unheard.task(1).status).isEqualTo(TaskStatus.PENDING);
        assertThat(unheard.task(1).dueAt).isNull();
    }

    @Test
    void failsWhereThePatchIsForAnotherVersion() {
        assertThat(device.assignAndPush(new Batch(1, 10, "pk", DeviceStory.MODULE, "2.0.0", true, RolloutPlan.DEFAULT, Set.of("1.5.0")))).isNull();
        assertThat(device.task(1).reason).isEqualTo("version-mismatch");
    }
}
