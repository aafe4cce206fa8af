package dev.otaroutes.device;

import com.fasterxml.jackson.core.JacksonException;
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
import java.util.zip.ZipException;
import org.apache.camel.Exchange;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;

/** Tells the faults that pass by themselves from the others; a condition of the routes' error handling. */
public final class Fault {
    /** What comes back however often one tries, though it is an input or output: of a file, or of what is in the message. */
    private static final Set<Class<? extends IOException>> LASTING = Set.of(FileNotFoundException.class, FileSystemException.class,
            MalformedURLException.class, UnsupportedEncodingException.class, CharConversionException.class, CharacterCodingException.class,
            UTFDataFormatException.class, ZipException.class, EOFException.class, ObjectStreamException.class, JacksonException.class);

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
