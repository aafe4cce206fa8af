package dev.otaroutes.extension;

import dev.otaroutes.rollout.VersionOrder;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * An integrator's version order: where it throws, the exception says which class it is and on what it failed.
 *
 * @param own as the integrator made it
 */
public record NamedVersionOrder(VersionOrder own) implements VersionOrder {

    /** @throws IllegalStateException if the integrator's order throws or gives null */
    @Override
    public OptionalInt compare(String a, String b) {
        try {
            return Objects.requireNonNull(own.compare(a, b), "it gave null");
        } catch (RuntimeException e) {
            IllegalStateException named = new IllegalStateException("version order [" + own.getClass().getName() + "] failed on [" + a + "] and ["
                    + b + "]: " + e);
            // Not as its cause: of causes the innermost is told, which says nothing of the class.
            named.addSuppressed(e);
            throw named;
        }
    }
}
