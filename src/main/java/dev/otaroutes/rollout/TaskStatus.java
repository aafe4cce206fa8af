package dev.otaroutes.rollout;

import java.util.Locale;

/** The states of a task (domain.md, Task states). */
public enum TaskStatus {
    PENDING, PUSHED, UPGRADING, SUCCEEDED, FAILED, CANCELED;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** @return the name in tables, API and events */
    public String text() {
        return text;
    }

    /** @return whether nothing that a device reports can change the task any more */
    public boolean finished() {
        return this == SUCCEEDED || this == FAILED || this == CANCELED;
    }

    /** @param text as {@link #text()} gives it */
    public static TaskStatus of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
