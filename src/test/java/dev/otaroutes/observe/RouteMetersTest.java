package dev.otaroutes.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouteMetersTest {
    private static final long SLOW_MILLIS = 30;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final CamelContext camel = new DefaultCamelContext();

    @AfterEach
    void stop() throws Exception {
        camel.close();
    }

    @Test
    void exchangesAreCountedAndTimedByRoute() throws Exception {
        start();
        ProducerTemplate devices = camel.createProducerTemplate();
        devices.sendBody("direct:outer", "one");
        devices.sendBody("direct:outer", "two");
        devices.send("direct:fails", exchange -> { });
        devices.send("direct:handles", exchange -> { });

        assertThat(counts("outer")).containsExactly(2, 2, 0, 0);
        assertThat(counts("inner")).containsExactly(2, 2, 0, 0);
        assertThat(counts("fails")).containsExactly(1, 0, 1, 0);
        assertThat(counts("handles")).containsExactly(1, 1, 0, 1);
        assertThat(time("outer").count()).isEqualTo(2);
        assertThat(time("outer").totalTime(TimeUnit.MILLISECONDS)).as("the route that it calls included").isGreaterThanOrEqualTo(2 * SLOW_MILLIS);
        assertThat(time("outer").totalTime(TimeUnit.NANOSECONDS)).isGreaterThanOrEqualTo(time("inner").totalTime(TimeUnit.NANOSECONDS));
    }

    @Test
    void routeThatIsRemovedTakesItsMetersAlong() throws Exception {
        start();
        camel.createProducerTemplate().sendBody("direct:outer", "one");

        camel.getRouteController().stopRoute("outer");
        camel.removeRoute("outer");

        assertThat(meters.getMeters()).extracting(meter -> meter.getId().getTag("routeId")).doesNotContain("outer").contains("inner");
    }

    @Test
    void camelMicrometersOwnPolicyHasTheRoutesWhereItIsSwitchedOn() throws Exception {
        MicrometerRoutePolicyFactory own = new MicrometerRoutePolicyFactory();
        own.setMeterRegistry(meters);
        camel.addRoutePolicyFactory(own);
        start();

        camel.createProducerTemplate().sendBody("direct:outer", "one");

        assertThat(counts("outer")).as("not counted twice").containsExactly(1, 1, 0, 0);
    }

    private void start() throws Exception {
        camel.addRoutePolicyFactory(new RouteMeters(meters));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:outer").routeId("outer").to("direct:inner");
                from("direct:inner").routeId("inner").delay(SLOW_MILLIS);
                from("direct:fails").routeId("fails").throwException(new IllegalStateException("no"));
                from("direct:handles").routeId("handles").onException(IllegalStateException.class).handled(true).end().throwException(new IllegalStateException("no"));
            }
        });
        camel.start();
    }

    /** @return total, succeeded, failed, failures handled */
    private int[] counts(String route) {
        return Stream.of("total", "succeeded", "failed", "failures.handled")
                .mapToInt(what -> (int) meters.get("camel.exchanges." + what).tag("routeId", route).counter().count()).toArray();
    }

    private Timer time(String route) {
        return meters.get("camel.route.policy").tag("routeId", route).timer();
    }
}
