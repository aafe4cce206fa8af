package dev.otaroutes.settings;

import java.util.List;

/** The configuration cannot be used. Carries one line for each fault, each of which names property, value and remedy. */
public final class RefusedSettingsException extends RuntimeException {
    private final List<String> faults;

    /** @param faults at least one; no secret may stand in them */
    public RefusedSettingsException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
        this.faults = List.copyOf(faults);
    }

    /** @return one line for each fault, in the order in which the settings are documented */
    public List<String> faults() {
        return faults;
    }
}
