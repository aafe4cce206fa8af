package dev.otaroutes.observe;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.apache.camel.CamelContext;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Traces of the routes to an OpenTelemetry collector, OTLP over HTTP. Only made where {@code ota.otel.endpoint} is set. What the collector does
 * not take in time is dropped: a message never waits for its trace.
 */
public final class Tracing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("ota.otel");
    /** A timer that finds nothing to do, every few seconds, is no trace worth reading. */
    private static final String NOT_TRACED = "timer:*";
    private static final long STOP_SECONDS = 1;
    /** Kept: the registry of java.util.logging forgets loggers that nobody holds. */
    private static final java.util.logging.Logger SDK = java.util.logging.Logger.getLogger("io.opentelemetry");

    private final SdkTracerProvider provider;

    /**
     * @param endpoint      of the collector, without {@code /v1/traces}
     * @param samplePercent of the traces that begin here; one that began elsewhere is sent if its beginning is
     * @param instance      what tells this process from others, stable over restarts
     */
    public Tracing(String endpoint, int samplePercent, String version, String instance) {
        SDK.setUseParentHandlers(false);
        SDK.addHandler(new ToOurLog());
        provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "ota-routes",
                        AttributeKey.stringKey("service.version"), version, AttributeKey.stringKey("service.instance.id"), instance))))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(samplePercent / 100.0)))
                .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                        .setEndpoint(endpoint.replaceAll("/+$", "") + "/v1/traces").build()).build())
                .build();
    }

    /** Before its routes are made. */
    public void addTo(CamelContext context) {
        context.getRegistry().bind("otaTracer", provider.get("ota-routes"));
        context.getRegistry().bind("otaPropagators", ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
        OpenTelemetryTracer tracer = new OpenTelemetryTracer();
        tracer.setExcludePatterns(NOT_TRACED);
        tracer.init(context);
    }

    /** Sends what has not been sent, for a second at most. */
    @Override
    public void close() {
        provider.shutdown().join(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /** What the SDK says, above all that the collector is away; it says so rarely enough by itself. */
    private static final class ToOurLog extends Handler {
        @Override
        public void publish(LogRecord line) {
            LOG.warn("{}", line.getMessage());
        }

        @Override
        public void flush() {
            // nothing is kept
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
