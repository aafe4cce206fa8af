package dev.otaroutes;

import dev.otaroutes.settings.RefusedSettingsException;
import dev.otaroutes.settings.Settings;
import dev.otaroutes.settings.SettingsReader;
import java.nio.file.Path;

/** Starts OTA Routes, and ends with exit code 1 and one line for each fault when it cannot start. */
public final class OtaMain {
    /** The flow, or what an integrator adds to it, beside the working directory's data. */
    static final Path ROUTES = Path.of("routes");

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
            Settings settings = SettingsReader.read();
            Console.logAs(settings.get("ota.log.format"));
            return new OtaService(Ports.check(settings)).run();
        } catch (RefusedSettingsException refused) {
            refused.faults().forEach(Console::complain);
            return 1;
        }
    }
}
