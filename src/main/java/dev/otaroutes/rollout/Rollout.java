package dev.otaroutes.rollout;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.Inform;
import dev.otaroutes.message.Progress;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * What the routes ask of the rollout. Every stage completes when the change is on disk; while the database is away it stays
 * open. It fails with a {@link dev.otaroutes.message.RefusedMessageException} if the message is at fault, with anything else
 * only after the change has been tried alone several times (domain.md, Bad input, and our own failures).
 */
public interface Rollout {

    /** @return what to publish in answer; null for nothing */
    CompletionStage<PushOrder> inform(DeviceId device, Inform inform);

    /** @return what to answer a device that asks what waits for a module of it; null for nothing */
    CompletionStage<PushOrder> ask(DeviceId device, String module);

    /** Takes a hint that a device is online; one that is not known, or whose product is not, is no fault of the hint. */
    CompletionStage<Void> online(DeviceId device);

    CompletionStage<Void> progress(DeviceId device, Progress progress);

    /** Says that nobody is at work on an order any more, done or not: until then it answers whatever else asks for that push. */
    void release(PushOrder order);

    /** @param reasonCode MQTT 5 reason code of the broker's PUBACK, below 0x80: 0 success, 0x10 nobody has subscribed */
    CompletionStage<Void> pushed(PushOrder order, int reasonCode);

    /** @param reasonCode MQTT 5 reason code of the broker's PUBACK, 0x80 or above */
    CompletionStage<Void> pushRefused(PushOrder order, int reasonCode);

    /** Gives a device a task of a batch, unless it has one or runs the target already. What is to go at once is {@link #due}. */
    CompletionStage<Void> assign(DeviceId device, Batch batch);

    /** As {@link #assign}; what is to go at once goes with it. @return what to publish; null for nothing */
    CompletionStage<PushOrder> assignAndPush(DeviceId device, Batch batch);

    /** @return what to publish for a task whose due time has come; null for nothing */
    CompletionStage<PushOrder> due(DeviceId device, long taskId);

    /**
     * Lets the first push of a task go that waited for the batch's plan.
     *
     * @param stage of the plan, from 1; 0 if it has none
     * @return what to publish; null for nothing
     */
    CompletionStage<PushOrder> letGo(DeviceId device, long taskId, int stage);

    /**
     * As {@link #letGo}, of plans that count no first pushes: there nothing has to be written until the broker has answered, and so nothing
     * is locked. Waits for the database, and fails with it.
     *
     * @param tasks each with its device
     * @return what to publish, by task; {@link #letGo} decides about the others
     */
    Map<Long, PushOrder> letGoUnwritten(Map<Long, DeviceId> tasks);

    /**
     * As {@link #letGoUnwritten}, of tasks that their rows say to be ready: nothing about their devices has to be read, either. What comes
     * between the read of such a row and this is not seen, as what comes right after it would not be.
     *
     * @param tasks as their rows have just been read, each with its device
     * @return what to publish, by task; the others want a closer look
     */
    Map<Long, PushOrder> letGoReady(Batch batch, Map<Long, DeviceId> tasks);

    /** @return what to publish; null if the task cannot be pushed now, or has succeeded */
    CompletionStage<PushOrder> pushByHand(DeviceId device, long taskId);

    /** Begins a task anew that failed or was canceled; others stay as they are. */
    CompletionStage<Void> retry(DeviceId device, long taskId);

    /** @param force whether also a task is canceled that the device has been told of */
    CompletionStage<Void> cancel(DeviceId device, long taskId, boolean force);

    /** Ends the attempt of a task whose device has been silent for too long; it is looked at again whether it has. */
    CompletionStage<Void> timeOut(DeviceId device, long taskId);

    /** Cancels what the device had to do and forgets the device. */
    CompletionStage<Void> remove(DeviceId device);
}
