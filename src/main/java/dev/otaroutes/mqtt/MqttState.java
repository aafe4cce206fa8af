package dev.otaroutes.mqtt;

import java.util.List;

/**
 * What a connection is doing at this moment.
 *
 * @param subscribed filters that the broker acknowledged on this connection
 * @param unsubscribed filters that it did not yet, or refused
 * @param exchanges messages being worked on
 * @param queued messages that wait for a place among them
 * @param held messages that no route wants at the moment
 * @param failing messages whose route failed and which will be tried again
 * @param stuck topic of a message whose route has failed for more than a minute while all acknowledgements wait for it: in the end nothing
 *        more is read; null if there is none
 * @param unroutable messages since the start that were acknowledged though no route wanted them
 * @param publishing publishes that the broker has not acknowledged yet, or that wait for it
 * @param takenOver whether another client took the session: this connection stays closed
 * @param lastError what keeps the connection or a subscription down, without secrets; null when all is well
 */
public record MqttState(String brokerUrl, String clientId, boolean connected, List<String> subscribed, List<String> unsubscribed,
        int exchanges, int queued, int held, int failing, String stuck, long unroutable, int publishing, boolean takenOver, String lastError) {

    /** Connected, and every filter's subscription acknowledged. */
    public boolean ready() {
        return connected && unsubscribed.isEmpty();
    }
}
