package dev.otaroutes;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a person at the terminal must see, in plain words. It goes past the loggers to the process's own output: under
 * {@code mvn -q} they are silent.
 */
final class Console {
    private static final PrintStream OUT = stream(FileDescriptor.out);
    private static final PrintStream ERR = stream(FileDescriptor.err);

    private static volatile boolean json;

    private Console() {
    }

    /**
     * Before the first logger is made: log4j2.properties reads it as a system property.
     *
     * @param format of the log; with {@code json} what is said becomes a line of the log, so that all of standard output is JSON
     */
    static void logAs(String format) {
        System.setProperty("ota.log.format", format);
        json = format.equals("json");
    }

    static void say(String line) {
        Logger log = json ? LoggerFactory.getLogger("ota.console") : null;
        if (log == null || !log.isInfoEnabled()) {
            OUT.println(line);
        } else if (!line.isBlank()) {
            log.info(line.strip());
        }
    }

    /** Says why the process does not start or does not go on. */
    static void complain(String line) {
        ERR.println(line);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, Charset.defaultCharset());
    }
}
