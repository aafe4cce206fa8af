package dev.otaroutes;

import dev.otaroutes.settings.RefusedSettingsException;
import dev.otaroutes.settings.SettingsReader;

/** Starts OTA Routes, and ends with exit code 1 and one line for each fault when it cannot start. */
public final class OtaMain {
    private OtaMain() {
    }

    /** @param args not used: settings come from application.properties, the environment and system properties */
    public static void main(String[] args) {
        int exitCode = run();
        if (exitCode != 0) {
            // Under Maven this is Maven's own process: returning would let it report success.
            System.exit(exitCode);
        }
    }

    private static int run() {
        try {
            return new OtaService(Ports.check(SettingsReader.read())).run();
        } catch (RefusedSettingsException refused) {
            refused.faults().forEach(Console::complain);
            return 1;
        }
    }
}
