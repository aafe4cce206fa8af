package dev.otaroutes.bench;

import dev.otaroutes.support.TestFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Java process whose lines are read one by one: a baseline, or the load generator. */
final class BenchProcess implements AutoCloseable {
    private static final long END_SECONDS = 10;

    private final Process process;
    private final BufferedReader lines;
    private final String name;
    private final Path folder;

    /**
     * @param properties set as {@code -Dname=value}
     * @param options    of the JVM
     */
    BenchProcess(Class<?> main, int heapMegabytes, Map<String, String> properties, String... options) throws IOException {
        name = main.getSimpleName();
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heapMegabytes + "m"));
        // What compiler threads have taken is asked of each: on more than two cores one that has nothing to do would end, and not be seen any more.
        command.add("-XX:-UseDynamicNumberOfCompilerThreads");
        command.addAll(List.of(options));
        properties.forEach((property, value) -> command.add("-D" + property + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        folder = TestFolder.make("bench-" + name);
        process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        Thread last = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(last);
        lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    long pid() {
        return process.pid();
    }

    /** Sends it a line: it waits for one before what is measured. */
    void goOn(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads on to the line that begins so. @return that line */
    String await(String beginning) throws IOException {
        List<String> others = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            others.add(line);
        }
        throw new IllegalStateException(name + " ended before it said [" + beginning + "]:\n" + String.join("\n", others));
    }

    /** What it says from now on goes to a file: it never waits for a reader. */
    BenchProcess unheard() {
        Thread reader = new Thread(() -> {
            try (PrintWriter log = new PrintWriter(Files.newBufferedWriter(folder.resolve("log")), true)) {
                lines.lines().forEach(log::println);
            } catch (IOException | UncheckedIOException e) {
                return;
            }
        }, "unheard-" + name);
        reader.setDaemon(true);
        reader.start();
        return this;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
