package dev.otaroutes;

import dev.otaroutes.download.DownloadHandler;
import dev.otaroutes.download.DownloadLinks;
import dev.otaroutes.download.PackageDirectory;
import dev.otaroutes.download.SigningKey;
import dev.otaroutes.download.StoredPackageFiles;
import dev.otaroutes.http.Http1Vertx;
import dev.otaroutes.http.JsonBodies;
import dev.otaroutes.http.RequestMeters;
import dev.otaroutes.http.RouterSetup;
import dev.otaroutes.operator.AccessHandler;
import dev.otaroutes.operator.ContractPaths;
import dev.otaroutes.operator.DeviceListHandler;
import dev.otaroutes.operator.DeviceLists;
import dev.otaroutes.operator.OperatorKeys;
import dev.otaroutes.operator.PackageUploads;
import dev.otaroutes.operator.UploadHandler;
import dev.otaroutes.settings.Settings;
import dev.otaroutes.store.Database;
import dev.otaroutes.store.SharedSettings;
import dev.otaroutes.store.Sql;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;

/** What stands on the HTTP server's router beside Camel's routes: access, uploads, the contract, downloads. */
final class HttpBeans {
    private static final int FILE_QUERIES = 2;

    private HttpBeans() {
    }

    static void bind(CamelContext context, Settings settings, Database database, Sql sql, Clock clock, MeterRegistry meters) {
        Http1Vertx.bind(context);
        String configuredKey = settings.get("ota.download.signing-key");
        SigningKey key = configuredKey.isEmpty() ? SigningKey.keptIn(new SharedSettings(database, sql)) : SigningKey.of(configuredKey);
        DownloadLinks links = new DownloadLinks(URI.create(settings.get("ota.download.base-url")), key,
                Duration.ofSeconds(settings.number("ota.download.link-ttl-seconds")), clock);
        context.getRegistry().bind("downloadLinks", links);

        PackageDirectory directory = packageDirectory(settings);
        context.getRegistry().bind("packageDirectory", directory);
        ExecutorService queries = context.getExecutorServiceManager().newFixedThreadPool(HttpBeans.class, "ota-download", FILE_QUERIES);
        StoredPackageFiles files = new StoredPackageFiles(database, sql, directory, queries);
        context.getRegistry().bind("packageFiles", files);
        PackageUploads uploads = new PackageUploads(database, sql, directory, files,
                Arrays.stream(settings.get("ota.package.file-suffixes").split(",")).map(String::strip).toList(), clock);

        new RouterSetup(settings.integer("ota.http.port"), settings.get("ota.device-api.prefix"), List.of(
                new RequestMeters(meters, settings.get("ota.device-api.prefix"))::mount,
                new JsonBodies(settings.get("ota.device-api.prefix"))::mount,
                new AccessHandler(OperatorKeys.parse(settings.get("ota.api.keys")))::mount,
                new UploadHandler(uploads, settings.number("ota.package.max-file-bytes"))::mount,
                router -> new DeviceListHandler(context.getRegistry().findSingleByType(DeviceLists.class)).mount(router),
                new ContractPaths(() -> context.getRestRegistry().listAllRestServices())::mount,
                new DownloadHandler(links, key, files)::mount)).addTo(context);
    }

    /**
     * Makes sure, once the database is there, that the package directory is this database's.
     *
     * @throws IllegalStateException if it is not; the message says what to do
     */
    static void claimPackageDirectory(Settings settings, Database database, Sql sql) {
        packageDirectory(settings).claim(new SharedSettings(database, sql));
    }

    private static PackageDirectory packageDirectory(Settings settings) {
        return new PackageDirectory(Path.of(settings.get("ota.download.dir")));
    }
}
