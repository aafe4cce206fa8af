package dev.otaroutes.device;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down for some minutes after a message was given up through a fault of ours: somebody should look (domain.md). */
public final class InternalErrorsHealth extends AbstractHealthCheck {
    private final Rejections rejections;

    public InternalErrorsHealth(Rejections rejections) {
        super("ota", "internal-errors");
        this.rejections = rejections;
    }

    /** The process can do its work all the same. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        String error = rejections.recentInternalError();
        if (error == null) {
            builder.up();
        } else {
            builder.message("something was given up; a message is kept under GET /api/v1/rejected-messages: " + error).down();
        }
    }
}
