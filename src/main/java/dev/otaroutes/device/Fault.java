package dev.otaroutes.device;

import com.fasterxml.jackson.core.JacksonException;
import dev.otaroutes.store.Failures;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.net.MalformedURLException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;

/** Tells the faults that pass by themselves from the others; a condition of the routes' error handling. */
public final class Fault {
    /** What comes back however often one tries, though it is an input or output. */
    private static final Set<Class<?>> LASTING = Set.of(FileNotFoundException.class, NoSuchFileException.class,
            MalformedURLException.class, UnsupportedEncodingException.class);

    private Fault() {
    }

    /** Whether waiting and trying again can help: something around us is away, busy or full. */
    public static boolean passes(Exchange exchange) {
        Throwable fault = exchange.getException() != null ? exchange.getException()
                : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return Failures.passing(fault) || causedByIo(fault) || fault instanceof DirectConsumerNotAvailableException;
    }

    private static boolean causedByIo(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof IOException && !LASTING.contains(t.getClass()) && !(t instanceof JacksonException)) {
                return true;
            }
        }
        return false;
    }
}
