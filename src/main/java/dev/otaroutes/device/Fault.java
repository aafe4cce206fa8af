package dev.otaroutes.device;

import com.fasterxml.jackson.core.JacksonException;
import dev.otaroutes.extension.FaultPlaces;
import dev.otaroutes.store.Failures;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.ObjectStreamException;
import java.io.UTFDataFormatException;
import java.io.UnsupportedEncodingException;
import java.net.MalformedURLException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipException;
import org.apache.camel.Exchange;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the faults that pass by themselves from the others; a condition of the routes' error handling. */
public final class Fault {
    /** What comes back however often one tries, though it is an input or output: of a file, or of what is in the message. */
    private static final Set<Class<? extends IOException>> LASTING = Set.of(FileNotFoundException.class, FileSystemException.class,
            MalformedURLException.class, UnsupportedEncodingException.class, CharConversionException.class, CharacterCodingException.class,
            UTFDataFormatException.class, ZipException.class, EOFException.class, ObjectStreamException.class, JacksonException.class);

    /** Some seconds: a route that is being loaded again, or a server that restarts, needs no line. */
    private static final int LONG_TRIES = 4;
    private static final long SAY_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final AtomicLong SAID = new AtomicLong(System.nanoTime() - 2 * SAY_AGAIN_NANOS);
    private static final Logger LOG = LoggerFactory.getLogger("ota.waiting");

    private Fault() {
    }

    /** Whether waiting and trying again can help: something around us is away, busy or full. */
    public static boolean passes(Exchange exchange) {
        Throwable fault = exchange.getException() != null ? exchange.getException()
                : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (Failures.passing(fault)) {
            return true;
        }
        boolean passes = causedByIo(fault) || fault instanceof DirectConsumerNotAvailableException;
        if (passes) {
            sayIfItTakesLong(exchange, fault);
        }
        return passes;
    }

    /** Health and log say when the database is away; what else a message may wait for, an integrator's HTTP server or route, nobody else would name. */
    private static void sayIfItTakesLong(Exchange exchange, Throwable fault) {
        if (exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 0, Integer.class) < LONG_TRIES) {
            return;
        }
        long now = System.nanoTime();
        long said = SAID.get();
        if (now - said > SAY_AGAIN_NANOS && SAID.compareAndSet(said, now)) {
            FaultPlaces places = exchange.getContext().getCamelContextExtension().getContextPlugin(FaultPlaces.class);
            LOG.warn("a message of route [{}] waits, and may not be alone; it is tried until it works: {}", exchange.getFromRouteId(),
                    Rejection.of(fault, places).detail());
        }
    }

    private static boolean causedByIo(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof IOException && !lasting(t)) {
                return true;
            }
        }
        return false;
    }

    private static boolean lasting(Throwable fault) {
        return LASTING.stream().anyMatch(kind -> kind.isInstance(fault));
    }
}
