package dev.otaroutes;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** How Camel is set up where application.properties says nothing else: the resource {@value #RESOURCE}. */
final class CamelDefaults {
    private static final String RESOURCE = "/camel-defaults.properties";

    private CamelDefaults() {
    }

    private static String routesFolder() {
        try {
            return OtaMain.ROUTES.toRealPath().toString();
        } catch (IOException absent) {
            // Asked for before, unless the pattern is another one.
            return OtaMain.ROUTES.toString();
        }
    }

    static Properties load() {
        Properties defaults = new Properties();
        try (Reader reader = new InputStreamReader(CamelDefaults.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8)) {
            defaults.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        defaults.setProperty("ota.routes", routesFolder());
        return defaults;
    }
}
