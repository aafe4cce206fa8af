package dev.otaroutes.store;

import dev.otaroutes.rollout.DeviceState;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Task;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The pushes that this process has on their way, so that an inform which comes before the broker's answer is not answered by the same
 * push once more. In memory only: after a kill nothing is on its way. All but {@link #release} is for the thread that stores.
 */
final class PushesUnderway {
    private record Push(int number, Task.Underway state, Instant since) {
    }

    private final Map<Long, Push> byTask = new HashMap<>();
    private final Queue<PushOrder> released = new ConcurrentLinkedQueue<>();

    /** Says so of the tasks that have just been read. */
    void mark(Collection<DeviceState> states) {
        for (PushOrder order = released.poll(); order != null; order = released.poll()) {
            int number = order.pushNumber();
            byTask.computeIfPresent(order.taskId(), (task, push) -> push.number == number ? null : push);
        }
        for (DeviceState state : states) {
            for (Task task : state.tasks()) {
                Push push = byTask.get(task.id);
                task.underway = push == null ? Task.Underway.NO : push.state;
                task.underwaySince = push == null ? null : push.since;
            }
        }
    }

    /** Remembers what has been decided about them, now that it is on disk. */
    void committed(Collection<DeviceState> states) {
        for (DeviceState state : states) {
            for (Task task : state.tasks()) {
                if (task.underway == Task.Underway.NO || task.underway == Task.Underway.LET_GO) {
                    byTask.remove(task.id);
                } else {
                    byTask.put(task.id, new Push(task.pushNumber + 1, task.underway, task.underwaySince));
                }
            }
        }
    }

    /** Nobody is at work on the order any more. For any thread. */
    void release(PushOrder order) {
        released.add(order);
    }
}
