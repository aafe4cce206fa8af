package dev.otaroutes.event;

import java.util.List;

/** The types of events (domain.md, Events), and the patterns that ask for them. */
public final class EventTypes {
    /** Every message of every device: written only while a subscription asks for it. */
    public static final String INFORM = "inform";

    /** Sent when an operator tries a subscription: never stored, and none can ask for it. */
    public static final String TEST = "webhook.test";

    private static final String ALL = "*";
    private static final List<String> KNOWN = List.of(INFORM, "version.changed",
            "task.created", "task.pushed", "task.progress", "task.retry", "task.succeeded", "task.failed", "task.canceled",
            "task.rolled-back", "batch.started", "batch.paused", "batch.resumed", "batch.finished", "batch.canceled",
            "package.verified");

    private EventTypes() {
    }

    /**
     * @param pattern a type, {@code task.*} (or another first part), or {@code *} for every type, {@code inform} included
     * @return whether it asks for the type
     */
    public static boolean matches(String pattern, String type) {
        if (pattern.equals(ALL)) {
            return true;
        }
        return pattern.endsWith("." + ALL)
                ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(type);
    }

    /**
     * @return the pattern
     * @throws IllegalArgumentException if it matches no type that there is
     */
    public static String checkPattern(String pattern) {
        if (pattern == null || KNOWN.stream().noneMatch(type -> matches(pattern, type))) {
            throw new IllegalArgumentException("events must be types, [task.*] or [*], but [" + pattern
                    + "] matches none of " + String.join(", ", KNOWN));
        }
        return pattern;
    }
}
