package dev.otaroutes;

import dev.otaroutes.settings.RefusedSettingsException;
import dev.otaroutes.settings.Settings;
import dev.otaroutes.settings.SettingsReader;
import dev.otaroutes.settings.UnknownVariables;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

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
        List<String> unknown = UnknownVariables.in(System.getenv());
        try {
            Settings settings = SettingsReader.read();
            Console.logAs(settings.get("ota.log.format"));
            unknown.forEach(LoggerFactory.getLogger(OtaMain.class)::warn);
            return new OtaService(Ports.check(settings)).run();
        } catch (RefusedSettingsException refused) {
            refused.faults().forEach(Console::complain);
            // A misspelt variable may be why.
            unknown.forEach(Console::complain);
            return 1;
        }
    }
}
