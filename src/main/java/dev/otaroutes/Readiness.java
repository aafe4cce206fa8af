package dev.otaroutes;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;

/** Whether this process does its work, by the same checks as {@code /observe/health/ready}. */
final class Readiness {
    private static final long LOOK_AGAIN_MS = 100;

    private final CamelContext context;

    Readiness(CamelContext context) {
        this.context = context;
    }

    /** @return true when it is ready; false when it was stopped before */
    boolean await() {
        while (!context.isStopping() && !context.isStopped()) {
            if (now()) {
                return true;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_AGAIN_MS));
        }
        return false;
    }

    boolean now() {
        return HealthCheckHelper.invokeReadiness(context).stream()
                .allMatch(result -> result.getState() == HealthCheck.State.UP);
    }
}
