package dev.otaroutes;

import dev.otaroutes.extension.RoutePlaces;
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

    static Properties load(RoutePlaces places) {
        Properties defaults = new Properties();
        try (Reader reader = new InputStreamReader(CamelDefaults.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8)) {
            defaults.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        defaults.setProperty("camel.main.routes-include-pattern", places.includePattern());
        defaults.setProperty("camel.main.routes-exclude-pattern", places.excludePattern());
        defaults.setProperty("camel.main.routes-reload-enabled", String.valueOf(places.folder() != null));
        defaults.setProperty("camel.main.routes-reload-directory", String.valueOf(places.folder()));
        return defaults;
    }
}
