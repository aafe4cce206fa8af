package dev.otaroutes;

import dev.otaroutes.download.DownloadLinks;
import dev.otaroutes.settings.Settings;
import dev.otaroutes.settings.SettingsReader;
import dev.otaroutes.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;

/** The shipped beans on a database in memory that holds the fleet of {@code cases/fleet.sql}. */
public final class RouteTestConfiguration implements CamelConfiguration {
    private static final Path FLEET = Path.of("src/test/resources/cases/fleet.sql");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T15:04:05Z"), ZoneOffset.UTC);

    @Override
    public void configure(CamelContext context) {
        String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        Database database = new Database(url, "sa", "", 10);
        database.migrate();
        seed(database);
        Properties system = new Properties();
        system.setProperty("ota.db.url", url);
        Settings settings = new SettingsReader(Map.of(), system).read(Path.of("application.properties"));
        new OtaConfiguration(settings, database, takenOver -> { }).configure(context);
        context.getRegistry().bind("downloadLinks", new DownloadLinks(URI.create("http://ota.example"),
                "a key of 32 bytes for every test.".getBytes(StandardCharsets.UTF_8), Duration.ofDays(7), CLOCK));
    }

    private static void seed(Database database) {
        try {
            for (String statement : Files.readString(FLEET).split(";\\R")) {
                database.jdbc().sql(statement).update();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
