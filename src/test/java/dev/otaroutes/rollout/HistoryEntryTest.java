package dev.otaroutes.rollout;

import static dev.otaroutes.rollout.DeviceStory.batch;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which entries need no row of their own, because the task's tells them. */
class HistoryEntryTest {
    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;

    private final DeviceStory device = new DeviceStory();

    @Test
    void thatATaskWasMadeAndThenPushedItsRowTells() {
        Task task = device.assign(batch(1, "2.0.0"));
        device.after(1).pushed(device.due(task));
        device.after(1).progress(10);

        assertThat(device.state.history()).extracting(HistoryEntry::type).containsExactly("created", "pushed", "progress");
        assertThat(device.state.history()).extracting(HistoryEntry::isToldByTask).containsExactly(true, true, false);
    }

    @Test
    void ofAPushThatIsNotTheEntryAfterItsMakingNobodyWouldKnowWhereItBelongs() {
        Task task = device.assign(batch(1, "2.0.0"));
        device.pushed(device.due(task), NO_MATCHING_SUBSCRIBERS);
        device.pushed(device.inform("1.0.0"));

        assertThat(device.state.history()).extracting(HistoryEntry::type).containsExactly("created", "push-unheard", "pushed");
        assertThat(device.state.history()).extracting(HistoryEntry::isToldByTask).containsExactly(true, false, false);
    }

    @Test
    void ofAPushAfterTheDevicesAnswerItWouldTellAnotherStatus() {
        Task task = device.assign(batch(1, "2.0.0"));
        PushOrder order = device.due(task);
        device.progress(10);
        device.pushed(order);

        assertThat(device.state.history()).extracting(HistoryEntry::type).containsExactly("created", "progress", "pushed");
        assertThat(device.state.history()).extracting(HistoryEntry::isToldByTask).containsExactly(true, false, false);
    }

    @Test
    void aFirstPushIsForgottenWhenTheTaskBeginsAnew() {
        Task task = device.assign(batch(1, "2.0.0"));
        device.pushed(device.due(task));
        task.read();
        assertThat(task.forgottenFirstPush()).isNull();

        device.after(1).progress(-1);
        device.retry(task);

        assertThat(task.forgottenFirstPush()).isEqualTo(DeviceStory.START);
        assertThat(device.state.history()).filteredOn(entry -> entry.type().equals("pushed")).extracting(HistoryEntry::isToldByTask).containsExactly(false);
    }
}
