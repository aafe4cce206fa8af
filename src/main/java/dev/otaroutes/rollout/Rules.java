package dev.otaroutes.rollout;

/** All that decides about a device. */
public record Rules(TaskRules tasks, ProgressRules progress) {
}
