package dev.otaroutes;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * What a person at the terminal must see, in plain words. It goes past the loggers to the process's own output: under
 * {@code mvn -q} they are silent.
 */
final class Console {
    private static final PrintStream OUT = stream(FileDescriptor.out);
    private static final PrintStream ERR = stream(FileDescriptor.err);

    private Console() {
    }

    static void say(String line) {
        OUT.println(line);
    }

    /** Says why the process does not start or does not go on. */
    static void complain(String line) {
        ERR.println(line);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, Charset.defaultCharset());
    }
}
