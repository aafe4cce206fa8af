package dev.otaroutes;

import dev.otaroutes.settings.RefusedSettingsException;
import dev.otaroutes.settings.Settings;
import dev.otaroutes.settings.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts OTA Routes, and ends with exit code 1 and one line for each fault when it cannot start. */
public final class OtaMain {
    /** The flow, beside the working directory's data. */
    static final Path ROUTES = Path.of("routes");
    private static final String ROUTES_PATTERN = "camel.main.routes-include-pattern";

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
            requireRoutes(settings);
            return new OtaService(Ports.check(settings)).run();
        } catch (RefusedSettingsException refused) {
            refused.faults().forEach(Console::complain);
            return 1;
        }
    }

    /** Without its routes the process would be up and do nothing. */
    private static void requireRoutes(Settings settings) {
        if (!settings.forCamel().containsKey(ROUTES_PATTERN) && !Files.isDirectory(ROUTES)) {
            throw new RefusedSettingsException(List.of("there is no folder [" + ROUTES.toAbsolutePath()
                    + "]: start OTA Routes in the folder that holds " + ROUTES + ", or set " + ROUTES_PATTERN));
        }
    }
}
