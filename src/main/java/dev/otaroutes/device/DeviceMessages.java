package dev.otaroutes.device;

import dev.otaroutes.message.DeviceId;
import dev.otaroutes.message.DeviceTopic;
import dev.otaroutes.message.FirmwareGet;
import dev.otaroutes.message.Inform;
import dev.otaroutes.message.Progress;
import dev.otaroutes.message.RefusedMessageException;
import dev.otaroutes.mqtt.ReliableMqttComponent;
import dev.otaroutes.rollout.PushOrder;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.store.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The steps by which the routes read devices' messages and ask the {@link Rollout}. What asks it returns a stage, so that the exchange, and
 * with it the message's acknowledgement, waits for the commit without holding a thread.
 */
public final class DeviceMessages {
    private static final int FIRST_REFUSAL = 0x80;
    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;

    private final Rollout rollout;
    private final MessageCounts counts;

    public DeviceMessages(Rollout rollout, MessageCounts counts) {
        this.rollout = rollout;
        this.counts = counts;
    }

    /** @throws RefusedMessageException {@code bad-topic} or {@code bad-key} */
    public DeviceId device(@Header(PahoMqtt5Constants.MQTT_TOPIC) String topic) {
        return DeviceTopic.parse(topic);
    }

    /** @see Inform#parse */
    public Inform readInform(byte[] json) {
        return Inform.parse(json);
    }

    /** @see Progress#parse */
    public Progress readProgress(byte[] json) {
        return Progress.parse(json);
    }

    /** @see FirmwareGet#parse */
    public FirmwareGet readFirmwareGet(byte[] json) {
        return FirmwareGet.parse(json);
    }

    /**
     * Leaves variable {@code order}, a {@link PushOrder}, if there is an upgrade to publish.
     *
     * @param qos           null if something else than a broker brought it
     */
    public CompletionStage<Void> inform(@Variable("device") DeviceId device, @Variable("inform") Inform inform,
                                        @Header(PahoMqtt5Constants.MQTT_QOS) Integer qos,
                                        @Header(ReliableMqttComponent.MAY_BE_REPEATED) Boolean mayBeRepeated, Exchange exchange) {
        boolean held = qos != null && qos > 0;
        releaseEarlier(exchange);
        return settled("inform", exchange, rollout.inform(device, held ? inform.asHeld(Boolean.TRUE.equals(mayBeRepeated)) : inform)
                .thenAccept(order -> ordered(exchange, order)));
    }

    public CompletionStage<Void> progress(@Variable("device") DeviceId device, @Variable("progress") Progress progress,
                                          Exchange exchange) {
        return settled("progress", exchange, rollout.progress(device, progress));
    }

    /** As an inform, and then as if the device had asked: over HTTP it hears nothing else. Leaves variable {@code order}, or null. */
    public CompletionStage<Void> informAndAsk(@Variable("device") DeviceId device, @Variable("inform") Inform inform, Exchange exchange) {
        releaseEarlier(exchange);
        return settled("inform", exchange, rollout.inform(device, inform)
                .thenCompose(order -> order == null ? rollout.ask(device, inform.module()) : CompletableFuture.completedStage(order))
                .thenAccept(order -> ordered(exchange, order)));
    }

    /** Leaves variable {@code order}, a {@link PushOrder}, if there is something for the device to install. */
    public CompletionStage<Void> ask(@Variable("device") DeviceId device, @Variable("get") FirmwareGet get, Exchange exchange) {
        releaseEarlier(exchange);
        return settled("firmware-get", exchange, rollout.ask(device, get.module()).thenAccept(order -> ordered(exchange, order)));
    }

    /** @param device null if the hint is about a client that is no device */
    public CompletionStage<Void> online(@Variable("device") DeviceId device, Exchange exchange) {
        return device == null ? CompletableFuture.completedStage(null) : settled("online", exchange, rollout.online(device));
    }

    /**
     * Records what the broker answered to an upgrade.
     *
     * @param reasonCode MQTT 5 reason code of the PUBACK; null if something else than a broker took the upgrade
     */
    public CompletionStage<Void> answered(@Variable("order") PushOrder order,
                                          @Header(ReliableMqttComponent.REASON_CODE) Integer reasonCode) {
        if (order.told()) {
            return CompletableFuture.completedStage(null);
        }
        int code = reasonCode == null ? 0 : reasonCode;
        if (code >= FIRST_REFUSAL) {
            counts.countUpgrade(MessageCounts.PUSH_FAILED);
            return orGivenUp(rollout.pushRefused(order, code));
        }
        counts.countUpgrade(code == NO_MATCHING_SUBSCRIBERS ? MessageCounts.NO_SUBSCRIBER : MessageCounts.ACCEPTED);
        return orGivenUp(rollout.pushed(order, code));
    }

    /** The exchange carries the order out, or ends without: then the next message leads to it again. */
    private void ordered(Exchange exchange, PushOrder order) {
        exchange.setVariable("order", order);
        if (order != null) {
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    rollout.release(order);
                }
            });
        }
    }

    /** A step after this one failed, and the route has begun again: what was ordered then has not gone. */
    private void releaseEarlier(Exchange exchange) {
        PushOrder earlier = exchange.getVariable("order", PushOrder.class);
        if (earlier != null) {
            rollout.release(earlier);
        }
    }

    /** Counts a message once, also when its route begins again because a later step failed. */
    private CompletionStage<Void> settled(String topic, Exchange exchange, CompletionStage<Void> stage) {
        return orGivenUp(stage.thenRun(() -> {
            if (exchange.getVariable("accepted") == null) {
                exchange.setVariable("accepted", true);
                counts.count(topic, MessageCounts.ACCEPTED);
            }
        }));
    }

    private static CompletionStage<Void> orGivenUp(CompletionStage<Void> stage) {
        return stage.exceptionally(failure -> {
            Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof RefusedMessageException refused) {
                throw refused;
            }
            // The store waits out what passes; such a failure comes from it only while the process stops.
            throw Failures.passing(cause) ? new CompletionException(cause) : new GivenUpException(cause);
        });
    }
}
