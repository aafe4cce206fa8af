package dev.otaroutes.operator;

import static java.util.stream.Collectors.groupingBy;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Why tasks have failed (domain.md, Results).
 *
 * @param items the most frequent reason first
 */
public record FailureResults(List<Reason> items) {
    /** Messages that are told for a reason. */
    static final int TOP_MESSAGES = 10;

    /**
     * @param percent         of the devices that have failed, to two places
     * @param topMessages     what most of the devices said, to 1 %; empty where none said anything
     * @param bySourceVersion what they ran before
     */
    public record Reason(String reason, long devices, double percent, List<Message> topMessages, List<SourceVersion> bySourceVersion) {
    }

    /** @param percent of the reason's devices */
    public record Message(String message, long devices, double percent) {
    }

    /**
     * @param version null where it is unknown
     * @param percent of the reason's devices
     */
    public record SourceVersion(String version, long devices, double percent) {
    }

    /** Tasks that a counter has. @param text a version or a message; empty for none */
    record Counted(String reason, String text, long tasks) {
    }

    /**
     * @param versions exact, by what devices ran before
     * @param messages the most frequent ones of each reason first
     */
    static FailureResults of(List<Counted> versions, List<Counted> messages) {
        long all = versions.stream().mapToLong(Counted::tasks).sum();
        Map<String, List<Counted>> said = messages.stream().collect(groupingBy(Counted::reason));
        return new FailureResults(versions.stream().collect(groupingBy(Counted::reason)).entrySet().stream()
                .map(of -> reason(of.getKey(), of.getValue(), said.getOrDefault(of.getKey(), List.of()), all))
                .sorted(Comparator.comparingLong(Reason::devices).reversed().thenComparing(Reason::reason)).toList());
    }

    private static Reason reason(String name, List<Counted> versions, List<Counted> messages, long all) {
        long devices = versions.stream().mapToLong(Counted::tasks).sum();
        return new Reason(name, devices, TaskCounts.percent(devices, all),
                messages.stream().map(one -> {
                    // What a message is counted for is not exact, but never more than there are.
                    long tasks = Math.min(one.tasks, devices);
                    return new Message(one.text, tasks, TaskCounts.percent(tasks, devices));
                }).toList(),
                versions.stream().map(one -> new SourceVersion(one.text.isEmpty() ? null : one.text, one.tasks,
                        TaskCounts.percent(one.tasks, devices))).toList());
    }
}
