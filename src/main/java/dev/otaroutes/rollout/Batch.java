package dev.otaroutes.rollout;

/**
 * What of a batch never changes once it is made.
 *
 * @param id   what devices know as {@code strategy}
 * @param push whether devices are pushed to without having asked
 */
public record Batch(long id, long packageId, String productKey, String module, String toVersion, boolean push, RolloutPlan plan) {
}
