package dev.otaroutes.rollout;

import dev.otaroutes.message.DeviceId;
import java.time.Instant;

import dev.otaroutes.message.Inform;
import dev.otaroutes.message.Progress;

/** Something to decide about one device. */
public sealed interface Command {
    DeviceId device();

    /** @return what to publish; null for nothing */
    PushOrder apply(Rules rules, DeviceState state, Instant now);

    /** @return whether a device that is not known yet is registered by this */
    default boolean registers() {
        return false;
    }

    /** @return whether something may be pushed for the first time by this */
    default boolean pushes() {
        return false;
    }

    /** @return whether this is only for a device that the fleet has: one that is gone gets nothing new, but what it had is still ended */
    default boolean asksFleet() {
        return registers() || pushes();
    }

    /** @return whether the device itself sent this, and hears or leaves on record why it is refused */
    default boolean fromDevice() {
        return false;
    }

    /** @return whether there must be the device's product: where that is gone nothing new comes in or goes out, but what there was is still ended */
    default boolean needsProduct() {
        return registers() || pushes() || fromDevice();
    }

    /** @return whether the decision looks at what the device's modules run */
    default boolean asksModules() {
        return true;
    }

    /** @return the one task that the decision looks at; 0 where it looks at all that the device has to do */
    default long onlyTask() {
        return 0;
    }

    /** @return whether the device's next event comes of it, most often */
    default boolean makesAnEvent() {
        return false;
    }

    /** About one task, also a finished one. */
    sealed interface TaskCommand extends Command {
        long taskId();
    }

    record InformCommand(DeviceId device, Inform inform) implements Command {
        @Override
        public boolean pushes() {
            return true;
        }

        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            return rules.tasks().inform(state, inform, now);
        }

        @Override
        public boolean registers() {
            return true;
        }

        @Override
        public boolean fromDevice() {
            return true;
        }
    }

    record AskCommand(DeviceId device, String module) implements Command {
        @Override
        public boolean pushes() {
            return true;
        }

        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            return rules.tasks().ask(state, module, now);
        }

        @Override
        public boolean fromDevice() {
            return true;
        }
    }

    record OnlineCommand(DeviceId device) implements Command {
        @Override
        public boolean asksModules() {
            return false;
        }

        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            rules.tasks().online(state, now);
            return null;
        }
    }

    record ProgressCommand(DeviceId device, Progress progress) implements Command {
        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            rules.progress().progress(state, progress, now);
            return null;
        }

        @Override
        public boolean registers() {
            return true;
        }

        @Override
        public boolean fromDevice() {
            return true;
        }
    }

    record PushedCommand(PushOrder order, int reasonCode) implements Command {
        @Override
        public DeviceId device() {
            return order.device();
        }

        @Override
        public boolean asksModules() {
            return reasonCode == TaskRules.NO_MATCHING_SUBSCRIBERS;
        }

        @Override
        public long onlyTask() {
            return order.taskId();
        }

        @Override
        public boolean makesAnEvent() {
            return reasonCode != TaskRules.NO_MATCHING_SUBSCRIBERS;
        }

        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            rules.tasks().pushed(state, order, reasonCode, now);
            return null;
        }
    }

    record PushRefusedCommand(PushOrder order, int reasonCode) implements Command {
        @Override
        public DeviceId device() {
            return order.device();
        }

        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            rules.tasks().pushRefused(state, order, reasonCode, now);
            return null;
        }
    }

    /** @param goes whether what may be pushed at once is pushed by this; else the scheduler finds it due */
    record AssignCommand(DeviceId device, Batch batch, boolean goes) implements Command {
        @Override
        public boolean pushes() {
            return goes;
        }

        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            if (goes) {
                return rules.tasks().assignAndPush(state, batch, now);
            }
            rules.tasks().assign(state, batch, now);
            return null;
        }

        @Override
        public boolean registers() {
            return true;
        }
    }

    record DueCommand(DeviceId device, long taskId) implements Command {
        @Override
        public boolean pushes() {
            return true;
        }

        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            return rules.tasks().due(state, taskId, now);
        }
    }

    /** @param stage of the plan, from 1; 0 if it has none */
    record LetGoCommand(DeviceId device, long taskId, int stage) implements Command {
        @Override
        public boolean pushes() {
            return true;
        }

        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            return rules.tasks().letGo(state, taskId, stage, now);
        }
    }

    record PushByHandCommand(DeviceId device, long taskId) implements TaskCommand {
        @Override
        public boolean pushes() {
            return true;
        }

        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            return rules.tasks().pushByHand(state, taskId, now);
        }
    }

    record RetryCommand(DeviceId device, long taskId) implements TaskCommand {
        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            rules.tasks().retry(state, taskId, now);
            return null;
        }
    }

    record CancelCommand(DeviceId device, long taskId, boolean force) implements Command {
        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            rules.tasks().cancel(state, taskId, force, now);
            return null;
        }
    }

    record TimeOutCommand(DeviceId device, long taskId) implements Command {
        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            rules.tasks().timeOut(state, taskId, now);
            return null;
        }
    }

    record RemoveCommand(DeviceId device) implements Command {
        @Override
        public PushOrder apply(Rules rules, DeviceState state, Instant now) {
            rules.tasks().remove(state, now);
            return null;
        }
    }
}
