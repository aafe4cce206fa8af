package dev.otaroutes;

import dev.otaroutes.download.DownloadLinks;
import dev.otaroutes.download.PackageDirectory;
import dev.otaroutes.download.SigningKey;
import dev.otaroutes.download.StoredPackageFiles;
import dev.otaroutes.extension.FaultPlaces;
import dev.otaroutes.http.InternalHosts;
import dev.otaroutes.mqtt.ReliableMqttComponent;
import dev.otaroutes.rollout.Rollout;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.Sql;
import dev.otaroutes.support.TestFolder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.spi.Registry;

/** The shipped beans on a database in memory that holds the fleet of {@code cases/fleet.sql}. */
public final class RouteTestConfiguration implements CamelConfiguration {
    public static final int POOL_SIZE = 10;
    private static final Path FLEET = Path.of("src/test/resources/cases/fleet.sql");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T15:04:05Z"), ZoneOffset.UTC);

    @Override
    public void configure(CamelContext context) throws Exception {
        String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        Database database = new Database(url, "sa", "", POOL_SIZE);
        database.migrate();
        seed(database);
        Sql sql = new Sql(null, database.kind());
        MeterRegistry meters = new SimpleMeterRegistry();
        Registry beans = context.getRegistry();
        beans.bind("database", database);
        beans.bind("dataSource", database.dataSource());
        beans.bind("meters", meters);
        Service rollout = new RolloutBeans(context, ReliableMqttComponent.addTo(context), "test", database, sql, Clock.systemUTC(), meters, 100,
                InternalHosts.parse(""), () -> false, () -> { });
        context.addService(rollout);
        DeviceBeans.bind(context, beans.lookupByNameAndType("rollout", Rollout.class), database, sql, Clock.systemUTC(), meters,
                Pattern.compile(".* (?<deviceKey>[^& ]+)&(?<productKey>[^& ]+)"), Duration.ofDays(30), new FaultPlaces());
        FileDownloadBeans.bind(context, new StoredPackageFiles(database, sql, packages(), context.getExecutorServiceManager()
                .newFixedThreadPool(this, "files", 1)), database, sql, Clock.systemUTC(), meters, () -> Integer.MAX_VALUE);
        beans.bind("downloadLinks", new DownloadLinks(URI.create("http://ota.example"),
                SigningKey.of("a key of 32 bytes for every test."), Duration.ofDays(7), CLOCK));
    }

    /** With the one uploaded file of the fleet that devices load over MQTT. */
    private static PackageDirectory packages() throws IOException {
        PackageDirectory packages = new PackageDirectory(TestFolder.make("packages"));
        Files.createDirectories(packages.file(15, "radio.bin").getParent());
        Files.writeString(packages.file(15, "radio.bin"), "123456789");
        return packages;
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
