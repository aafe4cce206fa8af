package dev.otaroutes.rollout;

import java.util.Set;

/**
 * What of a batch never changes once it is made.
 *
 * @param id             what devices know as {@code strategy}
 * @param push           whether devices are pushed to without having asked
 * @param sourceVersions that a differential package patches; empty for a full one
 */
public record Batch(long id, long packageId, String productKey, String module, String toVersion, boolean push, RolloutPlan plan,
                    Set<String> sourceVersions) {

    /** A batch of a full package. */
    public Batch(long id, long packageId, String productKey, String module, String toVersion, boolean push, RolloutPlan plan) {
        this(id, packageId, productKey, module, toVersion, push, plan, Set.of());
    }

    /** @return whether the package can be installed on that version */
    public boolean appliesTo(String version) {
        return sourceVersions.isEmpty() || sourceVersions.contains(version);
    }
}
