package dev.otaroutes.bench;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a process costs, as Linux and, for a JVM, its own beans say. */
final class ProcessMeter {
    private static final double TICKS_PER_SECOND = 100;
    private static final int AFTER_NAME_USER_TIME = 11;
    private static final int AFTER_NAME_CHILDREN_SYSTEM_TIME = 14;
    /** As Linux has their names: C1 CompilerThread0 and C2 CompilerThread0, shortened. */
    private static final String COMPILER = " CompilerThre";
    private static final int MIB_BITS = 20;
    private static final int MOST_TRIES = 5;

    private final long pid;

    ProcessMeter(long pid) {
        this.pid = pid;
    }

    /** @return seconds of CPU since its start, user and system, of all its threads */
    double cpuSeconds() {
        return cpuSeconds(AFTER_NAME_USER_TIME + 1);
    }

    /** @return the same with all the processes that it has started: a PostgreSQL is one a connection */
    double familyCpuSeconds() {
        // A child that has just ended is in the first number at the next try.
        return again(() -> cpuSeconds(AFTER_NAME_CHILDREN_SYSTEM_TIME) + ProcessHandle.of(pid).stream().flatMap(ProcessHandle::children)
                .mapToDouble(child -> new ProcessMeter(child.pid()).cpuSeconds()).sum());
    }

    /** @return of them, what those took that compile; where these may end, a thread that does takes its seconds with it */
    double compilerCpuSeconds() {
        return again(() -> {
            try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
                return threads.map(thread -> "task/" + thread.getFileName() + "/").filter(thread -> read(thread + "comm").contains(COMPILER))
                        .mapToDouble(thread -> cpuSeconds(thread + "stat", AFTER_NAME_USER_TIME + 1)).sum();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** One that has just ended, a process or a thread, is not among those of the next try. */
    private static double again(DoubleSupplier sum) {
        for (int tries = 1;; tries++) {
            try {
                return sum.getAsDouble();
            } catch (UncheckedIOException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    private double cpuSeconds(int last) {
        return cpuSeconds("stat", last);
    }

    /** @return the times in a row up to that one: its own, user and system, then of children that have ended */
    private double cpuSeconds(String file, int last) {
        String stat = read(file);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Arrays.stream(fields, AFTER_NAME_USER_TIME, last + 1).mapToLong(Long::parseLong).sum() / TICKS_PER_SECOND;
    }

    /** @return the most memory that was ever resident, MiB */
    long peakRssMegabytes() {
        return read("status").lines().filter(line -> line.startsWith("VmHWM:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                .findFirst().orElse(0);
    }

    /** @return the heap that was used at most, its pools taken each by itself, MiB; the process must be a JVM */
    long peakHeapMegabytes() {
        return ask(beans -> ManagementFactory.getPlatformMXBeans(beans, MemoryPoolMXBean.class).stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP).mapToLong(pool -> pool.getPeakUsage().getUsed()).sum()) >> MIB_BITS;
    }

    /** @return the heap that a full collection, done now, leaves, MiB; the process must be a JVM */
    long heapAfterCollectionMegabytes() {
        return ask(beans -> {
            MemoryMXBean memory = ManagementFactory.getPlatformMXBean(beans, MemoryMXBean.class);
            memory.gc();
            return memory.getHeapMemoryUsage().getUsed();
        }) >> MIB_BITS;
    }

    private long ask(Question question) {
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
            String address = machine.startLocalManagementAgent();
            machine.detach();
            try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
                return question.answer(connector.getMBeanServerConnection());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (AttachNotSupportedException e) {
            throw new IllegalStateException("process [" + pid + "] is not a JVM that can be asked: " + e.getMessage(), e);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Question {
        long answer(MBeanServerConnection beans) throws IOException;
    }
}
