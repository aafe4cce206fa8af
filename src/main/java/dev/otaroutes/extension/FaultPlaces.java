package dev.otaroutes.extension;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Remembers at which step of an integrator's route an exception came up, so that the log and the health report can name it. */
public final class FaultPlaces {
    /** Came up in a route that is called, and which is not an integrator's. */
    private static final String ELSEWHERE = "";

    private final Map<Throwable, String> places = Collections.synchronizedMap(new WeakHashMap<>());

    /** @return such as {@code step [add-site.put] of route [add-site] in routes/custom/add-site.camel.yaml}; null for elsewhere */
    public String of(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            String place = places.get(cause);
            if (place != null) {
                return place.equals(ELSEWHERE) ? null : place;
            }
        }
        return null;
    }

    InterceptStrategy in(RouteDefinition route, String file) {
        return new InterceptStrategy() {
            @Override
            public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode step, Processor target, Processor next) {
                return new Step(target, callsRoute(step) ? ELSEWHERE : "step [" + step.getId() + "] of route [" + route.getRouteId() + "] in " + file);
            }
        };
    }

    private static boolean callsRoute(NamedNode step) {
        String uri = step instanceof SendDefinition<?> to ? to.getEndpointUri() : step instanceof ToDynamicDefinition to ? to.getUri() : "";
        return uri.startsWith("direct:");
    }

    private final class Step extends DelegateAsyncProcessor {
        private final String place;

        Step(Processor target, String place) {
            super(target);
            this.place = place;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return super.process(exchange, doneSync -> {
                if (exchange.getException() != null) {
                    // The innermost step says it first.
                    places.putIfAbsent(exchange.getException(), place);
                }
                callback.done(doneSync);
            });
        }
    }
}
