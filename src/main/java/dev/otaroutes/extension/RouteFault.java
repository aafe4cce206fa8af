package dev.otaroutes.extension;

import java.util.stream.Collectors;
import org.apache.camel.FailedToCreateRouteException;

/** Why routes do not start, in one line. */
public final class RouteFault {
    private static final int MOST_LINES = 2;

    private RouteFault() {
    }

    /** @return the innermost message, which says most, with the route that it is about; of a YAML error with file and line */
    public static String reason(Throwable failure) {
        Throwable cause = failure;
        String route = "";
        for (Throwable next = failure; next != null; next = next.getCause()) {
            cause = next;
            route = next instanceof FailedToCreateRouteException failed && failed.getRouteId() != null
                    ? "route [" + failed.getRouteId() + "]: " : route;
        }
        String message = String.valueOf(cause.getMessage()).lines().limit(MOST_LINES).map(String::strip).collect(Collectors.joining(" "));
        return route + (message.equals("null") ? cause.getClass().getSimpleName() : message);
    }
}
