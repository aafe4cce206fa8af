package dev.otaroutes.observe;

import org.apache.camel.Exchange;
import org.apache.camel.telemetry.Span;
import org.apache.camel.telemetry.SpanContextPropagationInjector;
import org.apache.camel.telemetry.decorators.Paho5SpanDecorator;

/** Spans of messages in and out, with the device that they are about. Found by META-INF/services. */
public final class MqttSpans extends Paho5SpanDecorator {
    @Override
    public void afterTracingEvent(Span span, Exchange exchange) {
        super.afterTracingEvent(span, exchange);
        SpanTags.after(span, exchange);
    }

    @Override
    public SpanContextPropagationInjector getInjector(Exchange exchange) {
        return exchange::setVariable;
    }
}
