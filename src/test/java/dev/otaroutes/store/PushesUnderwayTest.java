package dev.otaroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.Batch;
import dev.otaroutes.rollout.DeviceState;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.RolloutPlan;
import dev.otaroutes.rollout.Task;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PushesUnderwayTest {
    private static final DeviceId DEVICE = new DeviceId("pk", "d");
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    private final PushesUnderway underway = new PushesUnderway();

    @Test
    void whatHasBeenDecidedIsKnownUntilThePushIsOver() {
        decide(Task.Underway.YES);
        assertThat(known()).isEqualTo(Task.Underway.YES);

        decide(Task.Underway.ASKED_AGAIN);
        assertThat(known()).isEqualTo(Task.Underway.ASKED_AGAIN);

        underway.release(new PushOrder(DEVICE, "default", 1, 1, 3, 7));
        assertThat(known()).isEqualTo(Task.Underway.NO);
    }

    @Test
    void whatHasBeenRecordedIsNotOnItsWayAnyMore() {
        decide(Task.Underway.YES);

        decide(Task.Underway.NO);

        assertThat(known()).isEqualTo(Task.Underway.NO);
    }

    @Test
    void aPushThatIsLetGoWhileAnotherThreadDecidesAboutTheDeviceStaysKnown() {
        DeviceState informs = device();
        PushesUnderway.Marked before = underway.mark(List.of(informs));

        decide(Task.Underway.YES);
        underway.committed(List.of(informs), before);

        assertThat(known()).isEqualTo(Task.Underway.YES);
    }

    private void decide(Task.Underway what) {
        DeviceState state = device();
        PushesUnderway.Marked marked = underway.mark(List.of(state));
        Task task = state.tasks().get(0);
        task.underway = what;
        task.underwaySince = what == Task.Underway.NO ? null : NOW;
        underway.committed(List.of(state), marked);
    }

    private Task.Underway known() {
        DeviceState state = device();
        underway.mark(List.of(state));
        return state.tasks().get(0).underway;
    }

    /** As it is read anew for each decision. */
    private static DeviceState device() {
        DeviceState state = new DeviceState(DEVICE, 0, 0);
        Task task = new Task(new Batch(3, 7, "pk", "default", "2.0.0", true, RolloutPlan.of(Map.of()), Set.of()), NOW);
        task.id = 1;
        state.addTask(task);
        return state;
    }
}
