package dev.otaroutes.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Counts and times what goes through each route, under the names and labels of camel-micrometer's own route policy. That one formats a
 * name twice and builds a timer for each exchange of each route: a sixteenth of all that a push costs this process. Where it is switched on
 * ({@code camel.metrics.enable-route-policy}), it has the routes.
 */
public final class RouteMeters implements RoutePolicyFactory {
    private final MeterRegistry meters;

    /** @param meters the registry that {@code /observe/metrics} shows */
    public RouteMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext camel, String routeId, NamedNode route) {
        return camel.getRoutePolicyFactories().stream().anyMatch(MicrometerRoutePolicyFactory.class::isInstance) ? null : new Policy();
    }

    private final class Policy extends RoutePolicySupport {
        private String began;
        private Timer time;
        private Counter total;
        private Counter succeeded;
        private Counter failed;
        private Counter failuresHandled;
        private Counter redeliveries;

        @Override
        public void onInit(Route route) {
            super.onInit(route);
            Tags tags = Tags.of(MicrometerConstants.CAMEL_CONTEXT_TAG, route.getCamelContext().getName(), MicrometerConstants.KIND, MicrometerConstants.KIND_ROUTE,
                    MicrometerConstants.ROUTE_ID_TAG, route.getId(), MicrometerConstants.EVENT_TYPE_TAG, "route");
            time = Timer.builder(MicrometerConstants.DEFAULT_CAMEL_ROUTE_POLICY_METER_NAME).tags(tags)
                    .description("How long exchanges take from the begin of a route to its end").register(meters);
            total = counter(MicrometerConstants.DEFAULT_CAMEL_ROUTE_POLICY_EXCHANGES_TOTAL_METER_NAME, "Exchanges that a route is done with", tags);
            succeeded = counter(MicrometerConstants.DEFAULT_CAMEL_ROUTE_POLICY_EXCHANGES_SUCCEEDED_METER_NAME, "Exchanges that did not fail", tags);
            failed = counter(MicrometerConstants.DEFAULT_CAMEL_ROUTE_POLICY_EXCHANGES_FAILED_METER_NAME, "Exchanges that failed", tags);
            failuresHandled = counter(MicrometerConstants.DEFAULT_CAMEL_ROUTE_POLICY_EXCHANGES_FAILURES_HANDLED_METER_NAME,
                    "Exchanges whose failure the routes dealt with", tags);
            redeliveries = counter(MicrometerConstants.DEFAULT_CAMEL_ROUTE_POLICY_EXCHANGES_EXTERNAL_REDELIVERIES_METER_NAME,
                    "Exchanges that their sender sent once more", tags);
            began = MicrometerConstants.DEFAULT_CAMEL_ROUTE_POLICY_METER_NAME + "." + route.getId();
        }

        private Counter counter(String name, String description, Tags tags) {
            return Counter.builder(name).tags(tags).description(description).register(meters);
        }

        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            exchange.setProperty(began, System.nanoTime());
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            if (exchange.removeProperty(began) instanceof Long nanos) {
                time.record(System.nanoTime() - nanos, TimeUnit.NANOSECONDS);
            }
            total.increment();
            if (exchange.isFailed()) {
                failed.increment();
                return;
            }
            succeeded.increment();
            if (ExchangeHelper.isFailureHandled(exchange)) {
                failuresHandled.increment();
            }
            if (exchange.isExternalRedelivered()) {
                redeliveries.increment();
            }
        }

        @Override
        public void onRemove(Route route) {
            List.of(time, total, succeeded, failed, failuresHandled, redeliveries).forEach(meters::remove);
            super.onRemove(route);
        }
    }
}
