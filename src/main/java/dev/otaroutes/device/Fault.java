package dev.otaroutes.device;

import com.fasterxml.jackson.core.JacksonException;
import dev.otaroutes.store.Failures;
import java.io.IOException;
import org.apache.camel.Exchange;

/** Tells the faults that pass by themselves from the others; a condition of the routes' error handling. */
public final class Fault {
    private Fault() {
    }

    /** Whether waiting and trying again can help: something around us is away, busy or full. */
    public static boolean passes(Exchange exchange) {
        Throwable fault = exchange.getException() != null ? exchange.getException()
                : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return Failures.passing(fault) || causedByIo(fault);
    }

    private static boolean causedByIo(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof IOException && !(t instanceof JacksonException)) {
                return true;
            }
        }
        return false;
    }
}
