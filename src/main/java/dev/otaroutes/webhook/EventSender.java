package dev.otaroutes.webhook;

import dev.otaroutes.event.Event;
import java.util.concurrent.CompletionStage;

/** Takes one event to one subscription. */
@FunctionalInterface
interface EventSender {
    /**
     * @return the receiver's answer; a stage that fails, or an exception, is a failed delivery of this subscription alone.
     *         May work on the calling thread.
     */
    CompletionStage<Answer> send(Subscription subscription, Event event);
}
