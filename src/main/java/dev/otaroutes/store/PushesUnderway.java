package dev.otaroutes.store;

import dev.otaroutes.rollout.DeviceState;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Task;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The pushes that this process has on their way, so that an inform which comes before the broker's answer is not answered by the same
 * push once more. In memory only: after a kill nothing is on its way. For any thread.
 */
final class PushesUnderway {
    private record Push(int number, Task.Underway state, Instant since) {
        /** @return null if nothing of the task is on its way */
        static Push of(Task task) {
            return task.underway == Task.Underway.NO || task.underway == Task.Underway.LET_GO ? null
                    : new Push(task.pushNumber + 1, task.underway, task.underwaySince);
        }
    }

    /** What was known when tasks were read. */
    static final class Marked {
        private final Map<Long, Push> byTask = new HashMap<>();
    }

    private final Map<Long, Push> byTask = new HashMap<>();
    private final Queue<PushOrder> released = new ConcurrentLinkedQueue<>();

    /** Says so of the tasks that have just been read. @return for {@link #committed} */
    synchronized Marked mark(Collection<DeviceState> states) {
        Marked marked = new Marked();
        forgetReleased();
        for (DeviceState state : states) {
            for (Task task : state.tasks()) {
                Push push = byTask.get(task.id);
                task.underway = push == null ? Task.Underway.NO : push.state;
                task.underwaySince = push == null ? null : push.since;
                if (push != null) {
                    marked.byTask.put(task.id, push);
                }
            }
        }
        return marked;
    }

    /**
     * Remembers that first pushes begin now.
     *
     * @param orders by task; those that are on their way already are taken out
     */
    synchronized void begin(Map<Long, PushOrder> orders, Instant now) {
        forgetReleased();
        orders.values().removeIf(order -> byTask.putIfAbsent(order.taskId(), new Push(order.pushNumber(), Task.Underway.YES, now)) != null);
    }

    /** Remembers what has been decided about them, now that it is on disk; what others have decided meanwhile stays where this has changed nothing. */
    synchronized void committed(Collection<DeviceState> states, Marked marked) {
        for (DeviceState state : states) {
            for (Task task : state.tasks()) {
                Push push = Push.of(task);
                if (push == null && marked.byTask.containsKey(task.id)) {
                    byTask.remove(task.id);
                } else if (!Objects.equals(push, marked.byTask.get(task.id))) {
                    byTask.put(task.id, push);
                }
            }
        }
    }

    private void forgetReleased() {
        for (PushOrder order = released.poll(); order != null; order = released.poll()) {
            int number = order.pushNumber();
            byTask.computeIfPresent(order.taskId(), (task, push) -> push.number == number ? null : push);
        }
    }

    /** Nobody is at work on the order any more. */
    void release(PushOrder order) {
        released.add(order);
    }
}
