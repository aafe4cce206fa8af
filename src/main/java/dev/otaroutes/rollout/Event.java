package dev.otaroutes.rollout;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened, for platforms (domain.md, Events).
 *
 * @param sequence the device's counter, without gaps
 * @param task     null for what belongs to no task
 * @param data     values may be null
 */
public record Event(String type, Instant at, long sequence, String module, Task task, Map<String, Object> data) {
}
