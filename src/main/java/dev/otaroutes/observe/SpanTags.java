package dev.otaroutes.observe;

import dev.otaroutes.event.Event;
import dev.otaroutes.message.DeviceId;
import dev.otaroutes.rollout.PushOrder;
import org.apache.camel.Exchange;
import org.apache.camel.telemetry.Span;

/** What a span is about. Trace context goes on in variables, not in headers: those would leave with HTTP answers. */
final class SpanTags {
    private SpanTags() {
    }

    /** Of an event on its way to a webhook. */
    static void before(Span span, Exchange exchange) {
        if (exchange.getVariable("event") instanceof Event event) {
            span.setTag("eventId", event.id());
            span.setTag("productKey", event.productKey());
            if (event.deviceKey() != null) {
                span.setTag("deviceKey", event.deviceKey());
            }
        }
    }

    /** Of a device, which is known by now if it ever is. */
    static void after(Span span, Exchange exchange) {
        DeviceId device = exchange.getVariable("device") instanceof DeviceId known ? known
                : exchange.getVariable("order") instanceof PushOrder order ? order.device() : null;
        if (device != null) {
            span.setTag("productKey", device.productKey());
            span.setTag("deviceKey", device.deviceKey());
        }
    }
}
