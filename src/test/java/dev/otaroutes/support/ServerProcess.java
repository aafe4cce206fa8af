package dev.otaroutes.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.awaitility.core.ConditionTimeoutException;

/** A process that a test started: waited for, ended by its own handle, and never left behind. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(30);
    private static final int LOG_LINES = 30;

    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        // A test run that is itself broken off must not leave servers behind.
        Thread last = new Thread(process::destroyForcibly, "end-" + process.pid());
        Runtime.getRuntime().addShutdownHook(last);
        process.onExit().thenRun(() -> forget(last));
    }

    /** @param log file that its output is added to; the folder it lies in is the working directory */
    static ServerProcess start(Path log, List<String> command) {
        return start(log, command, Map.of());
    }

    /** As {@link #start(Path, List)}. @param environment beside this process's */
    static ServerProcess start(Path log, List<String> command, Map<String, String> environment) {
        ProcessBuilder program = new ProcessBuilder(command)
                .directory(log.getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        program.environment().putAll(environment);
        try {
            return new ServerProcess(program.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end. @throws IllegalStateException with its output when its exit code is not 0 */
    static void run(Path log, List<String> command) {
        ServerProcess running = start(log, command);
        int code = running.awaitExit();
        if (code != 0) {
            throw new IllegalStateException("[" + command.get(0) + "] ended with " + code + ":\n" + running.tail());
        }
    }

    /** Waits until the process serves, and gives up at once when it has ended. */
    void awaitReady(BooleanSupplier ready) {
        try {
            await().atMost(START).pollInterval(Duration.ofMillis(20)).until(() -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException("process ended with " + process.exitValue() + ":\n" + tail());
                }
                return ready.getAsBoolean();
            });
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException("process is not ready after " + START + ":\n" + tail(), e);
        }
    }

    void awaitPort(int port) {
        awaitReady(() -> Loopback.accepts(port));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** SIGTERM. @return the exit code */
    int terminate() {
        process.destroy();
        return awaitExit();
    }

    /** SIGKILL, to its children too, as when the machine fails. */
    void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        awaitExit();
        await().atMost(END).pollInterval(Duration.ofMillis(10))
                .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    int awaitExit() {
        try {
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                String tail = tail();
                process.destroyForcibly();
                throw new IllegalStateException("process [" + process.pid() + "] did not end in " + END + ":\n" + tail);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while process [" + process.pid() + "] ended", e);
        }
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String tail() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The test run itself is ending; the hook runs anyway and finds nothing to do.
            return;
        }
    }
}
